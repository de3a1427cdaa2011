"""The made-up world by itself: repeatable, plausible, and odd only where it says so."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from volt_assets.sandbox.hazards import OVERLAPS
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.weeks import monday_of, zone
from volt_assets.sandbox.world import World, build_world

from .conftest import TODAY

DATABASES = (
    "Scrum/Task", "Scrum/Sub-task", "Scrum/Bug", "Scrum/Sprint", "Product Management/Feature", "Design/Work Version", "Support/Ticket",
)  # fmt: skip


def overlaps(world: World) -> list[tuple[Entry, Entry]]:
    found = []
    for person in world.people:
        own = [entry for entry in world.entries if entry.user_id == person.user_id]
        found += [(one, other) for one, other in pairwise(own) if one.stop is None or other.start < one.stop]
    return found


def test_the_same_date_and_seed_give_the_same_world(world: World) -> None:
    assert build_world(today=TODAY) == world


def test_another_seed_gives_another_world(world: World) -> None:
    other = build_world(today=TODAY, seed=2)

    assert other.entries != world.entries
    assert overlaps(other)
    assert set(other.hazards) == set(world.hazards)


@pytest.mark.parametrize(
    "today",
    [date(2025, 3, 31), date(2025, 10, 4), date(2026, 1, 4), date(2024, 2, 29), date(2026, 9, 28)],
    ids=["a Monday after a clock change", "a Saturday", "a Sunday", "a leap day", "the day after a change in Auckland"],
)
def test_any_day_can_be_today(today: date) -> None:
    world = build_world(today=today)

    assert max(entry.day for entry in world.entries) == today
    assert world.running.day == today
    assert {one.entry_id for pair in overlaps(world) for one in pair} & set(world.hazards["overlap"])
    assert len(overlaps(world)) == 1
    assert world.hazards["clock change"]


def test_there_are_26_weeks_that_end_with_the_week_of_today(world: World) -> None:
    days = [entry.day for entry in world.entries]

    assert len(world.weeks) == 26
    assert world.weeks[0] <= min(days) < world.weeks[1]
    assert max(days) == TODAY


def test_a_full_week_has_about_200_entries_of_all_eleven_people(world: World) -> None:
    sizes = [len(world.entries_of_week(monday)) for monday in world.weeks[:-1]]

    assert len(world.people) == 11
    assert all(180 <= size <= 250 for size in sizes)
    assert len({entry.user_id for entry in world.entries_of_week(world.last_complete_week)}) == 11
    assert len({person.zone for person in world.people}) == 3


def test_working_days_are_six_to_eight_and_a_half_hours_long(world: World) -> None:
    odd = {entry_id for ids in world.hazards.values() for entry_id in ids}
    days: Counter[tuple[int, date]] = Counter()
    for entry in world.entries:
        if entry.entry_id not in odd and entry.day < TODAY:
            days[entry.user_id, entry.day] += entry.seconds
    hours = sorted(seconds / 3600 for seconds in days.values())

    assert hours[len(hours) // 20] > 5.5
    assert hours[-1] < 9


def test_everybody_but_the_intended_one_does_one_thing_at_a_time(world: World) -> None:
    (pair,) = overlaps(world)

    assert {"overlap"} == OVERLAPS
    assert pair[1].entry_id in world.hazards["overlap"]


def test_somebody_is_away_for_a_whole_week(world: World) -> None:
    worked = {(entry.user_id, monday_of(entry.day)) for entry in world.entries}
    away = [person for person in world.people for monday in world.weeks[:-1] if (person.user_id, monday) not in worked]

    assert len(away) >= 10


def test_most_hours_are_on_full_references(world: World) -> None:
    hours: Counter[str] = Counter()
    for entry in world.entries:
        if not entry.running:
            hours[kind_of(entry.description, world)] += entry.seconds
    share = {kind: seconds / hours.total() for kind, seconds in hours.items()}

    assert 0.62 < share["full"] < 0.76
    assert 0.03 < share["url"] < 0.08
    assert 0.03 < share["bare id"] < 0.09
    assert 0.03 < share["title"] < 0.08
    assert 0.10 < share["plain"] < 0.20


def kind_of(description: str | None, world: World) -> str:
    text = description or ""
    if ".fibery.io/" in text:
        return "url"
    if re.search(r"#\d+\s+\[[^\]]+\]\s+\[[^\]]+\]", text):
        return "full"
    if re.search(r"#\d+", text):
        return "bare id"
    return "title" if text in {item.title for item in world.items} else "plain"


def test_public_ids_repeat_across_databases_and_never_within_one(world: World) -> None:
    ids = {database: [row["fibery/public-id"] for row in world.fibery.entities(database)] for database in DATABASES}
    seen = Counter(public_id for found in ids.values() for public_id in found)

    assert all(len(found) == len(set(found)) for found in ids.values())
    assert sum(1 for count in seen.values() if count > 1) > 40
    assert sum(1 for count in seen.values() if count == 1) > 40
    assert sum(map(len, ids.values())) > 250


def test_states_follow_the_tracked_time_but_not_always(world: World) -> None:
    names = {row["fibery/id"]: row["workflow/Type"] for row in world.fibery.rows["workflow/state_Scrum/Task"]}
    rows = world.fibery.entities("Scrum/Task")
    kinds = Counter((names[row["workflow/state"]], row["Scrum/Time spent (H)"] != "0.00") for row in rows)

    assert kinds["Finished", True] > 50
    assert kinds["Finished", False] == 0
    assert kinds["Not started", True] >= 1
    assert kinds["Started", True] > 3
    assert kinds["Started", False] >= 1
    assert kinds["Not started", False] > 3


def test_entries_across_odd_times_are_where_they_say(world: World) -> None:
    def local(name: str) -> tuple[str, str]:
        entry = world.hazard(name)
        assert entry.stop is not None
        own = zone(world.person(entry.user_id).zone)
        return entry.start.astimezone(own).strftime("%a %H:%M"), entry.stop.astimezone(own).strftime("%a %H:%M")

    assert local("across midnight") == ("Wed 23:15", "Thu 01:00")
    assert local("across the week's end") == ("Sun 23:30", "Mon 00:45")
    assert world.hazard("zero seconds").seconds == 0
    assert world.hazard("over 24 hours").seconds > 86_400
    assert sum(1 for entry in world.entries if entry.seconds > 86_400) == 1


def test_an_entry_lies_across_a_change_of_the_clocks(world: World) -> None:
    entry = world.hazard("clock change")
    own = zone(world.person(entry.user_id).zone)

    assert entry.stop is not None
    assert entry.start.astimezone(own).utcoffset() != entry.stop.astimezone(own).utcoffset()


def test_every_odd_description_is_in_the_last_complete_week(world: World) -> None:
    texts = {name: world.hazard(name).description for name in world.hazards}

    assert texts["null description"] is None
    assert texts["empty description"] == ""
    assert "#9" in str(texts["hash and brackets"])
    assert "[Ops] [Incident]" in str(texts["unknown database"])
    assert "password:" in str(texts["secret"])
    assert "<script>" in str(texts["html"])
    assert "| pipe |" in str(texts["markdown"])
    assert str(texts["pull request"]).startswith("Review PR #")
    assert len(re.findall(r"#\d+", str(texts["two references"]))) == 2
    assert str(texts["empty project label"]).endswith("[]")
    assert "https://larkspur-sandbox.fibery.io/Product_Management/Feature/" in str(texts["url"])
    assert world.hazard("no project").project_id is None
    assert all(world.hazard(name).day >= world.last_complete_week - timedelta(days=7) for name in texts if name != "clock change")


def test_texts_are_in_several_scripts(world: World) -> None:
    written = " ".join(entry.description or "" for entry in world.entries)

    assert re.search("[\u0430-\u044f]{4}", written)
    assert re.search("[ぁ-んァ-ン]{2}", written)
    assert re.search("[äöü]", written)
    assert "🚀" in written


def test_a_deleted_entity_is_in_no_database(world: World) -> None:
    found = re.search(r"#(\d+)", str(world.hazard("deleted entity").description))

    assert found
    assert world.fibery.entity("Scrum/Task", found.group(1)) is None


def test_one_person_has_another_address_in_fibery_and_one_has_no_account(world: World) -> None:
    accounts = {row["user/email"] for row in world.fibery.entities("fibery/user")}
    missing = {person.first_name for person in world.people if person.email and person.email.lower() not in accounts}

    assert missing == {"Miguel", "Tane"}
    assert len(accounts) == 10


def test_a_feature_and_its_tasks_know_each_other(world: World) -> None:
    feature = world.fibery.entities("Product Management/Feature")[0]
    tasks = {row["fibery/id"] for row in world.fibery.entities("Scrum/Task") if row["Scrum/Feature"] == feature["fibery/id"]}

    assert feature["Product Management/name"] == "Invoice export for accountants"
    assert len(tasks) == 5
    assert set(feature["Scrum/Tasks"]) == tasks  # type: ignore[call-overload]  # rows hold objects; here a tuple of uuids
