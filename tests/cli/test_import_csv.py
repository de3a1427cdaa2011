"""`volt-agent import-csv`, as a user types it: what it says, what it leaves behind, how it exits."""

from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from io_managers.json_io import dump_json
from tests.csv_files import Cells, cells, sandbox_export, written
from tests.weeks import WEEK, store, stored, week_files
from volt_assets.assets.versions import INPUT_VERSION_TAG, VERSION_TAG, as_input, content_version
from volt_assets.cli import main
from volt_assets.domain.entries import RawTogglData
from volt_assets.domain.report_parts import CSV_NOTE
from volt_assets.sandbox.constants import WORKSPACE_ID
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.usefixtures("config")

NEXT_WEEK = "2025-10-13"
BEN = {"user": "Ben Muster", "email": "ben@example.com"}
PEOPLES_WEEK = (cells(), cells(start_date="2025-10-08", end_date="2025-10-08", **BEN))


def volt(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def csv_file(content: bytes) -> str:
    """A file with this content, beside the store."""
    file = store().parent / "toggl.csv"
    file.write_bytes(content)
    return str(file)


def imported(*rows: Cells, options: tuple[str, ...] = ()) -> Result:
    return volt("import-csv", csv_file(written(*rows)), *options)


def done(*rows: Cells, options: tuple[str, ...] = ()) -> Result:
    result = imported(*rows, options=options)
    assert result.exit_code == 0, result.output
    return result


def refusal(*rows: Cells, options: tuple[str, ...] = ()) -> str:
    """The one line that says why nothing was imported."""
    result = imported(*rows, options=options)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: ")
    assert len(result.output.strip().splitlines()) == 1
    return result.output.strip()


def run(*words: str) -> Result:
    return volt("run", "--start-date", WEEK, "--end-date", WEEK, *words)


def exclude(config: Path, name: str) -> None:
    file = config / "volt.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  exclude: []", f"  exclude: [{name}]"), encoding="utf-8")


def seconds_per_person(week: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in stored("raw_toggl_data", week)["entries"]:
        found[entry["user_email"] or entry["user_name"]] += entry["seconds"]
    return found


def latest(week: str, asset: str = "raw_toggl_data") -> dg.AssetMaterialization:
    """The latest materialisation of an asset that Dagster knows of."""
    with dg.DagsterInstance.get() as instance:
        wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[week])
        record = instance.fetch_materializations(wanted, limit=1).records[0]
    assert record.asset_materialization is not None
    return record.asset_materialization


def told_to_dagster(week: str) -> dict[str, Any]:
    """The metadata of the latest materialisation of raw_toggl_data, as the UI shows it."""
    return {name: value.value for name, value in latest(week).metadata.items()}


def test_a_file_becomes_weeks_with_their_toggl_reports_without_any_variable() -> None:
    result = done(*PEOPLES_WEEK, cells(start_date=NEXT_WEEK, end_date=NEXT_WEEK))
    lines = result.output.splitlines()
    covered = "covering 2025-10-06 to 2025-10-13 (from its first entry to its last)"
    assert lines[0].startswith(f"toggl.csv: 3 entries, {covered}, with times as in Europe/Berlin. Store: ")
    assert lines[1] == f"Week {WEEK}: 2 entries, 2.0 h of 2 people (2 added, 0 changed, 0 removed, +2.0 h)"
    assert f"Week {WEEK} done: 2.0 h of 2 people." in result.output
    for week in (WEEK, NEXT_WEEK):
        assert set(week_files(week)) == {
            *("raw_toggl_data.json", "toggl_aggregated.json", "toggl_summary.json", "manifest.json"),
            *("reports/toggl_summary.md", "reports/toggl_summary.json"),
        }
    version = (latest(WEEK).tags or {})[VERSION_TAG]
    assert version == content_version((store() / "weeks" / WEEK / "raw_toggl_data.json").read_bytes())
    assert (latest(WEEK, "toggl_aggregated").tags or {})[f"{INPUT_VERSION_TAG}raw_toggl_data"] == as_input(version)


