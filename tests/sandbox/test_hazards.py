"""The oddities that reference/toggl.md 13 asks for, each found in the weeks under its name and as odd as it says."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.weeks import local_date, monday_of, zone
from volt_assets.sandbox.world import World, build_world

from .conftest import TODAY


def words(entry: Entry) -> str:
    return entry.description or ""


def stop_day(entry: Entry, world: World) -> date:
    assert entry.stop is not None
    return local_date(entry.stop, world.person(entry.user_id).zone)


def changes_its_offset(entry: Entry, world: World) -> bool:
    assert entry.stop is not None
    own = zone(world.person(entry.user_id).zone)
    return entry.start.astimezone(own).utcoffset() != entry.stop.astimezone(own).utcoffset()


def overlaps_another(entry: Entry, world: World) -> bool:
    assert entry.stop is not None
    others = (other for other in world.entries if other.user_id == entry.user_id and other is not entry and other.stop)
    return any(other.stop is not None and other.start < entry.stop and entry.start < other.stop for other in others)


ODDITIES: dict[str, tuple[str, Callable[[Entry, World], bool]]] = {
    "an empty description": ("empty description", lambda entry, _: entry.description == ""),
    "a null description": ("null description", lambda entry, _: entry.description is None),
    "a null project": ("no project", lambda entry, _: entry.project_id is None),
    "Cyrillic text": ("cyrillic", lambda entry, _: bool(re.search("[\u0430-\u044f]{3}", words(entry)))),
    "emoji": ("emoji", lambda entry, _: bool(re.search("[\U0001f300-\U0001faff]", words(entry)))),
    "an id alone": ("bare id", lambda entry, _: bool(re.fullmatch(r"#\d+", words(entry)))),
    "an id that is no entity's": ("pull request", lambda entry, _: bool(re.fullmatch(r"Review PR #\d+", words(entry)))),
    "an id with one label": ("one label", lambda entry, _: bool(re.search(r"#\d+ \[Task\]$", words(entry)))),
    "an id with an empty project": ("empty project label", lambda entry, _: words(entry).endswith("[]")),
    "an id among spaces": ("many spaces", lambda entry, _: bool(re.search(r"  #\d+  \[Scrum\]   \[Task\]", words(entry)))),
    "a number sign that is no id": ("hash and brackets", lambda entry, _: bool(re.search(r"^\[Import\] step #9 .*#\d+ \[", words(entry)))),
    "an id in a link": ("url", lambda entry, _: bool(re.search(r"\.fibery\.io/\S+-\d+$", words(entry)))),
    "two ids in one description": ("two references", lambda entry, _: len(re.findall(r"#\d+ \[", words(entry))) == 2),
    "across midnight": ("across midnight", lambda entry, world: stop_day(entry, world) == entry.day + timedelta(days=1)),
    "across the week's end": ("across the week's end", lambda entry, world: monday_of(stop_day(entry, world)) > monday_of(entry.day)),
    "across a change of the clocks": ("clock change", changes_its_offset),
    "zero seconds": ("zero seconds", lambda entry, _: entry.seconds == 0 and entry.start == entry.stop),
    "an overlap": ("overlap", overlaps_another),
    "a day and more": ("over 24 hours", lambda entry, _: entry.seconds > 24 * 3600),
    "running": ("running", lambda entry, _: entry.stop is None and entry.seconds < 0),
}


@pytest.fixture(scope="module", params=[(TODAY, 1), (date(2025, 11, 5), 1), (date(2026, 3, 9), 7)], ids=str)
def other_world(request: pytest.FixtureRequest) -> World:
    today, seed = request.param
    return build_world(today=today, seed=seed)


@pytest.mark.parametrize("oddity", ODDITIES)
def test_every_oddity_is_in_the_weeks_under_its_name(other_world: World, oddity: str) -> None:
    name, is_odd = ODDITIES[oddity]

    assert other_world.hazards[name]
    assert all(is_odd(other_world.entry(entry_id), other_world) for entry_id in other_world.hazards[name])
    assert all(other_world.weeks[0] <= other_world.entry(entry_id).day <= other_world.today for entry_id in other_world.hazards[name])


def test_ids_are_written_in_all_the_usual_ways_in_ordinary_weeks_too(world: World) -> None:
    odd = {entry_id for ids in world.hazards.values() for entry_id in ids}
    texts = [words(entry) for entry in world.entries if entry.entry_id not in odd]
    ways = {
        "title and id": r"\w #\d+$",
        "id first": r"^#\d+ \[",
        "id alone": r"^#\d+$",
        "in full": r"\w #\d+ \[[^\]]+\] \[[^\]]+\] \[[^\]]+\]$",
        "words behind the labels": r"\] (?:- follow-up|tests)$",
        "a project with a hyphen": r"\[Portal - Internal\]",
        "a link": r"https://\S+/\S*\d+$",
    }
    assert not [way for way, form in ways.items() if not any(re.search(form, text) for text in texts)]
