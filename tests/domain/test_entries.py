"""The stored week: who is kept out, whose entries are replaced, what a new fetch changed."""

from datetime import date

import pytest

from tests.domain.builders import ANA, BEN, CARLA, NEW_YORK, WEEK, entry, moment, raw_week
from volt_assets.domain.entries import (
    DataSource,
    Drift,
    MixedSourcesError,
    NarrowerRightsError,
    PersonDrift,
    RawTogglData,
    build_exported,
    changes_since,
    check_narrowing,
    drift,
    merge_people,
    people_of,
)

ANA_ONLY = frozenset({ANA.user_id})


def test_an_entry_belongs_to_the_local_day_of_its_owner() -> None:
    late = entry(1, start=moment(5, 23, NEW_YORK))

    assert late.day == date(2025, 10, 11)


def test_entries_are_stored_by_start_and_id_whatever_their_zone() -> None:
    noon_in_berlin, before_it_in_new_york = entry(3, start=moment(0, 12)), entry(4, start=moment(0, 5, NEW_YORK))
    tied = entry(2, start=moment(0, 12))

    assert [one.id for one in raw_week(noon_in_berlin, tied, before_it_in_new_york).entries] == [4, 2, 3]


def test_the_statistics_are_the_sums_of_the_entries() -> None:
    raw = raw_week(entry(1, seconds=3601), entry(2, seconds=59, who=BEN))

    assert (raw.statistics.entries, raw.statistics.seconds) == (2, 3660)


def test_a_running_entry_counts_in_no_total() -> None:
    raw = raw_week(entry(1, minutes=10), running=[entry(2, minutes=0)])

    assert (raw.statistics.entries, raw.statistics.seconds, len(raw.running)) == (1, 600, 1)


def test_excluded_people_are_left_out_and_their_hours_told() -> None:
    raw = raw_week(
        entry(1, minutes=10), entry(2, minutes=20, who=BEN), entry(3, minutes=30, who=CARLA), exclude=["ben@example.com", "user:103"]
    )

    assert [one.id for one in raw.entries] == [1]
    assert (raw.statistics.excluded_entries, raw.statistics.excluded_seconds) == (2, 50 * 60)


def test_somebody_with_an_email_can_be_excluded_by_id() -> None:
    assert raw_week(entry(1, who=BEN), exclude=["user:102"]).entries == ()


def test_an_excluded_persons_running_entry_is_left_out_too() -> None:
    assert raw_week(running=[entry(1, who=BEN)], exclude=["ben@example.com"]).running == ()


