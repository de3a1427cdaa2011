"""`volt-agent import-csv` onto stored weeks: which days it covers, what may go, what no longer fits. Not here: a first import."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from io_managers.week_store import WeekStore
from tests.csv_files import Cells, cells, day, imported, written
from tests.weeks import WEEK, store, stored, week_files
from volt_assets.cli import main
from volt_assets.cli.csv_weeks import CsvImport
from volt_assets.sandbox.server import Sandbox

pytestmark = [pytest.mark.usefixtures("config"), pytest.mark.no_cover]

OCTOBER = "Toggl_time_entries_2025-10-01_to_2025-10-31.csv"
OTHER = "toggl.csv"
TWO_HOURS = {"duration": "02:00:00", "end_time": "11:00:00"}
BEN = {"user": "Ben Muster", "email": "ben@example.com"}
BEFORE = (day("10-06", **TWO_HOURS), day("10-08", **TWO_HOURS), day("10-10", **TWO_HOURS))
AFTER = (day("10-06", **TWO_HOURS), day("10-07", **TWO_HOURS), day("10-08", **TWO_HOURS))


def import_csv(*rows: Cells, name: str = OTHER, options: tuple[str, ...] = ()) -> Result:
    file = store().parent / name
    file.write_bytes(written(*rows))
    return CliRunner().invoke(main, ["import-csv", str(file), *options])


def done(*rows: Cells, name: str = OTHER, options: tuple[str, ...] = ()) -> str:
    result = import_csv(*rows, name=name, options=options)
    assert result.exit_code == 0, result.output
    return result.output


def refusal(*rows: Cells, name: str = OTHER, options: tuple[str, ...] = ()) -> str:
    """The one line that says why nothing was imported."""
    before = week_files()
    result = import_csv(*rows, name=name, options=options)
    assert (result.exit_code, len(result.output.strip().splitlines())) == (2, 1), result.output
    assert week_files() == before
    return result.output.strip()


def hours() -> float:
    return float(stored("raw_toggl_data")["statistics"]["seconds"]) / 3600


def configure(config: Path, key: str, *names: str) -> None:
    file = config / "volt.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(f"  {key}: []", f"  {key}: [{', '.join(names)}]"), encoding="utf-8")


# Which days a file covers


def test_an_entry_that_moved_within_the_days_of_the_name_counts_once() -> None:
    done(*BEFORE, name=OCTOBER)
    output = done(*AFTER, name=OCTOBER.replace(".csv", " (1).csv"))
    assert "covering 2025-10-01 to 2025-10-31 (as its name says)" in output
    assert hours() == 6


def test_an_entry_that_moved_within_the_days_that_the_options_name_counts_once() -> None:
    done(*BEFORE)
    assert "covering 2025-10-06 to 2025-10-12 (--from and --to)" in done(*AFTER, options=("--from", WEEK, "--to", "2025-10-12"))
    assert hours() == 6


def test_a_file_that_does_not_tell_its_days_is_refused_where_time_is_stored_beside_them() -> None:
    done(*BEFORE)
    said = refusal(*AFTER)
    assert "its entries lie from 2025-10-06 to 2025-10-08, and time is stored for 2025-10-10 of the same weeks" in said
    assert "--from DAY --to DAY" in said
    assert "time is stored for 2025-10-10" in refusal(*AFTER, options=("--replace",))


def test_a_file_that_does_not_tell_its_days_is_taken_where_nothing_is_stored_beside_them() -> None:
    done(*BEFORE)
    done(day("10-06", **TWO_HOURS), day("10-08", **TWO_HOURS), day("10-11", **TWO_HOURS))
    assert hours() == 6


def test_an_entry_outside_the_days_that_were_told_is_an_error_with_its_line() -> None:
    assert f"{OCTOBER}: line 3, Start date: 2025-11-01 is not in 2025-10-01 to 2025-10-31" in refusal(cells(), day("11-01"), name=OCTOBER)
    options = ("--from", "2025-10-07", "--to", "2025-10-31")
    assert "line 2, Start date: 2025-10-06 is not in 2025-10-07 to 2025-10-31" in refusal(cells(), name=OCTOBER, options=options)
    done(cells(), day("11-01"), name=OCTOBER, options=("--from", "2025-10-01", "--to", "2025-11-02"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from", WEEK), "--from and --to belong together"),
        (("--to", WEEK), "--from and --to belong together"),
        (("--from", "2025-10-12", "--to", WEEK), "the range is reversed, it ends on 2025-10-06, before it starts on 2025-10-12"),
    ],
)
def test_days_that_are_none_are_wrong_usage(options: tuple[str, ...], told: str) -> None:
    assert told in refusal(cells(), options=options)


def test_days_beyond_all_weeks_are_passed_over() -> None:
    done(cells(), options=("--from", "0001-01-01", "--to", "9999-12-31"))
    assert hours() == 1


def test_a_week_that_is_covered_in_part_says_so_and_misses_nobody_on_other_days(sandbox: Sandbox) -> None:
    done(day("10-08"), day("10-10"))
    told = "*The data covers Wed 2025-10-08 to Fri 2025-10-10 only: of the week's other days nothing is known.*"
    reports = {name: text.decode() for name, text in week_files().items() if name.endswith(".md")}
    assert len(reports) == 5
    assert [name for name, text in reports.items() if told not in text] == []
    assert "No entries on Thu 2025-10-09." in reports["reports/toggl_summary.md"]


# What may go


def test_a_deleted_entry_goes_only_when_asked_and_is_named_before() -> None:
    done(*BEFORE, name=OCTOBER)
    said = refusal(*BEFORE[:2], name=OCTOBER)
    assert f"time would go that the file does not have: Ana Example in week {WEEK} (1 entry, 2.0 h). Nothing was imported." in said
    done(*BEFORE[:2], name=OCTOBER, options=("--replace",))
    assert hours() == 4


def test_a_week_that_changed_since_it_was_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    done(*BEFORE, name=OCTOBER)
    plan = CsvImport._lines

    def while_another_command_writes(self: CsvImport, *words: object, **switches: object) -> list[str]:
        WeekStore(str(store())).write(WEEK, "raw_toggl_data.json", b"{}")
        return plan(self, *words, **switches)  # type: ignore[arg-type]

    monkeypatch.setattr(CsvImport, "_lines", while_another_command_writes)
    result = import_csv(*AFTER, name=OCTOBER)
    assert result.exit_code == 1
    assert f"Error: Week {WEEK} could not be stored: raw_toggl_data.json of week {WEEK} was changed meanwhile" in result.output
    assert week_files()["raw_toggl_data.json"] == b"{}"


# What no longer fits


def test_the_fibery_side_of_a_changed_week_goes_to_history_where_it_is_not_run(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    done(*BEFORE, name=OCTOBER)
    fibery_side = {name for name in week_files() if "toggl" not in name.replace("html/toggl", "html/") and name != "manifest.json"}
    edited = store() / "weeks" / WEEK / "reports" / "team_summary.md"
    edited.write_text("Mine")
    monkeypatch.setenv("FIBERY_API_TOKEN", "")
    output = done(*AFTER, name=OCTOBER)
    assert f"Week {WEEK}: {len(fibery_side) - 1} files of the Fibery side no longer fit and went to history" in output
    assert f"Week {WEEK}: edited by hand and left alone, though they may no longer fit: reports/team_summary.md" in output
    assert set(week_files()) == {
        *("raw_toggl_data.json", "toggl_aggregated.json", "toggl_summary.json", "manifest.json"),
        *("reports/toggl_summary.md", "reports/toggl_summary.json", "reports/team_summary.md"),
    }
    (kept,) = (store() / "history" / WEEK).glob("import-csv-*/enriched_data.json")
    assert {str(path.relative_to(kept.parent)) for path in kept.parent.rglob("*.*")} >= fibery_side - {"reports/team_summary.md"}


def test_the_fibery_side_of_a_week_that_did_not_change_stays(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    done(*BEFORE, name=OCTOBER)
    before = week_files()
    monkeypatch.setenv("FIBERY_API_TOKEN", "")
    assert "history" not in done(*BEFORE, name=OCTOBER)
    assert week_files() == before


# Whom the configuration means


def test_an_exclusion_that_cannot_be_judged_stops_the_import_and_tells_whom_it_may_mean(config: Path) -> None:
    configure(config, "exclude", "ben@example.com")
    nameless = day("10-07", user="Ben Muster", email="")
    said = refusal(cells(), nameless)
    ben = next(one for one in imported(written(nameless)))
    assert f"ben@example.com may be one of those without an e-mail: Ben Muster (user:{ben.user_id})" in said
    done(cells(), nameless, options=("--ignore-exclude",))
    assert hours() == 2


def test_an_id_of_toggls_cannot_be_judged(config: Path) -> None:
    configure(config, "no_report", "user:2100005")
    assert "user:2100005 is an id of Toggl's, which no CSV tells; it may be one of: Ana Example (ana@example.com)" in refusal(cells())


def test_somebody_without_an_e_mail_is_excluded_by_the_id_that_was_told(config: Path) -> None:
    nameless = day("10-07", user="Ben Muster", email="")
    (ben,) = imported(written(nameless))
    configure(config, "exclude", f"user:{ben.user_id}", "ben@example.com")
    done(cells(), nameless)
    assert b"Ben Muster" not in b"".join(week_files().values())
    assert hours() == 1
