"""How many requests about one type are out at the same time. Time is a jumping clock, the network a function."""

import json
from collections import Counter
from collections.abc import Iterable

import anyio
import httpx
import pytest

from resources.errors import RefusedError
from resources.fibery import FiberyClient
from resources.fibery_flight import Flight
from resources.http import HttpPolicy, HttpSession
from volt_assets.domain.entities import EntityRequest
from volt_assets.domain.fibery_schema import Database, Field, FieldKind

pytestmark = pytest.mark.anyio
TEXT = Field(name="Scrum/Text", type="Collaboration~Documents/Document", kind=FieldKind.DOCUMENT)


def request(name: str, ids: Iterable[int]) -> EntityRequest:
    known = Database(name=name, title_field="Scrum/Name", fields=(), has_workflow=False, has_state_type=False, has_assignees=False)
    return EntityRequest(database=known, public_ids=tuple(str(one) for one in ids), fields=(TEXT,))


class SlowFibery(httpx.AsyncBaseTransport):
    """Answers each batch of texts after its own number of seconds, and counts what is out at the same time."""

    def __init__(self, seconds: list[float]) -> None:
        self.out: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.started: list[float] = []
        self.ended: list[float] = []
        self._seconds = iter(seconds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread())
        if request.url.path == "/api/commands":
            return httpx.Response(200, json=[self._rows(command["args"]) for command in body])
        secrets = [item["secret"] for item in body["args"]]
        types = {secret.split(" ")[0] for secret in secrets}
        self.out.update(types)
        self.most |= self.out
        self.started.append(anyio.current_time())
        await anyio.sleep(next(self._seconds))
        self.ended.append(anyio.current_time())
        self.out.subtract(types)
        return httpx.Response(200, json=[{"secret": secret, "content": "text"} for secret in secrets])

    def _rows(self, args: dict[str, dict[str, list[str]]]) -> dict[str, object]:
        database, ids = args["query"]["q/from"], args["params"]["$ids"]
        return {"success": True, "result": [{"id": one, "publicId": one, "name": "x", "f0": f"{database} {one}"} for one in ids]}


async def ask(slow: SlowFibery, *requests: EntityRequest, **most: int) -> FiberyClient:
    policy = HttpPolicy(requests_per_second=100_000)
    async with HttpSession(service="Fibery", base_url="https://acme.fibery.example", policy=policy, transport=slow) as session:
        client = FiberyClient(session)
        await client.ask(requests, max_concurrent={f"Scrum/{name}": number for name, number in most.items()})
        return client


async def test_no_more_texts_of_a_type_are_asked_for_at_once_than_configured() -> None:
    slow = SlowFibery([1] * 10)
    await ask(slow, request("Scrum/Task", range(500)), Task=2)
    assert slow.most == Counter({"Scrum/Task": 2})
    assert len(slow.started) == 10


async def test_the_next_one_starts_as_one_ends_not_when_all_have() -> None:
    slow = SlowFibery([10, 1, 1, 1])
    await ask(slow, request("Scrum/Task", range(200)), Task=2)
    assert [round(moment - slow.started[0]) for moment in slow.started] == [0, 0, 1, 2]
    assert round(max(slow.ended) - slow.started[0]) == 10


async def test_types_do_not_wait_for_each_other() -> None:
    slow = SlowFibery([1] * 8)
    await ask(slow, request("Scrum/Task", range(200)), request("Scrum/Bug", range(200)), Task=1, Bug=3)
    assert slow.most == Counter({"Scrum/Bug": 3, "Scrum/Task": 1})
    assert round(max(slow.ended) - slow.started[0]) == 4


async def test_texts_of_several_types_share_a_request_which_counts_for_each() -> None:
    slow = SlowFibery([1, 1])
    client = await ask(slow, request("Scrum/Task", range(30)), request("Scrum/Bug", range(70)), Task=1, Bug=1)
    assert slow.most == Counter({"Scrum/Task": 1, "Scrum/Bug": 1})
    assert (client.documents_asked, client.requests_made) == (100, 3)


async def test_the_first_refusal_stops_the_rest_and_comes_out_as_it_is() -> None:
    sent: list[int] = []

    async def send(job: int) -> Iterable[int]:
        sent.append(job)
        await anyio.sleep(job)
        if job == 1:
            raise RefusedError("The token is refused.")
        return ()

    with pytest.raises(RefusedError, match="The token is refused"):
        await Flight[int]({"x": 2}, types=lambda _: ["x"], send=send).run([5, 1, 7, 8])
    assert sent == [5, 1]


async def test_what_a_job_leaves_to_do_is_done() -> None:
    sent: list[int] = []

    async def send(job: int) -> Iterable[int]:
        sent.append(job)
        return [job - 1] if job else []

    await Flight[int]({}, types=lambda _: ["x"], send=send).run([2])
    assert sent == [2, 1, 0]
