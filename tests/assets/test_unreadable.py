"""A week whose stored values cannot be read: a run for everybody goes on, one for some people says what to do. Not here: bad answers."""

import pytest

from tests.finished import StoredWeeks
from tests.weeks import WEEK, checks, failures, metadata, run_week, store, week_files

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

ANA = "user:2100001"
OLDER_SHAPE = b'{"week": "2025-10-06", "rows": []}'
ASSETS = ["raw_toggl_data", "person_reports"]


def spoil(asset: str, content: bytes) -> None:
    (store() / "weeks" / WEEK / f"{asset}.json").write_bytes(content)


def test_a_run_for_everybody_replaces_what_cannot_be_read_and_keeps_a_copy(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    before = week_files()
    for content, selection in ((b"", ASSETS), (b'{"week": "2025-', ASSETS), (OLDER_SHAPE, ())):
        for asset in ASSETS:
            spoil(asset, content)
        result = run_week(selection=selection)
        assert failures(result) == {}
        assert all(checks(result).values())
        assert week_files() == before
        for asset in ASSETS:
            assert metadata(result, asset)["previous_value"] == "unreadable, kept in history"
            assert (store() / "history" / WEEK / result.run_id / f"{asset}.json").read_bytes() == content


def test_a_readable_previous_value_is_not_told(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    result = run_week()
    assert not [asset for asset in ASSETS if "previous_value" in metadata(result, asset)]


def test_a_run_for_some_people_says_to_run_without_the_filter_and_changes_nothing(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    whole = week_files()
    for asset in ASSETS:
        spoil(asset, OLDER_SHAPE)
        before = week_files()
        told = failures(run_week(users=[ANA]))[asset]
        assert f"{asset}.json is not what {asset} stores" in told
        assert f"Materialise {asset} for week {WEEK} again without a users filter" in told
        assert week_files() == before
        spoil(asset, whole[f"{asset}.json"])


def test_the_fibery_side_alone_goes_on_as_well(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    before = week_files()
    spoil("person_reports", OLDER_SHAPE)
    result = run_week(job="fibery_refresh")
    assert failures(result) == {}
    assert week_files() == before
