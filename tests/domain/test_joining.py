"""The join: every entry in one row, per person and per entity."""

import pytest

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BASE_URL,
    BEN,
    BEN_IN_FIBERY,
    CARLA,
    DELETED_TASK,
    HOSTS,
    LOGIN_LINK,
    LOGIN_TASK,
    RULES,
    busy_run,
    enrich_week,
    entry,
    key,
    moment,
    raw_week,
    record,
    resolve_week,
    run_week,
)
from volt_assets.domain.aggregation import ConservationError, aggregate
from volt_assets.domain.joining import EnrichedData, join, person_entry_ids
from volt_assets.domain.matching import MatchStep, Outcome

LOGIN = record("Scrum/Task", "12", "Fix the login form", assignees=[ANA_IN_FIBERY])
BUSY = busy_run().data


def joined(*descriptions: str) -> EnrichedData:
    return run_week(raw_week(*(entry(number, text) for number, text in enumerate(descriptions, start=1))), [LOGIN]).data


def test_an_entity_has_all_its_time_and_who_spent_it() -> None:
    login = BUSY.entity(key("Scrum/Task", "12"))

    assert (login.duration_seconds, login.entries_count, login.entry_ids) == (6 * 3600, 3, (1, 2, 11))
    assert login.people == {"ana@example.com": 4 * 3600, "ben@example.com": 2 * 3600}


def test_a_bare_number_that_was_confirmed_moves_from_activities_to_entities() -> None:
    ana = BUSY.people[ANA.key]

    assert [row.entry_ids for row in ana.entities if row.step is MatchStep.BARE_ID] == [(5,)]
    assert all("#7" not in row.description for row in ana.activities)


def test_an_ambiguous_number_stays_an_activity_with_its_candidates() -> None:
    [row] = [row for row in BUSY.people[ANA.key].activities if row.outcome is Outcome.AMBIGUOUS]

    assert (row.description, row.reason) == ("Look into #5", "2 databases have this number")
    assert {str(candidate) for candidate in row.candidates} == {"Scrum/Bug #5", "Scrum/Task #5"}


def test_labels_and_a_confirmed_bare_number_of_one_entity_become_one_row() -> None:
    [row] = joined(LOGIN_TASK, "fix the login form #12").people[ANA.key].entities

    assert (row.entry_ids, row.entries_count, row.duration_seconds) == ((1, 2), 2, 7200)


def test_the_time_of_an_entity_is_shared_by_what_decided_each_of_its_entries() -> None:
    raw = raw_week(entry(1, LOGIN_TASK), entry(2, LOGIN_LINK, minutes=20), entry(3, "fix the login form #12", minutes=10))
    data = run_week(raw, [LOGIN]).data
    [row] = data.people[ANA.key].entities

    assert row.step is MatchStep.URL
    assert row.seconds_by_step == {MatchStep.URL: 1200, MatchStep.LABELS: 3600, MatchStep.BARE_ID: 600}
    assert data.statistics.seconds_by_step == {"url": 1200, "labels": 3600, "alias": 0, "bare_id": 600, "title": 0, "none": 0, "unasked": 0}


def test_of_two_references_in_a_link_and_labels_each_entry_stands_under_the_one_that_decided() -> None:
    gone = f"{BASE_URL}/Scrum/Task/Gone-99"
    raw = raw_week(entry(1, f"{gone} {LOGIN_LINK}"), entry(2, f"{gone} Fix the login form #12 [Scrum] [Task]"))

    assert run_week(raw, [LOGIN]).data.people[ANA.key].entities[0].seconds_by_step == {MatchStep.URL: 3600, MatchStep.LABELS: 3600}


