"""`volt-agent run`, as a user types it: what it says, what it leaves behind, how it exits."""

import re
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import HOST_TAG, PROCESS_TAG, this_place
from tests.conftest import Served
from tests.weeks import WEEK, store, stored, week_files
from volt_assets.cli import main
from volt_assets.cli.instance import prepare_home
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.usefixtures("config")


def volt(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def run(*words: str, start: str = WEEK, end: str = "2025-10-12") -> Result:
    return volt("run", "--start-date", start, "--end-date", end, *words)


def last_line(result: Result) -> str:
    return result.output.strip().splitlines()[-1]


def test_a_week_is_run_and_the_hours_and_reports_are_told(sandbox: Sandbox) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert f"Weeks: {WEEK}." in result.output
    assert "[11/11]" in result.output
    hours = stored("raw_toggl_data")["statistics"]["seconds"] / 3600
    assert f"Week {WEEK} done: {hours:.1f} h of" in result.output
    assert (store() / "weeks" / WEEK / "reports" / "team_summary.md").exists()


def test_dates_inside_two_weeks_run_both_whole_weeks_and_say_so(sandbox: Sandbox) -> None:
    result = run(start="2025-10-12", end="2025-10-13")
    assert result.exit_code == 0, result.output
    assert "Weeks: 2025-10-06, 2025-10-13." in result.output
    assert stored("raw_toggl_data", "2025-10-13")["statistics"]["entries"] > 0


def test_what_looks_wrong_in_the_data_is_one_line_that_sounds_like_no_failure(sandbox: Sandbox, world: World) -> None:
    week = world.last_complete_week.isoformat()
    result = run(start=week, end=week)
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.output.splitlines() if "data_quality" in line]
    assert line.startswith(
        f"Week {week}, worth a look: toggl_aggregated, data_quality: 1 overlap (0h 15m counted more than once), of user:"
    )
    assert "fail" not in result.output


def test_a_database_that_does_not_answer_is_one_line_that_says_what_it_concerns(served: Served) -> None:
    with served(fibery_refuses=[["Scrum/Task", "entity.error/query-timeout"]]):
        result = run()
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.output.splitlines() if "databases_answered" in line]
    assert line.startswith(f"Week {WEEK}, worth a look: fibery_entities, databases_answered: Scrum/Task could not be asked (")
    assert re.search(r"\): [1-9]\d* references with \d+h \d\dm\. ", line)
    assert "Run this week again with --start-from fibery" in line


def test_start_from_fibery_asks_toggl_nothing_and_edits_go_only_when_that_is_wished(sandbox: Sandbox) -> None:
    run()
    report = store() / "weeks" / WEEK / "reports" / "team_summary.md"
    ours = report.read_text("utf-8")
    report.write_text("# My own words\n", "utf-8")
    sandbox.forget()
    result = run("--start-from", "fibery")
    assert result.exit_code == 0, result.output
    assert {request.service for request in sandbox.requests} == {"fibery"}
    assert report.read_text("utf-8") == "# My own words\n"

    result = run("--start-from", "fibery", "--overwrite-edits")
    assert result.exit_code == 0, result.output
    assert report.read_text("utf-8") == ours
    assert not report.with_name("team_summary.new.md").exists()
    copies = (store() / "history" / WEEK).rglob("reports/team_summary.md")
    assert "# My own words\n" in [copy.read_text("utf-8") for copy in copies]


@pytest.mark.no_cover
def test_the_output_dir_overrides_the_store(sandbox: Sandbox, tmp_path: Path) -> None:
    result = run("--output-dir", str(tmp_path / "elsewhere"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "elsewhere" / "weeks" / WEEK / "raw_toggl_data.json").exists()
    assert not (tmp_path / "data").exists()


@pytest.mark.no_cover
def test_named_users_are_fetched_again_and_nobody_else(sandbox: Sandbox) -> None:
    run()
    sandbox.forget()
    result = run("--users", "marta.lindqvist@larkspur.example,user:2100002")
    assert result.exit_code == 0, result.output
    assert stored("raw_toggl_data")["only_users"] == []
    assert [request.path for request in sandbox.requests if request.service == "toggl"].count("/api/v9/workspaces/3100001/users") == 1


@pytest.mark.no_cover
def test_a_name_in_the_configuration_that_toggl_does_not_know_is_told(sandbox: Sandbox, config: Path) -> None:
    volt_yaml = config / "volt.yaml"
    text = volt_yaml.read_text(encoding="utf-8").replace("  exclude: []", "  exclude: [nobody@typo.example]")
    volt_yaml.write_text(text, encoding="utf-8")
    result = run()
    assert result.exit_code == 0, result.output
    assert "names nobody whom Toggl knows: nobody@typo.example" in result.output


def test_an_unknown_user_is_wrong_usage_and_nothing_runs(sandbox: Sandbox) -> None:
    result = run("--users", "nobody@larkspur.example")
    assert result.exit_code == 2
    assert last_line(result).startswith("Error: --users: No such person: nobody@larkspur.example.")
    assert not store().exists()


def test_the_known_people_of_an_unknown_user_are_each_told_once(sandbox: Sandbox) -> None:
    run()
    known = last_line(run("--users", "user:1")).partition("Known here: ")[2].rstrip(".").split(", ")
    assert len(known) > 1
    assert len(known) == len(set(known))


def test_an_unknown_user_of_a_stored_week_is_wrong_usage_for_the_fibery_side_too(sandbox: Sandbox) -> None:
    run()
    result = run("--start-from", "fibery", "--users", "user:1")
    assert result.exit_code == 2
    assert "No such person: user:1" in last_line(result)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2025-10-12", "2025-10-06", "the range is reversed"),
        ("2019-01-01", "2019-01-02", "There is no week 2018-12-31: weeks run from 2025-01-06"),
        ("2125-01-01", "2125-01-02", "There is no week"),
        ("2025-13-01", "2025-10-06", "does not match the format"),
    ],
)
def test_dates_that_name_no_week_are_wrong_usage(sandbox: Sandbox, start: str, end: str, told: str) -> None:
    result = run(start=start, end=end)
    assert result.exit_code == 2
    assert told in last_line(result)
    assert sandbox.requests == []


