"""One made-up world for all sandbox tests, and one running sandbox with its clients for each module."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.constants import CHAT_KEY, FIBERY_TOKEN, TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World, build_world

TODAY = date(2025, 10, 15)
REPORT = f"/toggl/reports/api/v3/workspace/{WORKSPACE_ID}/search/time_entries"

Report = Callable[..., httpx.Response]
Query = Callable[..., dict[str, object]]
Open = Callable[..., AbstractContextManager[tuple[Sandbox, httpx.Client]]]


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(today=TODAY)


@pytest.fixture(scope="module")
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


def toggl_client(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(base_url=sandbox.url, auth=(TOGGL_TOKEN, "api_token"))


@pytest.fixture(scope="module")
def toggl(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with toggl_client(sandbox) as client:
        yield client


def fibery_client(sandbox: Sandbox, token: str = FIBERY_TOKEN) -> httpx.Client:
    return httpx.Client(base_url=f"{sandbox.url}/fibery", headers={"Authorization": f"Token {token}"})


def opening_with(world: World, client_of: Callable[[Sandbox], httpx.Client]) -> Open:
    @contextmanager
    def opening(**switches: Any) -> Iterator[tuple[Sandbox, httpx.Client]]:
        with Sandbox(world, options=Options(**switches)) as sandbox, client_of(sandbox) as client:
            yield sandbox, client

    return opening


@pytest.fixture
def opened(world: World) -> Open:
    """Opens a sandbox with these switches, and a client for its Toggl."""
    return opening_with(world, toggl_client)


@pytest.fixture
def with_fibery(world: World) -> Open:
    """Opens a sandbox with these switches, and a client for its Fibery."""
    return opening_with(world, fibery_client)


@pytest.fixture(scope="module")
def fibery(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with fibery_client(sandbox) as client:
        yield client


@pytest.fixture(scope="module")
def chat(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/openai/v1", headers={"Authorization": f"Bearer {CHAT_KEY}"}) as client:
        yield client


@pytest.fixture(scope="module")
def report(toggl: httpx.Client, world: World) -> Report:
    """Asks for the last complete week, without rounding, unless the arguments say otherwise."""
    monday = world.last_complete_week

    def ask(path: str = "", **body: object) -> httpx.Response:
        usual = {"start_date": monday.isoformat(), "rounding": 0, "rounding_minutes": 0}
        return toggl.post(f"{REPORT}{path}", json=usual | body)

    return ask


def ask(client: httpx.Client, source: str, select: object, *, params: object = None, **clauses: object) -> dict[str, Any]:
    """Sends one entity query of that client and gives its envelope."""
    rest = {f"q/{name.replace('_', '-')}": value for name, value in ({"limit": 1000} | clauses).items()}
    args = {"query": {"q/from": source, "q/select": select} | rest, "params": params or {}}
    envelope: dict[str, Any] = client.post("/api/commands", json={"command": "fibery.entity/query", "args": args}).json()
    return envelope


@pytest.fixture(scope="module")
def query(fibery: httpx.Client) -> Query:
    """Sends one entity query and gives its envelope."""

    def ask(source: str, select: object, *, params: dict[str, object] | None = None, **rest: object) -> dict[str, object]:
        clauses = {f"q/{name.replace('_', '-')}": value for name, value in ({"limit": 100} | rest).items() if value is not None}
        args = {"query": {"q/from": source, "q/select": select} | clauses, "params": params or {}}
        envelope: dict[str, object] = fibery.post("/api/commands", json={"command": "fibery.entity/query", "args": args}).json()
        return envelope

    return ask
