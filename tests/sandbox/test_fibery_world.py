"""What the made-up Fibery has for every ordinary week: chains, plans, comments, forgotten cards. And what is odd on purpose."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from volt_assets.sandbox.catalogue_side import NEW_TITLE, OLD_TITLE, SHARED_TITLE
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.weeks import monday_of
from volt_assets.sandbox.world import World, build_world

from .conftest import TODAY

TASK, SUB_TASK, BUG, FEATURE = "Scrum/Task", "Scrum/Sub-task", "Scrum/Bug", "Product Management/Feature"
WORK = (TASK, SUB_TASK, BUG, FEATURE, "Design/Work Version", "Support/Ticket")
OTHERS = ("Product Management/Epic", "Product Management/Request", "Quality/Test Case", "Scrum/Sprint")

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=[(TODAY, 1), (date(2026, 3, 9), 7)], ids=str)
def any_world(request: pytest.FixtureRequest) -> World:
    today, seed = request.param
    return build_world(today=today, seed=seed)


@pytest.fixture(scope="module")
def work(any_world: World) -> Rows:
    """Every entity that can be worked on, by its uuid."""
    return {str(row["fibery/id"]): row for database in WORK for row in any_world.fibery.entities(database)}


@pytest.fixture(scope="module")
def kinds(any_world: World) -> dict[str, str]:
    """The type of each state, by its uuid."""
    states = (row for name, rows in any_world.fibery.rows.items() if name.startswith("workflow/") for row in rows)
    return {str(row["fibery/id"]): str(row.get("workflow/Type", "none")) for row in states}


def weekly(world: World) -> Iterator[tuple[date, dict[str, list[Entry]]]]:
    """For each finished week the entries of each item, by what Fibery's own text says in them."""
    words = {f"#{item.public_id} [{item.space}] [{item.label}]": item.uuid for item in world.items}
    for monday in world.weeks[:-1]:
        found: dict[str, list[Entry]] = {}
        for entry in world.entries_of_week(monday):
            for words_of_item, uuid in words.items():
                if words_of_item in (entry.description or ""):
                    found.setdefault(uuid, []).append(entry)
        yield monday, found


def test_in_every_week_time_goes_to_something_that_is_not_started(any_world: World, work: Rows, kinds: dict[str, str]) -> None:
    lacking = [week for week, found in weekly(any_world) if "Not started" not in {kinds[work[uuid]["workflow/state"]] for uuid in found}]
    assert len(lacking) <= 1, lacking


def test_in_nearly_every_week_time_goes_to_something_that_was_closed_before(any_world: World, work: Rows) -> None:
    def late(uuid: str, entries: list[Entry]) -> bool:
        closed = str(work[uuid].get("Scrum/Completion Date") or "never")
        return any(entry.start.isoformat() > closed for entry in entries)

    lacking = [week for week, found in weekly(any_world) if not any(late(uuid, entries) for uuid, entries in found.items())]
    assert len(lacking) <= 5, lacking


def test_what_was_closed_early_was_not_touched_again(any_world: World, work: Rows) -> None:
    closed = {uuid: row["Scrum/Completion Date"] for uuid, row in work.items() if row.get("Scrum/Completion Date")}
    late = [uuid for _, found in weekly(any_world) for uuid, all_of_it in found.items()
            if uuid in closed and all_of_it[-1].start.isoformat() > str(closed[uuid])]  # fmt: skip
    assert late
    assert all(work[uuid]["fibery/modification-date"] == closed[uuid] for uuid in late)


def test_in_every_week_something_started_and_assigned_gets_no_time(any_world: World, work: Rows, kinds: dict[str, str]) -> None:
    for week, found in weekly(any_world):
        open_then = [
            uuid for uuid, row in work.items()
            if kinds[row["workflow/state"]] == "Started" and row["assignments/assignees"]
            and row["fibery/creation-date"] < str(week) and uuid not in found
        ]  # fmt: skip
        assert len(open_then) >= 3, week


def test_in_every_week_something_is_overdue(any_world: World, work: Rows, kinds: dict[str, str]) -> None:
    late = [row for row in work.values() if row.get("Scrum/Planned End") and kinds[row["workflow/state"]] != "Finished"]
    assert all(any(row["Scrum/Planned End"] < str(week + timedelta(days=7)) for row in late) for week in any_world.weeks)


def test_some_entities_were_touched_long_after_their_last_time(any_world: World, work: Rows) -> None:
    last: dict[str, Entry] = {}
    for _, found in weekly(any_world):
        last |= {uuid: entries[-1] for uuid, entries in found.items()}
    days = Counter((date.fromisoformat(work[uuid]["fibery/modification-date"][:10]) - entry.day).days > 14 for uuid, entry in last.items())
    assert days[True] >= 10
    assert days[False] > days[True]
    assert all(row["fibery/modification-date"][:10] <= str(any_world.today) for row in work.values())


def test_comments_lie_in_the_weeks_and_have_an_author(any_world: World) -> None:
    remarks = any_world.fibery.entities("comments/comment")
    weeks = Counter(monday_of(date.fromisoformat(str(row["fibery/creation-date"])[:10])) for row in remarks)
    assert all(weeks[week] for week in any_world.weeks[:-1])
    assert all(row["comment/author"] for row in remarks)


