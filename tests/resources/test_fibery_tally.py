"""How far a question about many entities has come is said in a line that people can read. Not here: the answers."""

import pytest

from resources.fibery import FiberyResource
from resources.fibery_api import Envelope
from resources.fibery_query import Part
from resources.fibery_tally import EVERY_SECONDS, Tally
from tests.resources.fakes import FIBERY_TOKEN, FakeFibery
from tests.resources.test_fibery_smaller import request, slow_above

pytestmark = pytest.mark.anyio


def part(name: str, *ids: int, after: str | None = None) -> Part:
    return Part(number=0, request=request(name=name), public_ids=tuple(map(str, ids)), after=after)


def test_it_tells_at_the_start_and_then_not_too_often() -> None:
    now, told = [0.0], list[str]()
    tasks, bugs, nobody = part("Scrum/Task", 1, 2), part("Scrum/Bug", 3), Part(number=1, request=None)
    tally = Tally(told.append, [tasks, bugs, nobody], clock=lambda: now[0])
    assert told == ["Entities so far: Scrum/Bug 0 of 1; Scrum/Task 0 of 2"]
    tally.take([tasks, nobody], [Envelope(rows=()), Envelope(rows=())])
    assert len(told) == 1
    now[0] = EVERY_SECONDS
    tally.take([bugs], [Envelope(rows=(), code="entity.error/query-timeout", reason="slow")])
    assert told[1:] == ["Entities so far: Scrum/Bug 0 of 1; Scrum/Task 2 of 2"]
    tally.say()
    assert len(told) == 2


def test_questions_about_no_particular_entities_say_nothing() -> None:
    told = list[str]()
    Tally(told.append, [Part(number=0, request=None)]).say()
    assert told == []


async def test_what_is_asked_for_again_in_halves_counts_once() -> None:
    told = list[str]()
    fibery = FakeFibery()
    fibery.answer = slow_above(2)
    known = FiberyResource(api_url="https://acme.fibery.example", token=FIBERY_TOKEN, requests_per_second=100_000)
    async with known.client(tell=told.append, transport=fibery.transport) as client:
        await client.ask([request(1, 2, 3, 4)])
    assert told == ["Entities so far: Scrum/Task 0 of 4", "Entities so far: Scrum/Task 4 of 4"]
