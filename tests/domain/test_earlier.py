"""Hours so far, from weeks as they are stored."""

from datetime import date
from typing import Any

import pytest

from tests.domain.builders import BEN, DELETED_TASK, HOSTS, LOGIN_TASK, enrich_week, entry, raw_week, record, resolve_week, run_week
from volt_assets.domain.aggregation import aggregate
from volt_assets.domain.earlier import EarlierWeek, StoredEntity, StoredParent, StoredWeek, as_stored, sum_earlier, weeks_read
from volt_assets.domain.entities import EntityKey, EntityLink
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.gaps import Gap
from volt_assets.domain.joining import EnrichedData, join

LOGIN = EntityKey(space="Scrum", database="Task", public_id="12")
FIRST, SECOND = date(2025, 9, 22), date(2025, 9, 29)
OTHER = EntityKey(space="Product", database="Feature", public_id="9")
SIGN_IN = EntityKey(space="Product", database="Feature", public_id="8")


def spent(seconds: int, *parents: EntityKey, key: EntityKey = LOGIN, fibery_id: str | None = None, **changes: Any) -> StoredEntity:
    return StoredEntity(
        entity_database=key.space,
        entity_type=key.database,
        entity_id=key.public_id,
        duration_seconds=seconds,
        parents=tuple(StoredParent(entity=parent) for parent in parents),
        fibery_id=fibery_id,
        **changes,
    )


def stored(monday: date, seconds: int, *parents: EntityKey, **changes: Any) -> tuple[EarlierWeek, StoredWeek]:
    entity = spent(seconds, *parents, **changes)
    return EarlierWeek(week=monday, version="abc"), StoredWeek(week=monday, entities=(entity,))


def test_an_entitys_hours_are_summed_over_weeks_and_a_parents_with_all_below_it() -> None:
    weeks = [stored(FIRST, 100, SIGN_IN), stored(SECOND, 20, SIGN_IN), stored(SECOND, 3, key=SIGN_IN)]

    earlier = sum_earlier(weeks)

    assert earlier.own_seconds == {"Scrum/Task #12": 120, "Product/Feature #8": 3}
    assert earlier.seconds_with_below == {"Scrum/Task #12": 120, "Product/Feature #8": 123}
    assert [one.week for one in earlier.weeks] == [FIRST, SECOND, SECOND]


def test_only_what_concerns_a_week_goes_into_it() -> None:
    earlier = sum_earlier([stored(date(2025, 9, 22), 100, SIGN_IN)]).of([SIGN_IN])

    assert (earlier.own_seconds, earlier.seconds_with_below) == ({}, {"Product/Feature #8": 100})


def test_a_week_stored_in_another_shape_is_read_for_its_hours() -> None:
    text = """{"week": "2025-09-22", "colour": "red", "entities": [{"entity_database": "Scrum", "entity_type": "Task", "entity_id": "12",
        "duration_seconds": 60, "parents": [{"relation": "Feature", "entity_id": "8", "name": "Sign-in"}], "mood": 5}]}"""

    week = StoredWeek.model_validate_json(text)

    assert sum_earlier([(EarlierWeek(week=week.week, version="a"), week)]).seconds_with_below == {"Scrum/Task #12": 60}


def test_weeks_that_follow_one_another_are_told_as_one_span() -> None:
    mondays = [date(2025, 9, 1), date(2025, 9, 29), date(2025, 9, 8), date(2025, 10, 13), date(2025, 10, 20)]

    assert weeks_read(mondays) == "2025-09-01 to 2025-09-08, 2025-09-29, 2025-10-13 to 2025-10-20"
    assert weeks_read([]) == ""


# What a week lacks


def test_a_week_that_lacks_a_parent_takes_this_weeks_and_else_the_latest_that_is_stored() -> None:
    weeks = [stored(FIRST, 100), stored(SECOND, 20, SIGN_IN)]

    assert sum_earlier(weeks).seconds_with_below["Product/Feature #8"] == 120
    with_current = sum_earlier(weeks, current=[spent(0, OTHER)]).seconds_with_below
    assert (with_current["Product/Feature #8"], with_current["Product/Feature #9"]) == (20, 100)


def test_this_week_counts_no_time_and_puts_no_entity_into_the_sums() -> None:
    assert sum_earlier([], current=[spent(50, SIGN_IN)]).own_seconds == {}


def told(raw: RawTogglData, **changes: Any) -> StoredWeek:
    """A week as it is stored and read again."""
    data: EnrichedData = run_week(raw, [record("Scrum/Task", "12", "Fix the login form")], **changes).data
    return StoredWeek.model_validate_json(data.model_dump_json())


