"""Stored reports of an older version of Volt: said to be that, with what to do, and never taken for whole."""

import json
from pathlib import Path

import pytest

from io_managers.json_io import UnreadableError, dump_json, load_previous, load_value
from io_managers.week_store import WeekStore
from tests.domain.builders import busy_run
from volt_assets.domain.drafts import Report
from volt_assets.domain.person_report import PersonReports

WEEK = "2025-10-06"
BUSY = busy_run()


def older(value: Report | PersonReports, *missing: str) -> bytes:
    """The value as a version stored it whose reports had no such keys."""
    document = json.loads(dump_json(value))
    for report in document.get("reports", {"": document}).values():
        for key in missing:
            del report[key]
    return json.dumps(document).encode()


@pytest.mark.parametrize("missing", ["sums", "shares"])
def test_a_report_of_an_older_version_is_refused_with_what_to_do(tmp_path: Path, missing: str) -> None:
    store = WeekStore(str(tmp_path))
    store.write(WEEK, "team_summary.json", older(BUSY.team, missing))

    with pytest.raises(UnreadableError) as refused:
        load_value(store, WEEK, "team_summary", Report)
    assert f"team_summary.json is not what team_summary stores ({missing}: Field required)" in str(refused.value)
    assert "Materialise team_summary for week 2025-10-06 again; the replaced file is kept in history." in str(refused.value)


def test_persons_reports_of_an_older_version_are_written_anew_but_by_no_run_of_some_people(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    store.write(WEEK, "person_reports.json", older(BUSY.persons, "sums", "shares"))

    assert load_previous(store, WEEK, "person_reports", PersonReports).unreadable
    with pytest.raises(UnreadableError, match=r"reports\.ana@example\.com\.sums: Field required\)\. Materialise .* without a users filter"):
        load_previous(store, WEEK, "person_reports", PersonReports, only=["ana@example.com"])
