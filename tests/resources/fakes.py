"""A clock that jumps instead of waiting, and fake services behind the real HTTP client.

Not here: fixtures. Nothing of ours is replaced: the fakes are transports.
"""

import asyncio
import json
import selectors
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from resources.http import HttpPolicy, HttpSession

Handler = Callable[[httpx.Request], httpx.Response]
TOGGL_TOKEN = "0123456789abcdef0123456789abcdef"
FIBERY_TOKEN = "a1b2c3d4.0123456789abcdef0123456789abcdef012"
WORKSPACE_ID = 3000001


class JumpingSelector(selectors.DefaultSelector):
    """Moves the clock instead of waiting, and a little each time: a loop that asks for the time must not stand still."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is not None else None)
        self.now += 1e-6 + (timeout or 0.0 if not ready else 0.0)
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which an hour of sleep takes no time."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]
        self,
        executor: Any,  # noqa: ARG002
        func: Callable[..., Any],
        *args: Any,
    ) -> asyncio.Future[Any]:
        """At once and here: the clock would jump to every deadline while a thread works."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - as the real one does
            future.set_exception(error)
        return future


def session(handler: Handler, *, rate: float = 1000, **options: Any) -> HttpSession:
    """A session whose network is this function."""
    chosen: dict[str, Any] = {
        "service": "Toggl",
        "base_url": "https://toggl.example",
        "policy": HttpPolicy(requests_per_second=rate),
        "transport": httpx.MockTransport(handler),
    }
    return HttpSession(**(chosen | options))


def leaks(error: BaseException, secret: str) -> list[str]:
    """Where an error, its causes or its traceback show the secret."""
    chain = list(_chain(error))
    texts = ["".join(traceback.format_exception(error)), *map(str, chain), *map(repr, chain)]
    return [text for text in texts if secret in text]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Hidden contexts too, for not every logger respects that they are hidden."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def report_row(entry_id: int, seconds: int = 3600, **changes: Any) -> dict[str, Any]:
    """A row of the detailed report as Toggl writes it; `stop`, `start`, `at` and `seconds` go into its entry."""
    entry = {
        "id": entry_id,
        "seconds": seconds,
        "start": "2025-10-06T09:00:00+02:00",
        "stop": "2025-10-06T10:00:00+02:00",
        "at": "2025-10-06T08:00:05+00:00",
    }
    entry |= {key: changes.pop(key) for key in tuple(changes) if key in entry}
    row = {
        "user_id": 2100001,
        "username": "Ana Example",
        "email": "ana@example.com",
        "project_id": 5000001,
        "project_name": "Portal",
        "client_name": "Acme",
        "task_id": None,
        "billable": False,
        "description": "Fix login page #1234 [Scrum] [Task] [Portal]",
        "tag_ids": [6000001],
        "tag_names": ["backend"],
        "hourly_rate_in_cents": None,
        "currency": "USD",
        "time_entries": [entry],
    }
    return row | changes


