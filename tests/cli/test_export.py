"""`volt-agent export`. Not here: what the table holds."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.finished import ReadWeek
from tests.weeks import WEEK, store, stored
from volt_assets.cli import main

pytestmark = pytest.mark.no_cover  # a whole week, over lines that other tests measure


def export(*options: str) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(main, ["export", *options])
    return result.exit_code, result.stdout_bytes, result.stderr


def test_a_week_is_written_to_the_screen_and_to_a_file(read_week: ReadWeek, tmp_path: Path) -> None:
    read_week()
    total = stored("enriched_data")["statistics"]["total_duration_seconds"]
    code, shown, _ = export("--week", "2025-10-09")
    assert code == 0
    assert sum(int(row["duration_seconds"]) for row in csv.DictReader(io.StringIO(shown.decode(), newline=""))) == total
    file = tmp_path / "week.csv"
    assert export("--week", WEEK, "--output", str(file))[0] == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + shown


def test_the_json_is_the_same_table(read_week: ReadWeek) -> None:
    read_week()
    code, shown, _ = export("--week", WEEK, "--format", "json")
    assert code == 0
    assert json.loads(shown)["statistics"]["duration_seconds"] == stored("enriched_data")["statistics"]["total_duration_seconds"]


def test_a_week_that_is_not_stored_says_how_to_store_it() -> None:
    code, shown, told = export("--week", WEEK)
    assert (code, shown) == (2, b"")
    assert f"enriched_data of week {WEEK} is not stored" in told
    assert "volt-agent run --start-date 2025-10-06 --end-date 2025-10-12" in told


def test_a_damaged_week_is_told() -> None:
    file = store() / "weeks" / WEEK / "enriched_data.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    code, _, told = export("--week", WEEK)
    assert code == 2
    assert "Materialise enriched_data" in told


def test_a_dash_is_the_screen(read_week: ReadWeek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_week()
    monkeypatch.chdir(tmp_path)
    assert export("--week", WEEK, "--output", "-") == export("--week", WEEK)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["s3://bucket/week.csv", "file:///tmp/week.csv"])
def test_an_address_is_no_file(read_week: ReadWeek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    read_week()
    monkeypatch.chdir(tmp_path)
    code, _, told = export("--week", WEEK, "--output", address)
    assert (code, "name a file on this machine" in told) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-27", "9999-12-20", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_told(day: str) -> None:
    code, _, told = export("--week", day)
    assert (code, told.startswith("Error: ")) == (2, True)


@pytest.mark.parametrize("options", [["--week", "x"], [], ["--week", WEEK, "--format", "xlsx"]])
def test_wrong_usage_is_told(options: list[str]) -> None:
    assert export(*options)[0] == 2


def test_a_file_that_cannot_be_written_is_told(read_week: ReadWeek, tmp_path: Path) -> None:
    read_week()
    (tmp_path / "taken").write_text("a file, not a folder")
    code, _, told = export("--week", WEEK, "--output", str(tmp_path / "taken" / "week.csv"))
    assert code == 2
    assert "cannot be written" in told
    assert "Traceback" not in told
