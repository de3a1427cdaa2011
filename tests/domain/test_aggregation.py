"""A week's entries per person."""

from datetime import date

import pytest

from tests.domain.builders import ANA, BEN, CARLA, HOSTS, LOGIN_LINK, LOGIN_TASK, NEW_YORK, aggregated_week, entry, moment, raw_week
from volt_assets.domain.aggregation import ConservationError, aggregate, entry_ids_of
from volt_assets.domain.people import Person


def test_an_entry_without_an_email_keeps_its_hours() -> None:
    week = aggregated_week(entry(1, "Hotline", CARLA, minutes=240))

    assert week.users["user:103"].statistics.total_duration_seconds == 240 * 60


def test_entries_on_one_entity_are_one_row_with_all_their_ids() -> None:
    [row] = aggregated_week(entry(1, LOGIN_TASK, minutes=30), entry(2, LOGIN_TASK, minutes=45)).users[ANA.key].matched_entities

    assert (row.entity_database, row.entity_type, row.entity_id, row.project) == ("Scrum", "Task", "12", "Pilot")
    assert (row.duration_seconds, row.entries_count, row.entry_ids) == (75 * 60, 2, (1, 2))


def test_a_link_and_labels_of_one_entity_are_one_row() -> None:
    [row] = aggregated_week(entry(1, LOGIN_TASK), entry(2, LOGIN_LINK), entry(3, "#12 [scrum] [TASK]")).users[ANA.key].matched_entities

    assert row.entry_ids == (1, 2, 3)


def test_the_entries_of_a_row_are_told_apart_by_the_form_in_which_they_name_its_entity() -> None:
    week = aggregated_week(entry(1, LOGIN_TASK), entry(2, LOGIN_LINK, minutes=20), entry(3, "#12 [scrum] [TASK]"))
    [row] = week.users[ANA.key].matched_entities
    labels, link = week.users[ANA.key].rows_by_form

    assert [(one.reference.form, one.description, one.entry_ids) for one in row.namings] == [
        ("labels", LOGIN_TASK, (1, 3)),
        ("url", LOGIN_LINK, (2,)),
    ]
    assert (labels.duration_seconds, labels.entries_count, labels.entry_ids, labels.reference) == (7200, 2, (1, 3), row.reference)
    assert (link.duration_seconds, [span.entry_id for span in link.spans], link.project) == (1200, [2], row.project)
    assert set(labels.descriptions) == set(link.descriptions) == {LOGIN_TASK, LOGIN_LINK, "#12 [scrum] [TASK]"}


def test_one_number_in_two_databases_is_two_rows() -> None:
    rows = aggregated_week(entry(1, "#12 [Scrum] [Task]"), entry(2, "#12 [Scrum] [Bug]")).users[ANA.key].matched_entities

    assert [(row.entity_type, row.entry_ids) for row in rows] == [("Bug", (2,)), ("Task", (1,))]


def test_a_bare_number_stays_an_activity_that_carries_its_reference() -> None:
    time = aggregated_week(entry(1, "Login form once more #7")).users[ANA.key]

    assert time.matched_entities == ()
    [row] = time.unmatched_activities
    assert row.reference is not None
    assert row.reference.public_id == "7"


def test_descriptions_that_differ_only_in_spacing_are_one_activity() -> None:
    [row] = aggregated_week(entry(1, "Team  meeting"), entry(2, " Team meeting\n")).users[ANA.key].unmatched_activities

    assert (row.description, row.entry_ids) == ("Team meeting", (1, 2))


def test_time_without_a_description_is_kept_as_such() -> None:
    [row] = aggregated_week(entry(1, "", minutes=5), entry(2, "   ", minutes=5)).users[ANA.key].unmatched_activities

    assert (row.description, row.duration_seconds) == ("", 600)


def test_two_accounts_with_one_email_stay_apart() -> None:
    second = Person(user_id=201, name="Ana Example", email=ANA.email)

    week = aggregated_week(entry(1, minutes=10), entry(2, who=second, minutes=20), entry(3, who=BEN))

    assert {key: time.statistics.total_duration_seconds for key, time in week.users.items()} == {
        "ben@example.com": 3600,
        "user:101": 600,
        "user:201": 1200,
    }