class FakeToggl:
    """A Toggl workspace. `override` replaces the answers of one route, `before_page` may edit rows during a walk."""

    def __init__(self, rows: Sequence[dict[str, Any]] = ()) -> None:
        self.rows = list(rows)
        self.admin = True
        self.users: Any = [
            {"id": 2100001, "fullname": "Ana Example", "email": "Ana@Example.com", "inactive": False},
            {"id": 2100002, "fullname": "Боб Пример", "email": "bob@example.com", "inactive": True},
        ]
        self.projects: list[Any] = []
        self.clients: list[Any] = []
        self.tags: list[Any] = []
        self.total: int | None = None
        self.headers: dict[str, str] = {}
        self.override: dict[str, Handler] = {}
        self.before_page: Callable[[int], None] = lambda _: None
        self.asked: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.requests: list[httpx.Request] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        route = self._route(request.url.path)
        self.requests.append(request)
        self.asked.append(route)
        if route in {"page", "total"}:
            self.bodies.append(json.loads(request.content))
        answer = self.override.get(route) or getattr(self, f"_{route}")
        response: httpx.Response = answer(request)
        response.headers.update(self.headers)
        return response

    def _route(self, path: str) -> str:
        report = f"/reports/api/v3/workspace/{WORKSPACE_ID}/search/time_entries"
        routes = {report: "page", f"{report}/totals": "total", f"/api/v9/workspaces/{WORKSPACE_ID}": "workspace"}
        lists = {f"/api/v9/workspaces/{WORKSPACE_ID}/{name}": name for name in ("users", "projects", "clients", "tags")}
        return (routes | lists)[path]

    def _workspace(self, _request: httpx.Request) -> httpx.Response:
        role = "admin" if self.admin else "user"
        return httpx.Response(200, json={"id": WORKSPACE_ID, "admin": self.admin, "role": role, "api_token": TOGGL_TOKEN})

    def _users(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=json.dumps(self.users))

    def _projects(self, request: httpx.Request) -> httpx.Response:
        size, page = int(request.url.params["per_page"]), int(request.url.params["page"])
        return httpx.Response(200, json=self.projects[(page - 1) * size : page * size])

    def _clients(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self.clients)

    def _tags(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=json.dumps(self.tags or None))

    def _page(self, _request: httpx.Request) -> httpx.Response:
        body = self.bodies[-1]
        self.before_page(self.asked.count("page"))
        size, first = min(body["page_size"], 50), body.get("first_row_number", 1)
        rows = [row | {"row_number": number} for number, row in enumerate(self._chosen(body), start=1)]
        headers = {"X-Page-Size": str(size)}
        if len(rows) >= first + size:
            following = rows[first + size - 1]
            headers |= {"X-Next-Row-Number": str(first + size), "X-Next-ID": str(following["time_entries"][0]["id"])}
        return httpx.Response(200, json=rows[first - 1 : first - 1 + size], headers=headers)

    def _total(self, _request: httpx.Request) -> httpx.Response:
        parts = [part for row in self._chosen(self.bodies[-1]) for part in row["time_entries"]]
        counted = sum(part["seconds"] for part in parts if part["stop"] and part["seconds"] > 0)
        return httpx.Response(200, json={"seconds": counted if self.total is None else self.total, "tracked_days": 5})

    def _chosen(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = body.get("user_ids")
        return [row for row in self.rows if not wanted or row["user_id"] in wanted]


class FakeFibery:
    """A Fibery workspace: `answer` decides on each command, `texts` are documents by secret."""

    def __init__(self) -> None:
        self.schema: Any = {"fibery/types": []}
        self.answer: Callable[[dict[str, Any]], Any] = lambda _: []
        self.texts: dict[str, str] = {}
        self.override: dict[str, Handler] = {}
        self.posts: list[list[dict[str, Any]]] = []
        self.document_posts: list[list[str]] = []
        self.requests: list[httpx.Request] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    @property
    def queries(self) -> list[dict[str, Any]]:
        return [command["args"]["query"] for post in self.posts for command in post]

    @property
    def params(self) -> list[dict[str, Any]]:
        return [command["args"]["params"] for post in self.posts for command in post]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if path in self.override:
            return self.override[path](request)
        if path == "/api/schema":
            return httpx.Response(200, json=self.schema)
        body = json.loads(request.content)
        if path == "/api/documents/commands":
            return self._documents([item["secret"] for item in body["args"]])
        self.posts.append(body)
        return httpx.Response(200, json=[self._envelope(command["args"]) for command in body])

    def _documents(self, secrets: list[str]) -> httpx.Response:
        self.document_posts.append(secrets)
        found = [{"secret": secret, "content": self.texts[secret]} for secret in reversed(secrets) if secret in self.texts]
        return httpx.Response(200, json=found)

    def _envelope(self, args: dict[str, Any]) -> dict[str, Any]:
        result = self.answer(args["query"] | {"params": args["params"]})
        is_failure = isinstance(result, dict) and "name" in result
        return {"success": not is_failure, "result": result}
