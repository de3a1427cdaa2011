"""Serves a made-up world: the Toggl, Fibery and chat-completions servers on one loopback port.

No data and no endpoints of its own; it puts the three services together, starts and stops them.
"""

import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, MappingProxyType, TracebackType
from typing import Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Router

from volt_assets.sandbox.chat import chat_app
from volt_assets.sandbox.constants import CHAT_KEY, FIBERY_TOKEN, FIBERY_WORKSPACE, TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.fibery_app import fibery_app
from volt_assets.sandbox.gate import Clock, Fault, Gate, Journal
from volt_assets.sandbox.options import LoggedRequest, Options
from volt_assets.sandbox.toggl_auth import Guard, Quota
from volt_assets.sandbox.toggl_reports import Reports
from volt_assets.sandbox.toggl_track import Track
from volt_assets.sandbox.world import World

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 20.0
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_USUAL: Final = Options()


class Sandbox:
    """All three servers on one loopback port, in a background thread; a context manager."""

    def __init__(self, world: World, *, port: int = 0, options: Options = _USUAL) -> None:
        self.world = world
        self.options = options
        self._clock = Clock()
        self._journal = Journal()
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
    def requests(self) -> list[LoggedRequest]:
        """Every request so far, oldest first; a copy."""
        return self._journal.requests()

    def forget(self) -> None:
        """Empty the log of requests and drop the faults that were not used."""
        self._journal.forget()

    def advance_clock(self, seconds: float) -> None:
        """Move the clock of Toggl's hourly quota on."""
        self._clock.advance(seconds)

    def fail_next(
        self, service: str, *, status: int, body: str = "", content_type: str = "text/plain",
        headers: Mapping[str, str] = _NO_HEADERS, times: int = 1, path_contains: str = "",
    ) -> None:  # fmt: skip
        """Answer the next `times` requests of that service, whose path contains the text, with this instead."""
        if service not in ("toggl", "fibery", "chat"):
            raise ValueError(f"There is no sandbox service {service!r}; use toggl, fibery or chat.")
        self._journal.add_fault(Fault(service, status, body, content_type, headers, path_contains, times))

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
        guard = Guard(quota)
        track, reports = Track(self.world, self.options, guard, quota), Reports(self.world, self.options, guard)
        toggl = Router([*track.routes(), *reports.routes()])
        services = {
            "toggl": ("/toggl", toggl),
            "fibery": ("/fibery", fibery_app(self.world, self.options)),
            "chat": ("/openai", chat_app()),
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
