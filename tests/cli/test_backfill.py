"""`volt-agent backfill`, as a user types it: the plan, what is asked and run, what is left alone. Not here: the plan's rules.

The weeks are run once for all tests here, which take copies of their store and Dagster home.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from tests.configs import unhurried_config
from tests.conftest import TODAY
from tests.finished import own
from tests.weeks import fast_settings, store
from volt_assets.cli import backfill_weeks, main
from volt_assets.cli.backfill_plan import Plan
from volt_assets.cli.backfill_weeks import Wish, check_left_alone, listed_keys
from volt_assets.cli.errors import RunProblem
from volt_assets.cli.instance import open_instance
from volt_assets.cli.progress import POSITION_TAG
from volt_assets.cli.read_ahead import ReadAhead, ranged
from volt_assets.cli.run_texts import seconds_text
from volt_assets.cli.weeks import BACKFILL_TAG
from volt_assets.definitions import build_toggl
from volt_assets.domain.backfill import Only, WeekPlan
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.crowd import build_crowd
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import load_settings

WEEKS = ("2025-09-22", "2025-09-29", "2025-10-06")
SPAN = ("--from", "2025-09-24", "--to", "2025-10-06")


def volt(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def backfill(*words: str) -> Result:
    return volt("backfill", *SPAN, *words)


class Once(NamedTuple):
    """The backfill that was run once: its home, what it said, and what it asked."""

    home: Path
    output: str
    toggl: tuple[str, ...]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Sandbox]:
    with Sandbox(build_crowd(today=TODAY, people=3, entries_per_week=30, weeks=8)) as server:
        yield server


@pytest.fixture(scope="module")
def once(crowd: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Once:
    home = tmp_path_factory.mktemp("backfilled")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**own(home, crowd), "VOLT_CONFIG": str(unhurried_config(home / "config"))}.items():
            environment.setenv(name, value)
        result = backfill()
        assert result.exit_code == 0, result.output
        return Once(home, result.output, tuple(request.path for request in crowd.requests if request.service == "toggl"))


@pytest.fixture
def filled(once: Once, crowd: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A copy of the weeks that were run once, to go on from. The sandbox has forgotten them."""
    shutil.copytree(once.home, tmp_path, dirs_exist_ok=True)
    for name, value in {**own(tmp_path, crowd), "VOLT_CONFIG": str(tmp_path / "config")}.items():
        monkeypatch.setenv(name, value)
    crowd.forget()
    return crowd


def remove(week: str, *assets: str) -> None:
    for asset in assets:
        (store() / "weeks" / week / f"{asset}.json").unlink()


def configure(name: str, old: str, new: str) -> None:
    file = Path(os.environ["VOLT_CONFIG"]) / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_plan_comes_first_and_each_week_is_told_when_it_is_done(once: Once) -> None:
    lines = once.output.splitlines()
    assert lines[0].startswith("Backfill of 2025-09-22 to 2025-10-12: 3 of 3 weeks to run. Store: ")
    assert lines[1] == "  2025-09-22 to 2025-10-06  3  all 11 assets  not stored"
    assert lines[2].startswith("Expected: about 15 requests to Toggl (at 200 entries a week); about ")
    assert [line.split()[1] for line in lines if " done: " in line] == list(WEEKS)
    assert "3 of 3 weeks done in " in once.output
    assert "5 requests read Toggl ahead" in once.output


def test_toggl_is_asked_once_for_all_weeks(once: Once) -> None:
    assert [path.rpartition("/")[2] for path in once.toggl] == ["3100001", "users", "time_entries", "time_entries", "totals"]


def test_each_week_is_an_ordinary_run_that_says_how_its_entries_were_read(filled: Sandbox) -> None:
    with open_instance() as instance:
        runs = instance.get_runs()
        latest = instance.get_latest_materialization_event(dg.AssetKey("raw_toggl_data"))
    assert {run.tags["dagster/partition"] for run in runs} == set(WEEKS)
    assert len({run.tags[BACKFILL_TAG] for run in runs}) == 1
    assert [run.tags[POSITION_TAG] for run in sorted(runs, key=lambda run: run.tags["dagster/partition"])] == ["1 of 3", "2 of 3", "3 of 3"]
    assert latest
    assert latest.asset_materialization
    told = latest.asset_materialization.metadata
    assert str(told["range_walk"].value).startswith("proven in one walk over 2025-09-22 to 2025-10-12, read at ")
    assert told["requests"].value == 0


def test_nothing_is_left_of_what_was_read_ahead(filled: Sandbox) -> None:
    assert list((store() / "cache" / "toggl").iterdir()) == []


def test_a_second_one_has_nothing_to_do_and_asks_nobody(filled: Sandbox) -> None:
    result = backfill()
    assert result.exit_code == 0
    assert result.output == "Nothing to do: none of 3 weeks is missing. All of them are up to date.\n"
    assert filled.requests == []