@pytest.mark.parametrize(
    ("week", "gaps"),
    [
        (told(raw_week(entry(1, LOGIN_TASK))), ()),
        (told(raw_week(entry(1, LOGIN_TASK), only_users=("ana@example.com",))), (Gap.SOME_PEOPLE,)),
        (told(raw_week(entry(1, LOGIN_TASK)).model_copy(update={"own_entries_only": True})), (Gap.OWN_ENTRIES,)),
        (told(raw_week(entry(1, LOGIN_TASK)).model_copy(update={"covered_days": (FIRST,)})), (Gap.SOME_DAYS,)),
        (told(raw_week(entry(1, LOGIN_TASK), entry(2, who=BEN), exclude=["ben@example.com"])), (Gap.EXCLUDED,)),
        (told(raw_week(entry(1, LOGIN_TASK)), broken=frozenset({"Scrum/Task"})), (Gap.FIBERY,)),
        (told(raw_week(entry(1, DELETED_TASK))), ()),
        (told(raw_week(entry(1, "Sort the cupboard #4 [Legacy] [Thing]"))), ()),
    ],
    ids=["whole", "some people", "own entries", "some days", "excluded", "Fibery in trouble", "a deleted entity", "an unknown label"],
)
def test_a_stored_week_says_why_it_counts_in_part(week: StoredWeek, gaps: tuple[Gap, ...]) -> None:
    assert week.gaps == gaps


def test_an_entity_that_could_not_be_read_makes_its_week_count_in_part_without_any_failure() -> None:
    raw, task = raw_week(entry(1, LOGIN_TASK)), record("Scrum/Task", "12", "Fix the login form")
    resolved = resolve_week(raw, [task])
    gone = join(aggregate(raw, HOSTS), resolved, enrich_week(resolved, []))

    assert (gone.failures, StoredWeek.model_validate_json(gone.model_dump_json()).gaps) == ((), (Gap.FIBERY,))


# Renames

JOB = EntityKey(space="Work", database="Job", public_id="12")
IDEA = EntityKey(space="Work", database="Idea", public_id="8")


def test_after_a_rename_the_earlier_time_follows_the_entity() -> None:
    def below(parent: EntityKey, key: EntityKey, seconds: int) -> StoredEntity:
        parents = (StoredParent(entity=parent, fibery_id="u-8"),)
        return spent(seconds, key=key, fibery_id="u-12").model_copy(update={"parents": parents})

    first = (EarlierWeek(week=FIRST, version="abc"), StoredWeek(week=FIRST, entities=(below(IDEA, JOB, 100),)))
    unread = stored(SECOND, 20, key=JOB)

    earlier = sum_earlier([first, unread], current=[below(SIGN_IN, LOGIN, 0)])

    assert earlier.of([LOGIN, SIGN_IN]).own_seconds == {"Scrum/Task #12": 120}
    assert earlier.of([LOGIN, SIGN_IN]).seconds_with_below == {"Product/Feature #8": 120, "Scrum/Task #12": 120}


def test_an_entity_that_got_the_name_of_another_has_its_own_time_alone() -> None:
    weeks = [stored(FIRST, 100, fibery_id="u-old"), stored(SECOND, 20, key=JOB, fibery_id="u-new")]

    assert sum_earlier(weeks, current=[spent(0, fibery_id="u-new")]).of([LOGIN]).own_seconds == {"Scrum/Task #12": 20}


def test_weeks_stored_without_ids_are_summed_by_name() -> None:
    assert sum_earlier([stored(FIRST, 100)], current=[spent(0, fibery_id="u-12")]).own_seconds == {"Scrum/Task #12": 100}


def test_fiberys_id_goes_from_the_record_into_the_stored_week_and_back() -> None:
    link = EntityLink(relation="Feature", entity_id="8", name="Sign-in", entity=SIGN_IN, fibery_id="u-8")
    task = record("Scrum/Task", "12", "Fix the login form", links=[link]).model_copy(update={"fibery_id": "u-12"})
    run = run_week(raw_week(entry(1, LOGIN_TASK)), [task])
    [again] = StoredWeek.model_validate_json(run.data.model_dump_json()).entities

    assert (again.fibery_id, again.parents) == ("u-12", (StoredParent(entity=SIGN_IN, fibery_id="u-8"),))
    [current] = as_stored(run.enriched.entities)
    assert (current.name, current.fibery_id, current.parents, current.duration_seconds) == (again.name, "u-12", again.parents, 0)