def test_a_filtered_fetch_replaces_these_peoples_entries_and_keeps_everybody_elses() -> None:
    stored = raw_week(entry(1, minutes=10), entry(2, minutes=20), entry(3, minutes=30, who=BEN), running=[entry(4), entry(5, who=BEN)])
    fetched = raw_week(entry(2, minutes=25), entry(6, minutes=5), only_users=("ana@example.com",))

    merged = merge_people(stored, fetched, ANA_ONLY)

    assert {one.id: one.seconds // 60 for one in merged.entries} == {2: 25, 3: 30, 6: 5}
    assert [one.id for one in merged.running] == [5]
    assert (merged.statistics.entries, merged.statistics.seconds) == (3, 60 * 60)


def test_a_filtered_fetch_into_a_whole_week_leaves_it_whole() -> None:
    merged = merge_people(raw_week(entry(1)), raw_week(entry(2), only_users=("ana@example.com",)), ANA_ONLY)

    assert merged.only_users == ()


def test_a_filtered_fetch_without_a_stored_week_says_whose_time_it_holds() -> None:
    assert merge_people(None, raw_week(entry(2), only_users=("ana@example.com",)), ANA_ONLY).only_users == ("ana@example.com",)


def test_two_filtered_fetches_say_whose_time_they_hold_together() -> None:
    stored = raw_week(entry(1, who=BEN), only_users=("ben@example.com",))

    assert merge_people(stored, raw_week(entry(2), only_users=("ana@example.com",)), ANA_ONLY).only_users == (
        "ana@example.com",
        "ben@example.com",
    )


def test_a_person_whose_entries_are_all_deleted_disappears_from_the_stored_week() -> None:
    assert people_of(merge_people(raw_week(entry(1), entry(2, who=BEN)), raw_week(), ANA_ONLY).entries) == (BEN,)


def test_what_a_fetch_excluded_earlier_stays_told_after_a_filtered_fetch() -> None:
    stored = raw_week(entry(1), entry(2, minutes=20, who=BEN), exclude=["user:102"])

    assert merge_people(stored, raw_week(entry(3)), ANA_ONLY).statistics.excluded_seconds == 20 * 60


def test_what_is_excluded_is_told_by_person_and_day() -> None:
    raw = raw_week(entry(1, who=BEN), entry(2, who=BEN, start=moment(0, 14)), entry(3, who=BEN, start=moment(1)), exclude=["user:102"])

    assert [(one.day.day, one.entries, one.seconds) for one in raw.statistics.excluded] == [(6, 2, 7200), (7, 1, 3600)]


def test_some_peoples_entries_are_not_fetched_into_a_week_of_a_csv_export() -> None:
    with pytest.raises(MixedSourcesError, match=r"Week 2025-10-06 is stored from a CSV export.*Run the week for everybody first"):
        merge_people(build_exported(WEEK, [entry(1)]), raw_week(entry(2), only_users=("ana@example.com",)), ANA_ONLY)


def test_drift_counts_what_was_added_changed_and_removed() -> None:
    stored = raw_week(entry(1, minutes=10), entry(2, minutes=20), entry(3, minutes=30))
    fetched = raw_week(entry(2, minutes=20), entry(3, "Standup, long", minutes=45), entry(4, minutes=5))

    found = drift(stored, fetched)

    assert (found.added, found.changed, found.removed, found.seconds) == (1, 1, 1, 10 * 60)


def test_a_fetch_that_changes_nothing_has_no_drift() -> None:
    stored = raw_week(entry(1), entry(2, who=BEN))

    assert drift(stored, raw_week(entry(2, who=BEN), entry(1))) == Drift()


def test_the_first_fetch_is_all_added() -> None:
    found = drift(None, raw_week(entry(1, minutes=10)))

    assert (found.added, found.changed, found.removed, found.seconds) == (1, 0, 0, 600)


def test_drift_tells_the_hours_of_each_person_whose_entries_changed() -> None:
    stored = raw_week(entry(1, minutes=10), entry(2, who=BEN), entry(3, who=CARLA, minutes=30))
    fetched = raw_week(entry(1, minutes=25), entry(2, who=BEN), entry(4, who=CARLA, minutes=30))

    assert drift(stored, fetched).people == (
        PersonDrift(user_id=ANA.user_id, changed=1, seconds=15 * 60),
        PersonDrift(user_id=CARLA.user_id, added=1, removed=1),
    )


def test_a_timer_that_was_stopped_is_a_changed_entry_with_its_time() -> None:
    stored = raw_week(running=[entry(1, seconds=0).model_copy(update={"stop": None})])

    assert drift(stored, raw_week(entry(1, minutes=20))) == Drift(
        changed=1, seconds=1200, people=(PersonDrift(user_id=ANA.user_id, changed=1, seconds=1200),)
    )


def test_a_timer_that_was_started_or_thrown_away_is_noticed_though_it_has_no_time() -> None:
    running = raw_week(running=[entry(1, seconds=0)])

    assert (drift(raw_week(), running).added, drift(running, raw_week()).removed) == (1, 1)
    assert drift(running, running) == Drift()


def test_with_a_users_filter_only_these_people_can_have_changed() -> None:
    stored = raw_week(entry(1, minutes=10), entry(2, who=BEN))
    merged = merge_people(stored, raw_week(entry(1, minutes=20), only_users=("ana@example.com",)), ANA_ONLY)

    assert drift(stored, merged).people == (PersonDrift(user_id=ANA.user_id, changed=1, seconds=600),)


def test_a_week_like_its_first_publication_has_no_changes() -> None:
    assert changes_since(raw_week(entry(1)), raw_week(entry(1))) is None
    assert changes_since(None, raw_week(entry(1))) is None


def test_a_week_unlike_its_first_publication_tells_how() -> None:
    found = changes_since(raw_week(entry(1, minutes=10)), raw_week(entry(1, minutes=15), entry(2, minutes=5)))

    assert found is not None
    assert (found.added, found.changed, found.removed, found.seconds) == (1, 1, 0, 600)


@pytest.mark.parametrize(
    "partial",
    [
        raw_week(entry(2), only_users=("ana@example.com",)),
        raw_week(entry(2)).model_copy(update={"own_entries_only": True}),
        raw_week(entry(2)).model_copy(update={"source": DataSource.CSV}),
    ],
)
def test_a_week_that_is_not_everybodys_from_toggl_is_compared_with_nothing(partial: RawTogglData) -> None:
    assert changes_since(raw_week(entry(1)), partial) is None
    assert changes_since(partial, raw_week(entry(1))) is None


def test_the_people_of_a_week_come_once_each_by_id() -> None:
    assert people_of([entry(1, who=CARLA), entry(2, who=ANA), entry(3, who=CARLA)]) == (ANA, CARLA)


def test_a_new_name_of_a_person_is_no_late_edit() -> None:
    renamed = ANA.model_copy(update={"name": "Ana Neu", "email": None})
    assert changes_since(raw_week(entry(1)), raw_week(entry(1, who=renamed))) is None


def test_whom_the_configuration_leaves_out_by_now_has_not_changed_anything_in_toggl() -> None:
    first, now = raw_week(entry(1), entry(2, who=BEN)), raw_week(entry(1), entry(2, who=BEN), exclude=["ben@example.com"])
    assert changes_since(first, now) is None
    assert changes_since(now, first) is None


def test_one_persons_hours_do_not_replace_everybodys() -> None:
    everybody = raw_week(entry(1), entry(2, who=BEN))
    own = raw_week(entry(1)).model_copy(update={"own_entries_only": True})
    with pytest.raises(NarrowerRightsError, match="the others' would be lost"):
        check_narrowing(everybody, own)
    check_narrowing(own, everybody)
    check_narrowing(None, own)
    check_narrowing(raw_week(entry(1)), own)
