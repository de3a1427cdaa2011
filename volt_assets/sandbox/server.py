"""Serves a made-up world: the Toggl, Fibery, chat-completions and Slack servers on one loopback port.

No data and no endpoints of its own; it puts the services together, starts and stops them.
"""

import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType, MappingProxyType, TracebackType
from typing import Final, Self, Unpack

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Router

from volt_assets.sandbox.answers import JsonObject
from volt_assets.sandbox.chat import chat_app
from volt_assets.sandbox.constants import CHAT_KEY, FIBERY_TOKEN, FIBERY_WORKSPACE, SLACK_PATH, TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.faults import CannedAnswer
from volt_assets.sandbox.fibery_app import fibery_app
from volt_assets.sandbox.fibery_edits import LiveWorkspace
from volt_assets.sandbox.gate import Clock, Fault, Gate, Journal
from volt_assets.sandbox.interruptions import TOTALS, Edit, Interruptions, page_moment
from volt_assets.sandbox.limits import Limiter
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.options import LoggedRequest, Options
from volt_assets.sandbox.slack import Inbox, slack_app
from volt_assets.sandbox.timesheet import EntryChanges, EntryDetails, Timesheet
from volt_assets.sandbox.toggl_auth import Guard, Quota
from volt_assets.sandbox.toggl_reports import Reports
from volt_assets.sandbox.toggl_shown import Shown
from volt_assets.sandbox.toggl_track import Track
from volt_assets.sandbox.world import World

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 20.0
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_USUAL: Final = Options()


