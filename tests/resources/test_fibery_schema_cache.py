"""The schema is asked for with the tag of the one that is known, and kept for one account."""

import json
from typing import Any

import httpx
import pytest

from io_managers.week_store import WeekStore
from resources.errors import AnswerError
from resources.fibery import FiberyResource
from resources.places import Place, ReadOnly
from tests.domain.schemas import QUIRKS, TYPES
from tests.domain.test_name_history import renamed
from tests.resources.fakes import FIBERY_TOKEN, FakeFibery

pytestmark = pytest.mark.anyio


class Tagged:
    """A Fibery whose schema has a tag, and which answers 304 to that tag."""

    def __init__(self, fibery: FakeFibery, schema: Any = None, tag: str = '"v1"') -> None:
        self.schema, self.tag, self.asked = schema or QUIRKS, tag, list[str | None]()
        fibery.override["/api/schema"] = self._answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers.get("if-none-match"))
        if self.asked[-1] == self.tag:
            return httpx.Response(304, headers={"ETag": self.tag})
        return httpx.Response(200, json=self.schema, headers={"ETag": self.tag})


def resource(token: str = FIBERY_TOKEN) -> FiberyResource:
    return FiberyResource(api_url="https://acme.fibery.example", token=token, requests_per_second=1000)


async def names(fibery: FakeFibery, place: Place | None, known: FiberyResource | None = None) -> list[str]:
    async with (known or resource()).client(place=place, transport=fibery.transport) as client:
        found = [database.name for database in (await client.schema()).databases]
        assert client.requests_made == 1
        return found


@pytest.fixture
def place(tmp_path: Any) -> Place:
    return WeekStore(str(tmp_path)).scratch("fibery", resource().account)


async def test_a_later_run_asks_whether_the_schema_is_still_the_same(fibery: FakeFibery, place: Place) -> None:
    tagged = Tagged(fibery)
    first = await names(fibery, place)
    assert await names(fibery, place) == first
    assert tagged.asked == [None, '"v1"']
    assert len(first) == 6


async def test_a_schema_that_changed_between_two_runs_is_read_anew(fibery: FakeFibery, place: Place) -> None:
    tagged = Tagged(fibery)
    await names(fibery, place)
    tagged.schema, tagged.tag = {"fibery/types": TYPES[:1]}, '"v2"'
    assert await names(fibery, place) == ["Scrum/Sub-task"]
    assert await names(fibery, place) == ["Scrum/Sub-task"]
    assert tagged.asked == [None, '"v1"', '"v2"']


async def test_what_was_renamed_between_two_runs_is_known_also_to_the_run_after(fibery: FakeFibery, place: Place) -> None:
    tagged = Tagged(fibery)
    await names(fibery, place)
    tagged.schema, tagged.tag = {"fibery/types": renamed(TYPES)}, '"v2"'
    assert await renames(fibery, place) == {"Scrum/Bug": "Scrum/Defect"}
    assert await renames(fibery, place) == {"Scrum/Bug": "Scrum/Defect"}
    assert tagged.asked == [None, '"v1"', '"v2"']


async def test_a_schema_that_was_kept_before_names_were_tells_its_names(fibery: FakeFibery, place: Place) -> None:
    place.write("schema.json", json.dumps({"tag": '"v1"', "schema": QUIRKS}).encode())
    Tagged(fibery, {"fibery/types": renamed(TYPES)}, '"v2"')
    assert await renames(fibery, place) == {"Scrum/Bug": "Scrum/Defect"}


async def test_names_that_cannot_be_read_or_not_written_tell_nothing(fibery: FakeFibery, place: Place) -> None:
    tagged = Tagged(fibery)
    await names(fibery, place)
    place.write("names.json", b'{"looks": "x"')
    tagged.schema, tagged.tag = {"fibery/types": renamed(TYPES)}, '"v2"'
    assert await renames(fibery, ReadOnly(place)) == {"Scrum/Bug": "Scrum/Defect"}
    assert place.read("names.json") == b'{"looks": "x"'


async def renames(fibery: FakeFibery, place: Place) -> dict[str, str]:
    async with resource().client(place=place, transport=fibery.transport) as client:
        return {one.old: one.new for one in (await client.schema()).renamed}


async def test_without_a_place_or_a_tag_the_schema_is_read_each_time(fibery: FakeFibery, place: Place) -> None:
    tagged = Tagged(fibery)
    await names(fibery, None)
    tagged.tag = ""
    await names(fibery, place)
    await names(fibery, place)
    assert tagged.asked == [None, None, None]


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"tag": 5, "schema": {}}', b'{"tag": "\\"v1\\"", "schema": {"fibery/types": 5}}'])
async def test_a_kept_schema_that_cannot_be_read_is_not_trusted(fibery: FakeFibery, place: Place, damaged: bytes) -> None:
    place.write("schema.json", damaged)
    tagged = Tagged(fibery)
    assert len(await names(fibery, place)) == 6
    assert tagged.asked == [None]


async def test_a_304_that_nobody_asked_for_is_refused(fibery: FakeFibery, place: Place) -> None:
    fibery.override["/api/schema"] = lambda _: httpx.Response(304)
    with pytest.raises(AnswerError, match="HTTP 304"):
        await names(fibery, place)


async def test_each_account_has_its_own_schema_and_no_token_is_kept(fibery: FakeFibery, tmp_path: Any) -> None:
    other = resource("e5f6a7b8.fedcba9876543210fedcba9876543210fed")
    store, tagged = WeekStore(str(tmp_path)), Tagged(fibery)
    for known in (resource(), other):
        await names(fibery, store.scratch("fibery", known.account), known)
    assert tagged.asked == [None, None]
    files = list((tmp_path / "cache" / "fibery").rglob("*.json"))
    assert not any(FIBERY_TOKEN in f"{path} {path.read_text()}" for path in files)
    kept = [path for path in files if path.name == "schema.json"]
    assert len(kept) == 2
    assert json.loads(kept[0].read_text())["tag"] == '"v1"'
