"""The check that reads the reports' text, over a whole week. Not here: what it finds wrong (the domain's tests)."""

import json

import dagster as dg

from tests.finished import ReadWeek, StoredWeeks
from tests.weeks import WEEK, run_week, store, stored

CHECKED = {"toggl_summary", "person_reports", "team_summary", "work_alignment", "coverage_report"}


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """The check's verdict of each report's asset."""
    found = [event.asset_check_evaluation_data for event in result.all_events if event.event_type_value == "ASSET_CHECK_EVALUATION"]
    return {one.asset_key.to_user_string(): one for one in found if one.check_name == "grounded"}


def test_every_report_is_read_and_a_sentence_that_no_fact_says_is_an_error(read_week: ReadWeek, stored_weeks: StoredWeeks) -> None:
    first = evaluations(read_week().result)
    stored_weeks()
    counted = [one.metadata["claims"].value for one in first.values()]

    assert first.keys() == CHECKED
    assert all(one.passed for one in first.values())
    assert all(isinstance(number, int) and number > 20 for number in counted)

    reports = stored("person_reports")
    kept, other = sorted(reports["reports"])[:2]
    reports["reports"][kept]["sections"][0]["sentences"].append("It was a week of 99 h.")
    (store() / "weeks" / WEEK / "person_reports.json").write_text(json.dumps(reports), encoding="utf-8")
    again = evaluations(run_week(job="fibery_refresh", users=[other]))

    assert not again["person_reports"].passed
    assert again["person_reports"].severity is dg.AssetCheckSeverity.ERROR
    assert "It was a week of 99 h." in str(again["person_reports"].description)
    assert again["team_summary"].passed