def test_without_fiberys_variables_the_next_command_and_what_it_needs_are_told() -> None:
    weeks = [cells(start_date=day, end_date=day) for day in (WEEK, NEXT_WEEK, "2025-11-03")]
    usual, elsewhere = store(), str(store().parent / "else where")
    *_, asked, first, second = done(*weeks, options=("--output-dir", elsewhere)).output.splitlines()
    assert asked == "Fibery was not asked. Set FIBERY_API_TOKEN, FIBERY_WORKSPACE_NAME in .env (see .env.example), then:"
    command = "  volt-agent run --start-from fibery --start-date"
    assert first == f"{command} 2025-10-06 --end-date 2025-10-19 --output-dir '{elsewhere}'"
    assert second == f"{command} 2025-11-03 --end-date 2025-11-09 --output-dir '{elsewhere}'"
    assert not usual.exists()


def test_the_command_that_is_told_runs_the_fibery_side(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sandbox.environment["FIBERY_API_TOKEN"]
    monkeypatch.setenv("FIBERY_API_TOKEN", "")
    command = done(*PEOPLES_WEEK).output.splitlines()[-1].split()[1:]
    monkeypatch.setenv("FIBERY_API_TOKEN", token)
    result = volt(*command)
    assert result.exit_code == 0, result.output
    assert "reports/team_summary.md" in week_files()


def test_with_fiberys_variables_all_reports_are_written_and_toggl_is_not_asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOGGL_API_TOKEN")
    result = done(*PEOPLES_WEEK)
    assert "[10/10]" in result.output
    assert "Fibery was not asked" not in result.output
    assert {request.service for request in sandbox.requests} == {"fibery"}
    reports = [text.decode() for name, text in week_files().items() if name.endswith(".md")]
    assert len(reports) == 6
    assert [report for report in reports if CSV_NOTE not in report] == []


@pytest.mark.no_cover
def test_the_sandboxs_week_as_a_csv_has_the_seconds_of_every_person_that_the_api_tells(sandbox: Sandbox, world: World) -> None:
    monday = world.last_complete_week
    assert volt("run", "--start-date", f"{monday}", "--end-date", f"{monday}").exit_code == 0
    fetched = seconds_per_person(monday.isoformat())
    result = volt("import-csv", csv_file(sandbox_export(world, monday)), "--output-dir", str(store() / "imported"))
    assert result.exit_code == 0, result.output
    assert stored("raw_toggl_data", monday.isoformat())["source"] == "csv"
    assert len(fetched) > 5
    assert seconds_per_person(monday.isoformat()) == fetched


@pytest.mark.no_cover
def test_importing_twice_changes_no_byte(sandbox: Sandbox) -> None:
    done(*PEOPLES_WEEK)
    before = week_files()
    result = done(*PEOPLES_WEEK)
    assert "(0 added, 0 changed, 0 removed, +0.0 h)" in result.output
    assert week_files() == before
    assert not (store() / "history").exists()


def test_what_is_stored_is_what_the_io_manager_would_write() -> None:
    done(*PEOPLES_WEEK)
    content = week_files()["raw_toggl_data.json"]
    assert dump_json(RawTogglData.model_validate_json(content)) == content
    data = stored("raw_toggl_data")
    assert (data["source"], data["workspace_id"]) == ("csv", None)


def test_dagster_shows_the_import_as_a_materialisation_of_the_week() -> None:
    done(*PEOPLES_WEEK)
    told = told_to_dagster(WEEK)
    figures = {name: told[name] for name in ("hours", "entries", "people", "entries_added", "entries_removed", "hours_changed")}
    assert figures == {"hours": 2.0, "entries": 2, "people": 2, "entries_added": 2, "entries_removed": 0, "hours_changed": 2.0}
    assert (told["source"], told["timezone"], told["file"]) == ("csv", "Europe/Berlin", "toggl.csv")


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    before = sorted(store().parent.rglob("*"))
    result = done(*PEOPLES_WEEK, options=("--dry-run",))
    assert f"Week {WEEK}: 2 entries, 2.0 h of 2 people (2 added" in result.output
    assert result.output.splitlines()[-1] == "Nothing was written: this was a dry run."
    assert sorted(store().parent.rglob("*")) == sorted([*before, store().parent / "toggl.csv"])


def test_a_bad_line_is_named_with_its_column_and_nothing_is_imported() -> None:
    said = refusal(cells(), cells(duration="1.5"), cells())
    assert said.startswith("Error: toggl.csv: line 3, Duration: '1.5' is a decimal")
    assert said.endswith("Nothing was imported.")
    assert not store().exists()


def test_a_file_that_is_no_export_or_not_there_is_wrong_usage() -> None:
    result = volt("import-csv", csv_file(b"PK\x03\x04"))
    assert (result.exit_code, result.output[:42]) == (2, "Error: toggl.csv: is an Excel workbook or ")
    assert volt("import-csv", str(store())).exit_code == 2
    assert not store().exists()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (
            "2024-12-31",
            "toggl.csv: line 3, Start date: there is no week for 2024-12-31: weeks run from 2025-01-06 (week.first in volt.yaml)",
        ),
        ("2125-01-01", "line 3, Start date: there is no week for 2125-01-01"),
        ("0001-01-01", "line 3, Start date: there is no week for 0001-01-01"),
        ("9999-12-31", "line 3, Start date: there is no week for 9999-12-31"),
    ],
)
def test_an_entry_outside_the_weeks_that_there_are_is_named_and_nothing_is_imported(day: str, told: str) -> None:
    assert told in refusal(cells(), cells(start_date=day, end_date=day))
    assert not store().exists()