def test_what_lost_its_file_is_missing_and_only_that_and_what_follows_is_run(filled: Sandbox) -> None:
    remove("2025-09-29", "coverage_report")
    result = backfill()
    assert result.exit_code == 0, result.output
    assert "  2025-09-29  1  coverage_report, report_site  coverage_report: not stored" in result.output
    assert "Toggl is not asked" in result.output
    assert "Week 2025-09-29 (1 of 1) done: coverage_report, report_site" in result.output
    assert filled.requests == []
    assert (store() / "weeks" / "2025-09-29" / "coverage_report.json").exists()


def test_a_setting_that_changed_is_told_as_the_reason_and_the_fibery_side_alone_is_run_for_it(filled: Sandbox) -> None:
    configure("volt.yaml", "no_report: []", "no_report: [person2@crowd.example]")
    result = backfill("--only", "stale", "--dry-run")
    what, why = "work_alignment, person_reports, team_summary and 1 more", "work_alignment and person_reports: its settings changed"
    assert f"  2025-09-22 to 2025-10-06  3  {what}  {why}" in result.output
    assert "(1 of 3)" not in result.output
    missing = backfill("--dry-run")
    assert missing.output.startswith(
        "Nothing to do: none of 3 weeks is missing. There are weeks that are not: 3 out of date (--only stale)"
    )


def test_weeks_that_another_dagster_ran_are_there_but_cannot_be_said_to_be_up_to_date(
    filled: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "another"))
    assert backfill().output.startswith("Nothing to do: none of 3 weeks is missing.")
    assert "stored, but unknown to this Dagster" in backfill("--only", "stale", "--dry-run").output


def test_one_bad_week_stops_no_other_and_is_run_again_as_failed(filled: Sandbox) -> None:
    remove("2025-09-22", "coverage_report")
    remove("2025-09-29", "coverage_report")
    manifest = store() / "weeks" / "2025-09-22" / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"{")
    result = backfill()
    assert result.exit_code == 1
    assert "Week 2025-09-29 (2 of 2, " in result.output
    assert "\n1 of 2 weeks done in " in result.output
    assert "  failed 2025-09-22: coverage_report: " in result.output
    assert "volt-agent backfill --from 2025-09-24 --to 2025-10-06 --only failed" in result.output
    assert result.output.splitlines()[-1].startswith("Error: 1 of 2 week(s) failed: 2025-09-22.")
    manifest.write_bytes(whole)
    mended = backfill("--only", "failed")
    assert mended.exit_code == 0, mended.output
    assert "  2025-09-22  1  coverage_report, report_site  coverage_report: failed" in mended.output


def test_what_was_read_ahead_is_not_asked_for_again_by_the_next_one(filled: Sandbox) -> None:
    toggl, weeks = ranged(build_toggl(load_settings()), str(store())), [Week.from_key(key) for key in WEEKS]
    told: list[str] = []
    ReadAhead(toggl, weeks, told.append).prepare(weeks[0])
    assert told[-1] == "Toggl: 3 weeks read and proven in 5 requests"
    filled.forget()
    again = ReadAhead(toggl, weeks, told.append)
    for week in weeks:
        again.prepare(week)
    assert filled.requests == []
    assert again.held == set(weeks)
    again.stored(weeks[0])
    assert again.held == set(weeks[1:])
    again.prepare(weeks[0])
    assert filled.requests == []  # one week alone is left to its own run


def test_what_was_read_before_a_run_stored_the_week_is_not_handed_out_after_it(filled: Sandbox) -> None:
    """Somebody edits a week in Toggl and runs it while a backfill that has read it goes on, or is interrupted."""
    toggl, weeks = ranged(build_toggl(load_settings()), str(store())), [Week.from_key(key) for key in WEEKS]
    ahead, now = ReadAhead(toggl, weeks, lambda _: None), datetime.now(UTC)
    ahead.prepare(weeks[0])
    ahead.prepare(weeks[1], now - timedelta(hours=1))
    assert ahead.held == set(weeks)
    ahead.prepare(weeks[1], now + timedelta(hours=1))
    assert ahead.held == {weeks[0], weeks[2]}