def test_a_link_is_fibery_s_own_writing_though_an_alias_gives_the_labels_another_meaning() -> None:
    """Both name `Scrum/Task` #12 to the letter, so that Toggl's side has one row of them."""
    rules = RULES.model_copy(update={"label_aliases": {"Scrum/Task": "Scrum/Bug"}})
    found = resolve_week(raw_week(entry(1, LOGIN_TASK), entry(2, LOGIN_LINK)), [LOGIN, record("Scrum/Bug", "12", "Other")], rules=rules)

    assert {(one.entry_ids, str(one.entity)) for one in found.resolutions} == {((1,), "Scrum/Bug #12"), ((2,), "Scrum/Task #12")}


def test_a_deleted_entity_keeps_its_hours_and_its_words() -> None:
    [entity] = joined(DELETED_TASK).entities

    assert (entity.found, entity.name, entity.duration_seconds) == (False, "Tidy the logs", 3600)
    assert entity.reason == "deleted in Fibery, or hidden from the token's user"
    assert (entity.state, entity.url) == (None, None)


def test_a_deleted_entity_without_a_title_is_named_by_its_description() -> None:
    assert joined("#99 [Scrum] [Task]").entities[0].name == "#99 [Scrum] [Task]"


def test_an_entity_knows_when_the_last_of_its_time_began() -> None:
    assert BUSY.entity(key("Scrum/Task", "12")).last_start == moment(1)


def test_somebody_without_an_email_keeps_their_hours() -> None:
    carla = BUSY.people[CARLA.key]

    assert (carla.statistics.total_duration_seconds, carla.fibery_user, person_entry_ids(carla)) == (4 * 3600, None, (21,))


def test_a_person_is_told_who_they_are_in_fibery() -> None:
    assert BUSY.people[BEN.key].fibery_user == BEN_IN_FIBERY.name


def test_the_sums_are_those_of_the_people_and_of_the_steps() -> None:
    sums = BUSY.statistics

    assert (sums.people, sums.entities, sums.total_entries, sums.running_entries) == (3, 5, 13, 1)
    assert sums.matched_duration_seconds + sums.unmatched_duration_seconds == sums.total_duration_seconds == 15 * 3600 + 600
    assert sum(sums.seconds_by_step.values()) == sums.total_duration_seconds
    assert sums.matched_duration_seconds == sum(entity.duration_seconds for entity in BUSY.entities)


def test_entities_come_with_the_most_time_first() -> None:
    assert [entity.duration_seconds for entity in BUSY.entities] == sorted(
        (entity.duration_seconds for entity in BUSY.entities), reverse=True
    )


def test_started_work_without_time_comes_along() -> None:
    assert [one.name for one in BUSY.assigned_without_time] == ["Write the release notes"]


def test_values_of_different_fetches_are_not_joined() -> None:
    earlier, later = raw_week(entry(1, LOGIN_TASK)), raw_week(entry(1, LOGIN_TASK), entry(2, LOGIN_TASK))
    resolved = resolve_week(earlier, [LOGIN])

    with pytest.raises(ConservationError, match=r"Week 2025-10-06: .* are of different fetches\. Materialise the group fibery"):
        join(aggregate(later, HOSTS), resolved, enrich_week(resolved, [LOGIN]))


def test_entities_of_another_fetch_are_not_joined() -> None:
    raw = raw_week(entry(1, LOGIN_TASK))
    nothing = enrich_week(resolve_week(raw_week()))

    with pytest.raises(ConservationError, match="different fetches"):
        join(aggregate(raw, HOSTS), resolve_week(raw, [LOGIN]), nothing)


def test_a_row_that_changed_its_seconds_is_never_stored() -> None:
    raw = raw_week(entry(1, minutes=10))
    aggregated = aggregate(raw, HOSTS)
    wrong = aggregated.model_copy(update={"statistics": aggregated.statistics.model_copy(update={"total_duration_seconds": 601})})
    resolved = resolve_week(raw)

    with pytest.raises(ConservationError, match="of 601 s into 1 entries of 600 s"):
        join(wrong, resolved, enrich_week(resolved))