def test_a_file_name_cannot_write_to_the_terminal() -> None:
    file = store().parent / "a\x1b[31m\nb.csv"
    file.write_bytes(b"")
    assert volt("import-csv", str(file)).output.startswith("Error: a[31m b.csv: is empty")


def test_the_zone_of_the_clock_can_be_named() -> None:
    done(cells(), options=("--timezone", "Pacific/Auckland"))
    assert stored("raw_toggl_data")["entries"][0]["start"] == "2025-10-06T09:00:00+13:00"
    assert "--timezone: 'Mars/Base' is no time zone" in refusal(cells(), options=("--timezone", "Mars/Base"))


@pytest.mark.no_cover
def test_a_week_fetched_from_toggl_is_not_replaced_unless_asked_and_then_kept_in_history(sandbox: Sandbox) -> None:
    run()
    before = week_files()
    assert f"{WEEK}: fetched from Toggl" in refusal(*PEOPLES_WEEK)
    assert week_files() == before
    done(*PEOPLES_WEEK, options=("--replace",))
    assert stored("raw_toggl_data")["statistics"] == {"entries": 2, "seconds": 7200, "excluded": []}
    kept = [path.read_bytes() for path in (store() / "history" / WEEK).glob("import-csv-*/raw_toggl_data.json")]
    assert kept == [before["raw_toggl_data.json"]]


def test_stored_time_that_the_file_does_not_have_stays_unless_asked() -> None:
    done(*PEOPLES_WEEK)
    before = week_files()
    later = cells(start_date="2025-10-12", end_date="2025-10-12")
    assert f"time would go that the file does not have: Ben Muster in week {WEEK} (1 entry, 1.0 h). Nothing" in refusal(cells(), later)
    assert week_files() == before
    done(cells(), later, options=("--replace",))
    assert seconds_per_person(WEEK) == {"ana@example.com": 7200}


