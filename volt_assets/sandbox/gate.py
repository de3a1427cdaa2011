"""What stands before all three services: the log of requests, answers that fail on demand, and the sandbox's clock.

No knowledge of any service's requests or answers.
"""

import asyncio
import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field, replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from volt_assets.sandbox.faults import CannedAnswer
from volt_assets.sandbox.options import LoggedRequest

LOG = logging.getLogger("volt.sandbox")
COMMANDS = "sandbox.commands"
"""The scope key under which the Fibery service leaves the number of commands of a request."""
_PATIENCE = 30.0


class Clock:
    """Seconds that run like the real ones and can be moved on by a test; answers may wait for them."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = threading.Condition()
        self._released = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move on by that many seconds at once; who waits for a moment that has come goes on."""
        with self._moved:
            self._ahead += seconds
            self._wake()

    def release(self) -> None:
        """Let everybody go on who waits, now and from now on: the sandbox ends."""
        with self._moved:
            self._released = True
            self._wake()

    async def wait(self, seconds: float) -> None:
        """Return when the clock is that many seconds further."""
        until, moved = self.now() + seconds, asyncio.Event()
        mine = (asyncio.get_running_loop(), moved)
        with self._moved:
            self._waiting.append(mine)
            self._moved.notify_all()
        try:
            while not self._released and (left := until - self.now()) > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(moved.wait(), left)
                moved.clear()
        finally:
            with self._moved:
                self._waiting.remove(mine)

    def wait_for_waiting(self, count: int) -> None:
        """Return when at least so many answers wait for this clock; RuntimeError after a while."""
        with self._moved:
            if not self._moved.wait_for(lambda: len(self._waiting) >= count, timeout=_PATIENCE):
                raise RuntimeError(f"Only {len(self._waiting)} of {count} answers wait; is fibery_answer_seconds set?")

    def _wake(self) -> None:
        for loop, moved in self._waiting:
            loop.call_soon_threadsafe(moved.set)


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer to give instead of the true one, to so many requests whose path contains the text."""

    service: str
    answer: CannedAnswer
    path_contains: str
    times: int


@dataclass(slots=True)
class Journal:
    """The requests so far and the faults to come; safe to use from several threads."""

    _requests: list[LoggedRequest] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def requests(self) -> list[LoggedRequest]:
        """A copy of the log, oldest first."""
        with self._lock:
            return list(self._requests)

    def write(self, request: LoggedRequest) -> None:
        """Add one line to the log."""
        with self._lock:
            self._requests.append(request)
        LOG.info("%s %s %s %s", request.service, request.method, request.path, request.status)

    def forget(self) -> None:
        """Empty the log and drop the faults that were not used."""
        with self._lock:
            self._requests.clear()
            self._faults.clear()

    def add_fault(self, fault: Fault) -> None:
        """Queue a fault behind those that are waiting."""
        with self._lock:
            self._faults.append(fault)

    def take_fault(self, service: str, path: str) -> Fault | None:
        """The oldest waiting fault for this request, used up by one; None to answer truly."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.service == service and fault.path_contains in path:
                    self._use(index, fault)
                    return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]


class Gate:
    """ASGI layer before one service: logs each request and answers with a fault where one is waiting."""

    def __init__(self, app: ASGIApp, service: str, journal: Journal) -> None:
        self._app = app
        self._service = service
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._log(scope, path, status)
            await send(message)

        fault = self._journal.take_fault(self._service, path)
        app = fault.answer.response() if fault else self._app
        await app(scope, receive, note_status)

    def _log(self, scope: Scope, path: str, status: int) -> None:
        commands = scope.get(COMMANDS, 0)
        self._journal.write(LoggedRequest(self._service, scope["method"], path, status, commands))
