"""Weeks left failed, in words: the count is exact, few are named."""

from volt_assets.domain.left_failed import MOST_NAMED, judge_left_failed


def test_no_failed_week_is_all_well() -> None:
    finding = judge_left_failed({})
    assert finding.passed
    assert finding.numbers == {"weeks_left_failed": 0}


def test_a_failed_week_is_named_with_its_first_failed_asset_and_what_to_do() -> None:
    finding = judge_left_failed({"2025-10-06": ("enriched_data", "report_site")})
    assert not finding.passed
    assert "1 week is left failed" in finding.message
    assert "2025-10-06 (enriched_data)" in finding.message
    assert "--only failed" in finding.message


def test_of_many_weeks_the_latest_are_named_and_all_are_counted() -> None:
    finding = judge_left_failed({f"week {number:02d}": ("raw_toggl_data",) for number in range(MOST_NAMED + 5)})
    assert finding.numbers == {"weeks_left_failed": MOST_NAMED + 5}
    assert "week 24" in finding.message
    assert "week 04" not in finding.message
    assert "and 5 more" in finding.message
