"""What is too much for Fibery at once is asked for in smaller parts, and only what stays refused is missing. Not here: other failures."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from resources.errors import AnswerError
from resources.fibery import FiberyResource
from tests.resources.fakes import FIBERY_TOKEN, FakeFibery
from volt_assets.domain.entities import Below, EntityAnswer, EntityRequest
from volt_assets.domain.fibery_schema import Database, Field, FieldKind

pytestmark = pytest.mark.anyio
TEXT = Field(name="Scrum/Text", type="Collaboration~Documents/Document", kind=FieldKind.DOCUMENT)
COMMANDS, DOCUMENTS = "/api/commands", "/api/documents/commands"
TIMEOUT = {"name": "entity.error/query-timeout", "message": "Query execution failed: statement TIMEOUT."}
DOWN = httpx.Response(503)
"""No Fibery at all."""


def request(*ids: int, name: str = "Scrum/Task", **changes: Any) -> EntityRequest:
    database = Database(name=name, title_field="Scrum/Name", fields=(), has_workflow=True, has_state_type=True, has_assignees=False)
    return EntityRequest(database=database, public_ids=tuple(map(str, ids)), **changes)


async def ask(fibery: FakeFibery, *requests: EntityRequest) -> tuple[EntityAnswer, ...]:
    known = FiberyResource(api_url="https://acme.fibery.example", token=FIBERY_TOKEN, requests_per_second=100_000)
    async with known.client(transport=fibery.transport) as client:
        return (await client.ask(requests)).answers


def rows_of(query: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": f"u{n}", "publicId": n, "name": "x", "f0": f"secret {n}"} for n in query["params"]["$ids"]]


def slow_above(most: int) -> Callable[[dict[str, Any]], Any]:
    """A Fibery for which more ids than these take too long."""
    return lambda query: TIMEOUT if len(query["params"]["$ids"]) > most else rows_of(query)


def open_work(rows: int, slow: Callable[[dict[str, Any]], bool]) -> Callable[[dict[str, Any]], Any]:
    """So many rows in pages, of which the slow ones take too long."""
    everything = [{"id": f"{n:05}", "publicId": str(n), "name": "x"} for n in range(1, rows + 1)]

    def answer(query: dict[str, Any]) -> Any:
        left = [row for row in everything if row["id"] > query["params"].get("$after", "")]
        return TIMEOUT if slow(query) else left[: query["q/limit"]]

    return answer


def refused(name: str, *, status: int = 500) -> httpx.Response:
    return httpx.Response(status, json={"name": name, "message": "Too many."})


def refusing(fibery: FakeFibery, path: str, is_refused: Callable[[list[Any]], bool], answer: httpx.Response) -> list[int]:
    """Makes Fibery refuse some of a path's requests by what they ask for. Returns how much each request asked for, as it grows."""
    sizes: list[int] = []

    def handle(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        items = body if isinstance(body, list) else [item["secret"] for item in body["args"]]
        sizes.append(len(items))
        if is_refused(items):
            return httpx.Response(answer.status_code, content=answer.content)
        del fibery.override[path]
        whole = fibery.handle(request)
        fibery.override[path] = handle
        return whole

    fibery.override[path] = handle
    return sizes


@pytest.mark.parametrize("most", [1, 3, 10, 21])
async def test_ids_that_take_too_long_are_halved_until_they_do_not(fibery: FakeFibery, most: int) -> None:
    fibery.answer = slow_above(most)
    [answer] = await ask(fibery, request(*range(1, 23)))
    assert (len(answer.records), answer.failure) == (22, None)


async def test_the_halves_of_a_request_travel_together(fibery: FakeFibery) -> None:
    fibery.answer = slow_above(1)
    await ask(fibery, request(1, 2, 3, 4))
    assert [[len(command["args"]["params"]["$ids"]) for command in post] for post in fibery.posts] == [[4], [2, 2], [1, 1, 1, 1]]


async def test_only_the_id_that_stays_too_slow_is_missing(fibery: FakeFibery) -> None:
    fibery.answer = lambda query: TIMEOUT if "4" in query["params"]["$ids"] else rows_of(query)
    [answer] = await ask(fibery, request(1, 2, 3, 4, 5))
    assert [record.key.public_id for record in answer.records] == ["1", "2", "3", "5"]
    assert answer.failure is not None
    assert answer.failure.code == "entity.error/query-timeout"


async def test_what_is_above_ids_is_halved_like_them(fibery: FakeFibery) -> None:
    fibery.answer = slow_above(2)
    below = Below(path=("Scrum/Tasks",), public_ids=("1", "2", "3", "4", "5"))
    [answer] = await ask(fibery, request(name="Scrum/Feature", below=(below,)))
    assert (len(answer.records), answer.failure) == (5, None)


@pytest.mark.parametrize("most", [500, 100, 31])
async def test_pages_that_take_too_long_become_smaller(fibery: FakeFibery, most: int) -> None:
    fibery.answer = open_work(700, lambda query: query["q/limit"] > most)
    [answer] = await ask(fibery, request(started_only=True))
    assert (len(answer.records), answer.failure) == (700, None)


async def test_pages_do_not_become_ever_smaller(fibery: FakeFibery) -> None:
    fibery.answer = open_work(700, lambda query: "$after" not in query["params"])
    [answer] = await ask(fibery, request(started_only=True))
    assert [query["q/limit"] for query in fibery.queries] == [1000, 500, 250, 125, 62, 31, 25]
    assert answer.failure is not None


async def test_there_is_an_end_to_asking_again_and_what_came_stays(fibery: FakeFibery) -> None:
    fibery.answer = open_work(20_000, lambda query: query["q/limit"] > 25)
    [slow] = await ask(fibery, request(started_only=True))
    assert len(fibery.posts) == 101
    assert len(slow.records) == 25 * 95
    assert slow.failure is not None
    assert slow.failure.code == "entity.error/query-timeout"


async def test_a_request_with_too_many_commands_is_sent_in_parts(fibery: FakeFibery) -> None:
    fibery.answer = rows_of
    sizes = refusing(fibery, COMMANDS, lambda items: len(items) > 5, refused("commands.error/too-many-commands"))
    answers = await ask(fibery, *(request(1, name=f"Scrum/T{n}") for n in range(12)))
    assert [(len(answer.records), answer.failure) for answer in answers] == [(1, None)] * 12
    assert sorted(sizes) == [3, 3, 3, 3, 6, 6, 12]


async def test_a_request_that_is_too_long_is_sent_in_parts_even_of_one_command(fibery: FakeFibery) -> None:
    fibery.answer = rows_of
    refusing(fibery, COMMANDS, lambda items: len(json.dumps(items)) > 800, httpx.Response(413, text="Payload Too Large"))
    answers = await ask(fibery, request(*range(1000, 1200)), request(*range(3), name="Scrum/Bug"))
    assert [(len(answer.records), answer.failure) for answer in answers] == [(200, None), (3, None)]


async def test_one_command_that_fails_a_whole_request_is_the_only_one_that_is_missing(fibery: FakeFibery) -> None:
    fibery.answer = rows_of
    refusing(fibery, COMMANDS, lambda items: "Scrum/Odd" in json.dumps(items), refused("query.error/odd"))
    answers = await ask(fibery, *(request(1, name=name) for name in ("Scrum/A", "Scrum/Odd", "Scrum/B", "Scrum/C")))
    assert [len(answer.records) for answer in answers] == [1, 0, 1, 1]
    [failure] = [answer.failure for answer in answers if answer.failure]
    assert (failure.database, failure.code) == ("Scrum/Odd", "query.error/odd")
    assert failure.reason == "Fibery did not accept the question (query.error/odd)"


async def test_a_fibery_that_accepts_nothing_is_an_error_and_not_an_empty_week(fibery: FakeFibery) -> None:
    sizes = refusing(fibery, COMMANDS, lambda _: True, refused("commands.error/unknown-command"))
    with pytest.raises(AnswerError, match=r"HTTP 500 to /api/commands: commands\.error/unknown-command: Too many\. It expects"):
        await ask(fibery, *(request(*range(100), name=f"Scrum/T{n}") for n in range(4)))
    assert len(sizes) == 7


async def test_a_fibery_that_goes_down_meanwhile_is_not_asked_piece_by_piece(fibery: FakeFibery) -> None:
    def answer(query: dict[str, Any]) -> Any:
        fibery.override[COMMANDS] = lambda _: DOWN
        return TIMEOUT if query["q/from"] == "Scrum/Task" else rows_of(query)

    fibery.answer = answer
    slow, quick = await ask(fibery, request(*range(300)), request(1, name="Scrum/Bug"))
    assert slow.failure is not None
    assert (len(quick.records), quick.failure) == (1, None)
    assert len(fibery.requests) == 1 + 3


@pytest.mark.parametrize("answer", [refused("documents.error/too-many-documents"), httpx.Response(413, text="Payload Too Large")])
async def test_too_many_texts_at_once_are_asked_for_in_parts(fibery: FakeFibery, answer: httpx.Response) -> None:
    fibery.answer = rows_of
    fibery.texts = {f"secret {n}": f"text {n}" for n in range(70)}
    sizes = refusing(fibery, DOCUMENTS, lambda secrets: len(secrets) > 20, answer)
    [found] = await ask(fibery, request(*range(70), fields=(TEXT,)))
    assert {record.fields["Text"] for record in found.records} == {f"text {n}" for n in range(70)}
    assert [record.remarks for record in found.records] == [()] * 70
    assert sorted(sizes) == [12, 12, 13, 13, 20, 25, 25, 50]


async def test_one_text_that_fails_a_whole_request_is_the_only_one_that_is_missing(fibery: FakeFibery) -> None:
    fibery.answer = rows_of
    fibery.texts = {f"secret {n}": f"text {n}" for n in range(50)}
    refusing(fibery, DOCUMENTS, lambda secrets: "secret 7" in secrets, refused("documents.error/not-found", status=404))
    [found] = await ask(fibery, request(*range(50), fields=(TEXT,)))
    [missing] = [record for record in found.records if record.fields["Text"] is None]
    assert missing.key.public_id == "7"
    assert [remark.reason for remark in missing.remarks] == ["Fibery did not send this text (documents.error/not-found)"]