def test_missing_variables_are_all_named_at_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "")
    monkeypatch.setenv("FIBERY_WORKSPACE_NAME", "")
    result = run()
    assert result.exit_code == 2
    assert "Not set: TOGGL_API_TOKEN, FIBERY_WORKSPACE_NAME." in last_line(result)
    assert sandbox.requests == []


def test_a_store_that_cannot_be_opened_names_the_remedy(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_DATA", "nowhere://bucket/volt")
    result = run()
    assert result.exit_code == 2
    assert "VOLT_DATA is nowhere://bucket/volt, which cannot be opened" in last_line(result)


def test_a_wrong_key_in_the_configuration_is_one_line_and_exit_code_2(sandbox: Sandbox, config: Path) -> None:
    (config / "volt.yaml").write_text("week: {first: 2025-01-06, timezone: Europe/Berlin}\ntogle: {}\n", encoding="utf-8")
    result = run()
    assert result.exit_code == 2
    assert (
        "volt.yaml: togle: unknown key; allowed are week, toggl, people, fibery, data_quality, matching, alignment, llm, site, "
        "retries, late_edits, deliveries." in last_line(result)
    )


def test_a_wrong_toggl_token_is_said_before_anything_else_and_nothing_is_stored(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "0" * 32)
    result = run()
    assert result.exit_code == 1
    assert "raw_toggl_data: Toggl refused the token (HTTP 403)" in result.output
    assert "TOGGL_API_TOKEN" in result.output
    assert "Traceback" not in result.output
    assert [request.service for request in sandbox.requests] == ["toggl"]
    assert not (store() / "weeks").exists()


def test_a_wrong_toggl_workspace_names_the_variable(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "12")
    result = run()
    assert result.exit_code == 1
    assert "TOGGL_WORKSPACE_ID" in result.output


def test_a_wrong_fibery_token_fails_its_side_and_keeps_the_toggl_side(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIBERY_API_TOKEN", "00000000.00000000000000000000000000000000000")
    result = run()
    assert result.exit_code == 1
    assert "fibery_entities: " in result.output
    assert "FIBERY_API_TOKEN" in result.output
    assert {"raw_toggl_data.json", "toggl_aggregated.json", "toggl_summary.json"} <= set(week_files())
    assert "enriched_data.json" not in week_files()


def test_a_token_that_is_no_admins_is_refused_with_the_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(world, options=Options(toggl_admin=False)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        result = run()
    assert result.exit_code == 1
    assert "only its owner's hours" in result.output
    assert "allow_own_entries_only" in result.output


def test_one_failed_week_does_not_stop_the_next(sandbox: Sandbox) -> None:
    sandbox.fail_next("toggl", status=200, body="<html>maintenance</html>", content_type="text/html")
    result = run(start="2025-10-06", end="2025-10-19")
    assert result.exit_code == 1
    assert "1 of 2 week(s) failed: 2025-10-06" in last_line(result)
    assert "Week 2025-10-13 done" in result.output


def test_after_a_used_up_quota_no_further_week_is_tried(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(world, options=Options(quota_per_hour=0)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        result = run(end="2025-10-26")
        assert len(server.requests) == 1
    assert result.exit_code == 1
    assert "hourly quota of requests is used up; it resets at" in result.output
    assert "2 further week(s) were not tried" in last_line(result)


def test_after_a_refused_token_no_further_week_is_tried(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "0" * 32)
    result = run(start="2025-10-06", end="2025-10-26")
    assert result.exit_code == 1
    assert "1 of 3 week(s) failed: 2025-10-06. 2 further week(s) were not tried" in last_line(result)
    assert len(sandbox.requests) == 1


@pytest.mark.no_cover
def test_a_week_that_was_stored_stays_when_a_later_fetch_fails(sandbox: Sandbox) -> None:
    run()
    before = week_files()
    sandbox.fail_next("toggl", status=200, body='[{"user_id":', content_type="application/json", path_contains="search/time_entries")
    result = run()
    assert result.exit_code == 1
    assert week_files() == before


def test_a_run_whose_process_is_gone_is_marked_as_failed_before_the_next(sandbox: Sandbox) -> None:
    prepare_home({"DAGSTER_HOME": str(store().parent)})
    tags = {HOST_TAG: this_place(), PROCESS_TAG: "999999999"}
    with dg.DagsterInstance.get() as instance:
        run_id = create_run_for_test(instance, job_name="weekly_reports", tags=tags, status=dg.DagsterRunStatus.STARTED).run_id
    result = run()
    assert result.exit_code == 0, result.output
    assert "1 earlier run(s) had lost their process" in result.output
    with dg.DagsterInstance.get() as instance:
        ended = instance.get_run_by_id(run_id)
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("init",),
        ("doctor",),
        ("run",),
        ("list-runs",),
        ("show-run",),
        ("cancel-run",),
        ("backfill",),
        ("import-csv",),
        ("ui",),
        ("demo",),
        ("sandbox",),
    ],
)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = volt(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5