def test_parents_reach_from_a_sub_task_to_an_epic(any_world: World, work: Rows) -> None:
    epics: dict[object, dict[str, Any]] = {row["fibery/id"]: row for row in any_world.fibery.entities("Product Management/Epic")}
    for row in any_world.fibery.entities(SUB_TASK):
        feature = work[work[str(row["Scrum/Task"])]["Scrum/Feature"]]
        assert row["Scrum/Feature"] == feature["fibery/id"]
        assert feature["fibery/id"] in epics[feature["Product Management/Epic"]]["Product Management/Features"]


@pytest.mark.parametrize(
    ("database", "field"),
    [
        (TASK, "Scrum/Effort (pt)"), (TASK, "Scrum/Estimate (D)"), (TASK, "Scrum/Sprint"), (TASK, "Scrum/Acceptance criteria"),
        (TASK, "Quality/Test Cases"), (TASK, "Scrum/Labels"), (TASK, "Scrum/⏱ QA effort (H)"), (SUB_TASK, "Scrum/Estimate (H)"),
        (SUB_TASK, "Scrum/Story Points"), (BUG, "Scrum/Severity"), (BUG, "Scrum/Steps to reproduce"), (BUG, "Scrum/Root cause"),
        (BUG, "Scrum/Labels"), (BUG, "Files/Files"), (FEATURE, "Product Management/Product Area"),
        (FEATURE, "Product Management/Customer requests"), (FEATURE, "Product Management/Revenue impact"),
        (FEATURE, "Product Management/Launch date"), (FEATURE, "Product Management/Tags"), (FEATURE, "Product Management/Epic"),
        ("Design/Work Version", "Design/Labels"), ("Support/Ticket", "Support/Labels"), ("Scrum/Sprint", "Scrum/People"),
    ],
)  # fmt: skip
def test_a_field_has_values_in_many_entities(any_world: World, database: str, field: str) -> None:
    rows = any_world.fibery.entities(database)
    assert sum(1 for row in rows if row[field]) > len(rows) / 3


@pytest.mark.parametrize("field", ["Scrum/Acceptance criteria", "Scrum/Steps to reproduce"])
def test_rich_texts_have_words_in_some_entities_and_none_in_others(any_world: World, field: str) -> None:
    secrets = [row[field] for database in (TASK, BUG) for row in any_world.fibery.entities(database) if field in row]
    assert len({bool(any_world.fibery.documents[str(secret)]) for secret in secrets}) == 2


def test_every_relation_leads_to_an_entity_that_there_is(any_world: World) -> None:
    fibery = any_world.fibery
    known = {name: {row["fibery/id"] for row in rows} for name, rows in fibery.rows.items()}
    for database in (*WORK, *OTHERS):
        kind = fibery.type(database)
        assert kind
        for field in kind.fields:
            if field.type_name in known and not field.type_name.startswith("fibery/user-group"):
                values = [value for row in fibery.entities(database) if (value := row.get(field.name)) is not None]
                targets = {target for value in values for target in (value if isinstance(value, tuple) else (value,))}
                assert targets <= known[field.type_name], (database, field.name)


def test_every_row_has_only_fields_of_its_database_and_those_that_hold_one_value(any_world: World) -> None:
    for database in (*WORK, *OTHERS):
        kind = any_world.fibery.type(database)
        assert kind
        fields = {field.name: field for field in kind.fields if not field.deleted}
        for row in any_world.fibery.entities(database):
            assert set(row) <= set(fields), database
            assert all(isinstance(value, tuple) == fields[name].collection for name, value in row.items()), (database, row)


def test_public_ids_of_the_planning_databases_collide_with_others_and_are_unique_in_their_own(any_world: World) -> None:
    ids = {database: [row["fibery/public-id"] for row in any_world.fibery.entities(database)] for database in (*WORK, *OTHERS)}
    assert all(len(found) == len(set(found)) for found in ids.values())
    assert set(ids["Quality/Test Case"]) & set(ids[TASK])
    assert set(ids["Product Management/Request"]) & set(ids[FEATURE])


def test_two_open_tasks_share_a_title_and_an_entry_has_only_that(any_world: World, kinds: dict[str, str]) -> None:
    twins = [row for row in any_world.fibery.entities(TASK) if row["Scrum/Name"] == SHARED_TITLE]
    assert len(twins) == 2
    assert {kinds[str(row["workflow/state"])] for row in twins} == {"Started"}
    assert all(str(row["fibery/creation-date"]) < str(any_world.last_complete_week) for row in twins)
    entry = any_world.hazard("shared title")
    assert (entry.description, monday_of(entry.day)) == (SHARED_TITLE, any_world.last_complete_week)


def test_a_renamed_task_is_in_toggl_under_its_old_title(any_world: World) -> None:
    (row,) = [row for row in any_world.fibery.entities(TASK) if row["Scrum/Name"] == NEW_TITLE]
    assert OLD_TITLE not in {row["Scrum/Name"] for row in any_world.fibery.entities(TASK)}
    assert any_world.hazard("renamed entity").description == f"{OLD_TITLE} #{row['fibery/public-id']} [Scrum] [Task] [Portal]"
    assert any_world.hazard("old title").description == OLD_TITLE


def test_a_state_may_have_an_unknown_type(any_world: World, kinds: dict[str, str]) -> None:
    parked = [row for row in any_world.fibery.entities("Design/Work Version") if kinds[str(row["workflow/state"])] == "Unknown"]
    assert [row["Design/Name"] for row in parked] == ["Icons for the watch app"]