def test_what_cannot_be_kept_is_read_once_and_left_to_the_weeks_own_runs(filled: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        if len(filled.requests) > 50:
            pytest.fail("it is read over and over")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("io_managers.scratch.write_bytes", full)
    weeks = [Week.from_key(key) for key in WEEKS]
    ahead = ReadAhead(ranged(build_toggl(fast_settings()), str(store())), weeks, lambda _: None)
    for week in weeks:
        ahead.prepare(week)
    assert len(filled.requests) == 5


def test_a_range_that_is_too_long_for_toggl_is_read_in_parts(once: Once, monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = [Week.from_key("2025-09-15").shifted(number) for number in range(7)]
    options = Options(longest_range_days=30, longer_range="empty")
    with Sandbox(build_crowd(today=TODAY, people=3, entries_per_week=30, weeks=8), options=options) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        ahead = ReadAhead(ranged(build_toggl(fast_settings()), str(store())), weeks, lambda _: None)
        for week in weeks:
            ahead.prepare(week)
    assert [request.path.rpartition("/")[2] for request in server.requests].count("time_entries") == 1 + 2 + 3


@pytest.mark.parametrize(("status", "told"), [(402, "hourly quota"), (403, "no access")])
def test_what_cannot_be_read_ahead_is_left_to_the_weeks_own_run(filled: Sandbox, status: int, told: str) -> None:
    weeks, lines = [Week.from_key(key) for key in WEEKS], list[str]()
    filled.fail_next("toggl", status=status, body='"You have hit your hourly limit for API calls. The quota will reset in 900 seconds."')
    ReadAhead(ranged(build_toggl(fast_settings()), str(store())), weeks, lines.append).prepare(weeks[0])
    assert lines[-1].startswith("Toggl: weeks cannot be read ahead now. ")
    assert told in lines[-1]


def test_a_refusal_stops_the_rest(filled: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIBERY_API_TOKEN", "5a4db0c5.0000000000000000000000000000000000000")
    result = backfill("--only", "all", "--group", "fibery")
    assert result.exit_code == 1
    assert "the Fibery side, 8 assets" in result.output
    assert "2 further week(s) were not tried" in result.output


def test_the_fibery_side_of_weeks_without_toggl_data_is_left_alone_with_the_remedy(
    filled: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "")
    shutil.rmtree(store() / "weeks" / "2025-09-22")
    assert "There are weeks that are not: 1 missing (--only missing)." in backfill("--group", "fibery", "--only", "failed").output
    result = backfill("--group", "fibery")
    assert result.exit_code == 1
    assert "  2025-09-22  1  left alone  raw_toggl_data, toggl_aggregated and toggl_summary not stored" in result.output
    assert result.output.splitlines()[-1] == (
        "Error: 1 week left alone, as no Toggl data is stored for the Fibery side to start from: 2025-09-22. "
        "Fetch it: volt-agent backfill --from 2025-09-24 --to 2025-10-06"
    )
    assert filled.requests == []


def test_a_week_that_somebody_else_runs_is_left_alone_with_the_remedy() -> None:
    weeks = (WeekPlan(week=Week.from_key(WEEKS[0])), WeekPlan(week=Week.from_key(WEEKS[1]), blocked="a run of it is going on"))
    plan = Plan(Only.MISSING, frozenset(), weeks, (), datetime.now(UTC))
    with pytest.raises(RunProblem, match=f"1 week left alone, as a run of it is going on: {WEEKS[1]}. See volt-agent list-runs "):
        check_left_alone(plan, Wish("missing", None, dry_run=False, anew=False, again="volt-agent backfill"))


class Interrupting:
    """Somebody presses Ctrl-C before the second week."""

    requests = 0
    held: frozenset[Week] = frozenset()

    def __init__(self, *_: object) -> None:
        self.weeks: list[Week] = []

    def prepare(self, week: Week, _stored_at: datetime | None) -> None:
        self.weeks.append(week)
        if len(self.weeks) == 2:
            raise KeyboardInterrupt

    def stored(self, week: Week) -> None:
        """Nothing was read ahead."""


def test_an_interrupted_one_goes_on_where_it_was(filled: Sandbox) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backfill_weeks, "ReadAhead", Interrupting)
        stopped = backfill("--only", "all")
    assert stopped.exit_code == 1
    assert "Error: Interrupted; 1 of 3 weeks done." in stopped.output
    result = backfill("--only", "all", "--dry-run")
    assert result.output.startswith("Going on with an interrupted backfill: 1 week of it done (--anew: begin again).")
    assert "2 of 3 weeks to run" in result.output
    assert "3 of 3 weeks to run" in backfill("--only", "all", "--dry-run", "--anew").output
    assert "2 of 3 weeks to run" in backfill("--only", "all", "--dry-run").output  # a plan alone forgets nothing


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "2025-10-06", "--to", "2025-09-01"), "--from and --to: the range is reversed"),
        (("--from", "2019-01-07", "--to", "2019-03-01"), "There is no week 2019-01-07 to 2019-02-25: weeks run from "),
        ((*SPAN, "--anew"), "--anew goes with --only all"),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(filled: Sandbox, words: tuple[str, ...], told: str) -> None:
    result = volt("backfill", *words)
    assert result.exit_code == 2
    assert f"Error: {told}" in result.output
    assert filled.requests == []


@pytest.mark.parametrize(("seconds", "told"), [(59, "59 s"), (59.4, "59.4 s"), (60, "1m 00s"), (3599, "59m 59s"), (7260, "2h 01m")])
def test_times_are_told_as_people_say_them(seconds: float, told: str) -> None:
    assert seconds_text(seconds) == told


def test_many_weeks_are_not_all_named() -> None:
    assert listed_keys(["a", "b"], most=2) == "a, b"
    assert listed_keys(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