def test_of_many_people_whose_time_would_go_the_first_ten_are_named() -> None:
    done(cells(), *(cells(user=f"Person {number}", email="") for number in range(10, 22)))
    said = refusal(cells())
    assert said.count(f"in week {WEEK}") == 10
    assert "Person 19 in week 2025-10-06 (1 entry, 1.0 h) and 2 more. Nothing was imported." in said


def test_a_stored_week_that_cannot_be_read_is_not_replaced_unless_asked() -> None:
    done(*PEOPLES_WEEK)
    (store() / "weeks" / WEEK / "raw_toggl_data.json").write_text("{")
    assert f"{WEEK}: stored, but unreadable" in refusal(*PEOPLES_WEEK)
    done(*PEOPLES_WEEK, options=("--replace",))
    assert stored("raw_toggl_data")["statistics"]["entries"] == 2


def test_some_people_are_not_fetched_into_an_imported_week_and_everybody_is(sandbox: Sandbox) -> None:
    done(*PEOPLES_WEEK)
    before = week_files()["raw_toggl_data.json"]
    result = run("--users", "marta.lindqvist@larkspur.example")
    assert result.exit_code == 2
    assert f"Error: --users: Week {WEEK} is stored from a CSV export" in result.output
    assert "[1/" not in result.output
    assert "Run the week for everybody first" in result.output
    assert "toggl" not in {request.service for request in sandbox.requests}
    assert week_files()["raw_toggl_data.json"] == before
    assert run().exit_code == 0
    assert (stored("raw_toggl_data")["source"], CSV_NOTE.encode() in week_files()["reports/toggl_summary.md"]) == ("toggl", False)


def test_the_store_of_another_workspace_is_refused_and_nothing_is_imported(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    done(cells())
    assert stored("raw_toggl_data")["workspace_id"] == WORKSPACE_ID
    before = week_files()
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "12")
    for options in ((), ("--dry-run",)):
        assert f"holds Toggl workspace {WORKSPACE_ID}, but TOGGL_WORKSPACE_ID is 12" in refusal(*PEOPLES_WEEK, options=options)
    assert week_files() == before


def test_without_a_workspace_the_store_belongs_to_none() -> None:
    done(cells())
    assert not (store() / "store.json").exists()


def test_excluded_people_are_left_out_and_a_name_that_nobody_has_is_told(config: Path) -> None:
    exclude(config, "ben@example.com, gone@example.com")
    output = done(*PEOPLES_WEEK).output
    assert "people.exclude or people.no_report names nobody in the file: gone@example.com" in output
    assert "1 entry, 1.0 h of 1 person, 1 of excluded people left out" in output
    assert b"ben@example.com" not in week_files()["raw_toggl_data.json"]
    assert told_to_dagster(WEEK)["unknown_in_configuration"] == "gone@example.com"


def test_a_failed_fibery_side_is_a_failed_run_and_what_was_imported_stays(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIBERY_API_TOKEN", "00000000.00000000000000000000000000000000000")
    result = imported(*PEOPLES_WEEK)
    assert result.exit_code == 1
    assert "FIBERY_API_TOKEN" in result.output
    assert {"raw_toggl_data.json", "toggl_summary.json"} <= set(week_files())


def test_a_week_that_cannot_be_stored_is_named_and_those_before_it_are_imported() -> None:
    rows = [cells(start_date=day, end_date=day) for day in (WEEK, NEXT_WEEK)]
    done(*rows)
    (store() / "weeks" / NEXT_WEEK / "manifest.json").write_text("{")
    result = imported(*(row | {"Description": "Standup"} for row in rows))
    assert result.exit_code == 1
    assert f"Error: Week {NEXT_WEEK} could not be stored: " in result.output
    assert result.output.strip().endswith("The weeks before it are imported.")
    assert stored("raw_toggl_data")["entries"][0]["description"] == "Standup"


def test_a_wrong_workspace_number_is_named_before_the_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "my team")
    assert "TOGGL_WORKSPACE_ID is 'my team': it is digits only" in refusal(cells(duration="1.5"))
