"""The world of any size: exactly as large as asked, plain, and served like the usual one."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from volt_assets.sandbox.crowd import ZONES, build_crowd
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.weeks import monday_of, zone
from volt_assets.sandbox.world import World

from .conftest import REPORT, TODAY, toggl_client

PEOPLE, ENTRIES, WEEKS = 37, 1_003, 3


@pytest.fixture(scope="module")
def crowd() -> World:
    return build_crowd(today=TODAY, people=PEOPLE, entries_per_week=ENTRIES, weeks=WEEKS)


def test_every_week_has_exactly_the_entries_that_were_asked_for(crowd: World) -> None:
    assert len(crowd.weeks) == WEEKS
    assert crowd.weeks[-1] == monday_of(TODAY)
    assert Counter(monday_of(entry.day) for entry in crowd.entries) == dict.fromkeys(crowd.weeks, ENTRIES)


def test_everybody_works_about_as_much(crowd: World) -> None:
    counts = Counter(entry.user_id for entry in crowd.entries_of_week(crowd.weeks[0]))

    assert len(crowd.people) == len(counts) == PEOPLE
    assert max(counts.values()) - min(counts.values()) <= 5


def test_the_same_arguments_give_the_same_crowd_and_another_seed_another(crowd: World) -> None:
    assert build_crowd(today=TODAY, people=PEOPLE, entries_per_week=ENTRIES, weeks=WEEKS) == crowd
    assert build_crowd(today=TODAY, people=PEOPLE, entries_per_week=ENTRIES, weeks=WEEKS, seed=2).entries != crowd.entries


def test_a_week_is_the_same_whether_more_weeks_come_before_it_or_not(crowd: World) -> None:
    alone = build_crowd(today=TODAY, people=PEOPLE, entries_per_week=ENTRIES, weeks=1)

    assert [entry.description for entry in alone.entries] == [entry.description for entry in crowd.entries_of_week(crowd.weeks[-1])]


def test_people_do_one_thing_at_a_time_in_working_hours_of_their_own_zone(crowd: World) -> None:
    for person in crowd.people:
        own = [entry for entry in crowd.entries if entry.user_id == person.user_id]
        stops = [entry.stop for entry in own if entry.stop]
        assert all(stop <= entry.start for stop, (_, entry) in zip(stops, pairwise(own), strict=False))
        walls = [(entry, entry.start.astimezone(zone(person.zone))) for entry in own]
        assert all(wall.date() == entry.day and wall.weekday() < 5 and 8 <= wall.hour < 17 for entry, wall in walls)
    assert {person.zone for person in crowd.people} == set(ZONES)


def test_four_entries_in_five_name_an_entity_in_full(crowd: World) -> None:
    full = [entry for entry in crowd.entries if re.search(r"\w #\d+ \[Scrum\] \[[\w-]+\] \[[^\]]+\]$", entry.description or "")]

    assert 0.76 < len(full) / len(crowd.entries) < 0.84
    assert all(entry.description for entry in crowd.entries)


def test_ids_are_unique_and_entries_ordered_by_their_starts(crowd: World) -> None:
    starts = [entry.start for entry in crowd.entries]
    people = {one for person in crowd.people for one in (person.user_id, person.membership_id, person.organization_membership_id)}

    assert len({entry.entry_id for entry in crowd.entries}) == len(crowd.entries)
    assert starts == sorted(starts)
    assert len(people) == 3 * PEOPLE
    assert all(entry.seconds >= 60 for entry in crowd.entries)


def test_a_year_of_weeks_can_be_made() -> None:
    year = build_crowd(today=date(2025, 12, 31), people=11, entries_per_week=200, weeks=52)

    assert (len(year.weeks), len(year.entries)) == (52, 52 * 200)
    assert year.weeks[0] == date(2025, 1, 6)


def test_one_person_with_nothing_tracked_is_a_crowd_too() -> None:
    empty = build_crowd(today=TODAY, people=1, entries_per_week=0, weeks=1)

    assert empty.entries == ()
    assert empty.last_complete_week == date(2025, 10, 6)


@pytest.mark.parametrize(("people", "entries", "weeks"), [(0, 5, 1), (1, 2_401, 1), (1, -1, 1), (1, 1, 0)])
def test_an_impossible_crowd_is_refused(people: int, entries: int, weeks: int) -> None:
    with pytest.raises(ValueError, match=f"crowd of {people} people cannot track {entries} entries a week in {weeks} weeks"):
        build_crowd(today=TODAY, people=people, entries_per_week=entries, weeks=weeks)


def test_as_many_entries_as_a_day_holds_are_still_a_minute_apart() -> None:
    busy = build_crowd(today=TODAY, people=1, entries_per_week=2_400, weeks=1)

    assert all(36 <= entry.seconds < 60 for entry in busy.entries)


@pytest.mark.parametrize("size", [50, 1000])
def test_a_crowd_is_served_page_by_page_and_adds_up(crowd: World, size: int) -> None:
    body = {"start_date": str(crowd.weeks[1]), "rounding": 0, "rounding_minutes": 0, "page_size": size}
    rows, row = [], 1
    with Sandbox(crowd, options=Options(page_size_cap=1000)) as sandbox, toggl_client(sandbox) as client:
        while row:
            page = client.post(REPORT, json=body | {"first_row_number": row})
            rows += page.json()
            row = int(page.headers.get("X-Next-Row-Number", 0))
        total = client.post(f"{REPORT}/totals", json=body).json()["seconds"]
        users = client.get("/toggl/api/v9/workspaces/3100001/users").json()

    assert len(rows) == ENTRIES
    assert sum(one["time_entries"][0]["seconds"] for one in rows) == total == crowd.seconds_of_week(crowd.weeks[1])
    assert len(users) == PEOPLE


def test_a_crowds_entities_are_not_in_fibery(crowd: World) -> None:
    assert crowd.fibery.type("Scrum/Task") is not None
    assert crowd.fibery.entities("Scrum/Task") == ()
