"""Hours so far, from weeks as they are stored."""

from datetime import date

from volt_assets.domain.earlier import EarlierWeek, StoredEntity, StoredParent, StoredWeek, sum_earlier, weeks_read
from volt_assets.domain.entities import EntityKey

LOGIN = EntityKey(space="Scrum", database="Task", public_id="12")
SIGN_IN = EntityKey(space="Product", database="Feature", public_id="8")


def stored(monday: date, seconds: int, *parents: EntityKey, key: EntityKey = LOGIN) -> tuple[EarlierWeek, StoredWeek]:
    entity = StoredEntity(
        entity_database=key.space,
        entity_type=key.database,
        entity_id=key.public_id,
        duration_seconds=seconds,
        parents=tuple(StoredParent(entity=parent) for parent in parents),
    )
    return EarlierWeek(week=monday, version="abc"), StoredWeek(week=monday, entities=(entity,))


def test_an_entitys_hours_are_summed_over_weeks_and_a_parents_with_all_below_it() -> None:
    weeks = [stored(date(2025, 9, 22), 100, SIGN_IN), stored(date(2025, 9, 29), 20), stored(date(2025, 9, 29), 3, key=SIGN_IN)]

    earlier = sum_earlier(weeks)

    assert earlier.own_seconds == {"Scrum/Task #12": 120, "Product/Feature #8": 3}
    assert earlier.seconds_with_below == {"Scrum/Task #12": 120, "Product/Feature #8": 103}
    assert [one.week for one in earlier.weeks] == [date(2025, 9, 22), date(2025, 9, 29), date(2025, 9, 29)]


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