class Sandbox:
    """All servers on one loopback port, in a background thread; a context manager.

    `world` stays as it was built; `entries` are Toggl's as they are now, after the edits made here, and
    `fibery` is the workspace over which people go on working: its methods rename, change, hide and delete.
    """

    def __init__(self, world: World, *, port: int = 0, options: Options = _USUAL) -> None:
        self.world = world
        self.options = options
        self._clock = Clock()
        self._journal = Journal()
        self._timesheet = Timesheet(world)
        self.fibery = LiveWorkspace(world.fibery, unseen=options.hidden_entities | options.deleted_entities)
        self._interruptions = Interruptions()
        self._inbox = Inbox()
        if options.edit_between_pages != "none":
            self.before_page(2, self._edit_between_pages)
        self._wanted_port = port
        self._socket: socket.socket | None = None
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        """Start the servers; returns when they accept requests."""
        self._running = _Running(self._app(), self._listening())
        self._running.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the servers and free the port."""
        self._clock.release()
        if self._running:
            self._running.stop()
        if self._socket:
            self._socket.close()
        self._running = self._socket = None

    @property
    def url(self) -> str:
        """The address, such as `http://127.0.0.1:8123`; asking for it reserves the port."""
        return f"http://{_HOST}:{self._listening().getsockname()[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which Volt uses this sandbox."""
        return {
            "TOGGL_API_TOKEN": TOGGL_TOKEN,
            "TOGGL_WORKSPACE_ID": str(WORKSPACE_ID),
            "FIBERY_API_TOKEN": FIBERY_TOKEN,
            "FIBERY_WORKSPACE_NAME": FIBERY_WORKSPACE,
            "TOGGL_API_URL": f"{self.url}/toggl",
            "FIBERY_API_URL": f"{self.url}/fibery",
            "OPENAI_BASE_URL": f"{self.url}/openai/v1",
            "OPENAI_API_KEY": CHAT_KEY,
        }

    @property
    def slack_url(self) -> str:
        """The webhook's address. It is not in the environment: what is made up is told to a channel only where a test asks for it."""
        return f"{self.url}/slack{SLACK_PATH}"

    @property
    def slack_messages(self) -> list[JsonObject]:
        """What the webhook was told, oldest first; a copy."""
        return list(self._inbox.messages)

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request so far, oldest first; a copy."""
        return self._journal.requests()

    def forget(self) -> None:
        """Empty the log of requests, and drop the faults and the edits that were not used."""
        self._journal.forget()
        self._interruptions.forget()

    def advance_clock(self, seconds: float) -> None:
        """Move the clock of the quota, of the rate limits and of slow answers on."""
        self._clock.advance(seconds)

    def wait_for_slow(self, count: int = 1) -> None:
        """Return when so many slow answers wait for the clock. RuntimeError where they do not come."""
        self._clock.wait_for_waiting(count)

    def fail_next(
        self, service: str, *, status: int, body: str = "", content_type: str = "text/plain",
        headers: Mapping[str, str] = _NO_HEADERS, times: int = 1, path_contains: str = "",
    ) -> None:  # fmt: skip
        """Answer the next `times` requests of that service, whose path contains the text, with this instead."""
        self.fail_next_with(service, CannedAnswer(status, body, content_type, headers), times=times, path_contains=path_contains)

    def fail_next_with(self, service: str, answer: CannedAnswer, *, times: int = 1, path_contains: str = "") -> None:
        """The same with an answer that is at hand, such as `faults.NGINX_429`."""
        if service not in ("toggl", "fibery", "chat", "slack"):
            raise ValueError(f"There is no sandbox service {service!r}; use toggl, fibery, chat or slack.")
        self._journal.add_fault(Fault(service, answer, path_contains, times))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Toggl's entries as they are now, ordered by their start."""
        return self._timesheet.now.entries

    def add_entry(
        self, *, user_id: int, start: datetime, seconds: int, description: str | None = "", **more: Unpack[EntryDetails]
    ) -> Entry:  # fmt: skip
        """Track something; negative seconds leave the timer on. KeyError for nobody's user id."""
        return self._timesheet.add(user_id, start, seconds, description, **more)

    def change_entry(self, entry_id: int, **changes: Unpack[EntryChanges]) -> Entry:
        """Edit an entry; its stop and local day follow its start and seconds. KeyError for an unknown id."""
        return self._timesheet.change(entry_id, **changes)

    def delete_entry(self, entry_id: int) -> Entry:
        """Delete an entry: reports no longer show it. KeyError for an unknown id."""
        return self._timesheet.delete(entry_id)

    def before_page(self, number: int, edit: Edit) -> None:
        """Call `edit` once, before the next answer that is that page of a detailed report, counted from 1."""
        self._interruptions.add(page_moment(number), edit)

    def before_totals(self, edit: Edit) -> None:
        """Call `edit` once, before the next answer with totals."""
        self._interruptions.add(TOTALS, edit)

    def _edit_between_pages(self) -> None:
        """Ten minutes more, or one entry less, in the last finished week."""
        first = self.world.entries_of_week(self.world.last_complete_week)[0]
        if self.options.edit_between_pages == "delete":
            self.delete_entry(first.entry_id)
        elif self.options.edit_between_pages == "change":
            self.change_entry(first.entry_id, seconds=first.seconds + 600)
        else:
            self.add_entry(user_id=first.user_id, start=first.start - timedelta(minutes=20), seconds=600, description="Early call")

    def serve_forever(self) -> None:
        """Serve in the foreground until SIGINT or SIGTERM; prints nothing."""
        stop = threading.Event()
        with _told_by_signals(stop):
            if self._running:
                stop.wait()
                return
            with self:
                stop.wait()

    def _listening(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_server((_HOST, self._wanted_port), backlog=128)
            # Accepted sockets inherit this. Without it every answer waits 40 ms for a delayed acknowledgement.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _app(self) -> Starlette:
        quota = Quota(self.options, self._clock)
        guard = Guard(self.options, quota, Limiter(self.options.requests_per_second, self.options.requests_at_once, self._clock))
        shown = Shown(self.world, self._timesheet, self.options)
        track, reports = Track(shown, guard, quota), Reports(shown, guard, self._interruptions)
        toggl = Router([*track.routes(), *reports.routes()])
        services = {
            "toggl": ("/toggl", toggl),
            "fibery": ("/fibery", fibery_app(self.fibery, self.options, self._clock)),
            "chat": ("/openai", chat_app()),
            "slack": ("/slack", slack_app(self._inbox, self.options, self._clock)),
        }
        return Starlette(routes=[Mount(path, Gate(app, name, self._journal)) for name, (path, app) in services.items()])


class _Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


class _Running:
    """A server on a thread of its own."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", loop="asyncio", http="h11")
        self._ready = threading.Event()
        self._server = _Server(config, self._ready)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="volt-sandbox", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError(f"The sandbox did not start within {_START_SECONDS:.0f} seconds.")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)


@contextmanager
def _told_by_signals(stop: threading.Event) -> Iterator[None]:
    """While it lasts, SIGINT and SIGTERM set the event and do nothing else."""

    def told(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