def test_two_people_without_an_email_stay_apart() -> None:
    assert set(aggregated_week(entry(1, who=CARLA), entry(2, who=Person(user_id=104, name="Dora Probe"))).users) == {"user:103", "user:104"}


def test_an_email_on_one_entry_counts_for_all_of_its_owner() -> None:
    nameless = Person(user_id=ANA.user_id, name=ANA.name)

    week = aggregated_week(entry(1, who=nameless), entry(2, who=ANA))

    assert entry_ids_of(week.users["ana@example.com"]) == (1, 2)


def test_somebody_with_only_a_running_entry_is_there_without_time() -> None:
    week = aggregate(raw_week(running=[entry(1, minutes=0)]), HOSTS)

    assert week.users[ANA.key].running_entries == 1
    assert week.users[ANA.key].statistics.total_entries == 0


def test_the_days_are_each_persons_local_ones() -> None:
    time = aggregated_week(entry(1, start=moment(5, 23, NEW_YORK), minutes=120), entry(2, start=moment(6), minutes=30)).users[ANA.key]

    assert {share.day: share.duration_seconds for share in time.days} == {date(2025, 10, 11): 7200, date(2025, 10, 12): 1800}


def test_projects_come_with_the_most_time_first_and_none_is_a_project_too() -> None:
    time = aggregated_week(entry(1, minutes=10), entry(2, project="Pilot", minutes=30), entry(3, project="Pilot")).users[ANA.key]

    assert [(share.project, share.duration_seconds, share.entry_ids) for share in time.projects] == [
        ("Pilot", 5400, (2, 3)),
        (None, 600, (1,)),
    ]


def test_without_a_project_label_the_toggl_project_with_the_most_time_is_shown() -> None:
    [row] = (
        aggregated_week(entry(1, "#12 [Scrum] [Task]", project="Small", minutes=5), entry(2, "#12 [Scrum] [Task]", project="Big"))
        .users[ANA.key]
        .matched_entities
    )

    assert row.project == "Big"


def test_the_statistics_tell_matched_and_other_and_billable_time() -> None:
    sums = aggregated_week(entry(1, LOGIN_TASK, minutes=30, billable=True), entry(2, minutes=20)).users[ANA.key].statistics

    assert (sums.total_duration_seconds, sums.matched_duration_seconds, sums.unmatched_duration_seconds) == (3000, 1800, 1200)
    assert (sums.billable_duration_seconds, sums.total_entries, sums.matched_entries, sums.unmatched_entries) == (1800, 2, 1, 1)


def test_the_weeks_statistics_are_the_sums_over_its_people() -> None:
    week = aggregated_week(entry(1, LOGIN_TASK, minutes=30), entry(2, who=BEN, minutes=20), entry(3, who=CARLA, minutes=10)).statistics

    assert (week.people, week.total_entries, week.total_duration_seconds, week.matched_duration_seconds) == (3, 3, 3600, 1800)


def test_an_empty_week_has_nobody_in_it() -> None:
    week = aggregated_week()

    assert (week.users, week.statistics.total_duration_seconds) == ({}, 0)


def test_the_order_of_the_entries_does_not_matter() -> None:
    entries = [entry(1, LOGIN_TASK), entry(2), entry(3, who=BEN), entry(4, "Inbox"), entry(5, "#12 [Scrum] [Bug]")]

    assert aggregated_week(*entries).model_dump_json() == aggregated_week(*reversed(entries)).model_dump_json()


def test_a_week_whose_own_sum_is_wrong_is_never_stored() -> None:
    raw = raw_week(entry(1, minutes=10))
    wrong = raw.model_copy(update={"statistics": raw.statistics.model_copy(update={"seconds": 601})})

    with pytest.raises(ConservationError, match=r"week 2025-10-06 would turn 1 entries of 601 s into 1 entries of 600 s"):
        aggregate(wrong, HOSTS)
