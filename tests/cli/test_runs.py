"""`list-runs`, `show-run`, `cancel-run`, `run --run-id` and `ui --run-id`, on runs that came about in every way. Not here: the display."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster._core.test_utils import create_run_for_test

from io_managers.run_process import BEGUN_TAG, HOST_TAG, PROCESS_TAG, begun, process_tags, this_place
from tests.weeks import WEEK, run_week, store
from volt_assets.cli import main, weeks
from volt_assets.cli.canceling import cancel
from volt_assets.cli.errors import RunProblem
from volt_assets.cli.instance import prepare_home
from volt_assets.definitions import defs
from volt_assets.domain.stages import FIBERY_STAGES, TOGGL_STAGES
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.server import Sandbox

Status = dg.DagsterRunStatus
UI_ID, OTHER_ID = "aaaa1111-0000-4000-8000-000000000001", "aaaa2222-0000-4000-8000-000000000002"


def volt(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dagster home without runs. Making its tables takes longer than most of these tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DAGSTER_HOME", "")
        prepare_home({"DAGSTER_HOME": str(home)})
        with dg.DagsterInstance.get() as instance:
            instance.get_run_ids()
            instance.all_logs("none")
    return home


@pytest.fixture
def instance(empty_home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance that the commands of this test work with."""
    shutil.copytree(empty_home, store().parent, dirs_exist_ok=True)
    with dg.DagsterInstance.get() as own:
        yield own


def add(instance: dg.DagsterInstance, status: Status, run_id: str = UI_ID, week: str = WEEK, **more: Any) -> str:
    """A run in some state, as if it had come about by itself."""
    tags = {"dagster/partition": week, **more.pop("tags", {})}
    create_run_for_test(instance, job_name=more.pop("job", "weekly_reports"), run_id=run_id, status=status, tags=tags, **more)
    return run_id


def users(*names: str) -> dict[str, Any]:
    return {"ops": {"raw_toggl_data": {"config": {"users": list(names)}}}}


def test_the_stages_are_the_graphs_assets() -> None:
    groups = {key.to_user_string(): defs.resolve_assets_def(key).group_names_by_key[key] for key in defs.resolve_all_asset_keys()}
    assert {name for name, group in groups.items() if group == "toggl"} == set(TOGGL_STAGES)
    assert {name for name, group in groups.items() if group == "fibery"} == set(FIBERY_STAGES)


# Listing


def test_runs_are_listed_newest_first_with_who_started_them(instance: dg.DagsterInstance) -> None:
    add(instance, Status.SUCCESS, OTHER_ID, job="fibery_refresh", tags={"dagster/schedule_name": "monday_reports"})
    add(instance, Status.NOT_STARTED, tags={"dagster/backfill": "b"}, run_config=users("ana@example.com", "user:1\x1b[31m"))
    head, newest, older = volt("list-runs").output.splitlines()
    assert head.split() == ["run", "week", "what", "by", "status", "started", "duration", "users"]
    assert re.match(r"aaaa1111  2025-10-06  reports  backfill  in_progress \(not started\)  .*-  +ana@example.com, user:1\[31m\Z", newest)
    assert re.match(r"aaaa2222  2025-10-06  fibery   schedule  completed +20.*everybody\Z", older)


def test_only_runs_of_a_status_are_listed_where_that_is_asked(instance: dg.DagsterInstance) -> None:
    add(instance, Status.FAILURE, OTHER_ID)
    add(instance, Status.CANCELED)
    assert "aaaa1111" in volt("list-runs", "--status", "canceled").output
    assert "aaaa1111" not in volt("list-runs", "--status", "failed").output
    assert volt("list-runs", "--status", "in_progress").output.startswith("No in progress runs in ")
    assert len(volt("list-runs", "--limit", "1").output.splitlines()) == 2


def test_a_run_whose_process_was_killed_is_listed_as_failed_and_says_what_to_do(instance: dg.DagsterInstance) -> None:
    add(instance, Status.STARTED, tags={HOST_TAG: this_place(), PROCESS_TAG: "999999999"})
    assert "failed" in volt("list-runs").output
    assert "The process that carried this run is gone." in volt("show-run", "--run-id", "aaaa").output


def test_a_number_that_the_system_gave_to_another_process_is_no_sign_of_life(instance: dg.DagsterInstance) -> None:
    add(instance, Status.STARTED, tags={**process_tags(), BEGUN_TAG: "1"})
    assert "failed" in volt("list-runs").output


@pytest.mark.parametrize("tags", [process_tags(), {**process_tags(), HOST_TAG: "elsewhere", PROCESS_TAG: "999999999"}, {}])
def test_a_run_that_may_live_is_left_alone(instance: dg.DagsterInstance, tags: dict[str, str]) -> None:
    add(instance, Status.STARTED, tags=tags)
    assert "in_progress" in volt("list-runs").output


def test_a_run_of_which_nothing_was_heard_for_hours_is_dead_wherever_it_ran(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = add(instance, Status.STARTED)
    run = instance.get_run_by_id(run_id)
    assert run
    instance.report_engine_event("Started process for run (pid: 7).", run)
    assert "in_progress" in volt("list-runs").output
    monkeypatch.setattr("volt_assets.dead_runs.SILENCE_SECONDS", -1)
    assert "failed" in volt("list-runs").output


# One run


def test_a_run_is_shown_with_its_stages_its_files_and_its_error(instance: dg.DagsterInstance, sandbox: Sandbox) -> None:
    run_week(instance=instance, selection=["raw_toggl_data", "toggl_aggregated"], users=["marta.lindqvist@larkspur.example"])
    shown = volt("show-run", "--run-id", instance.get_run_ids()[0])
    assert shown.exit_code == 0, shown.output
    told = dict(line.split(":", 1) for line in shown.output.splitlines() if not line.startswith(" "))
    assert told["Status"].strip() == "completed"
    assert told["Users"].strip() == "marta.lindqvist@larkspur.example"
    assert told["Completed"].strip() == "2 of 2: raw_toggl_data, toggl_aggregated"
    assert shown.output.rstrip().endswith(f"{store()}/weeks/{WEEK}/toggl_aggregated.json")

    sandbox.fail_next("fibery", status=401, body="{}", path_contains="/api/schema")
    run_week(instance=instance, job="fibery_refresh", selection=["fibery_entities", "enriched_entities"])
    as_json = json.loads(volt("show-run", "--json", "--run-id", instance.get_run_ids(limit=1)[0]).output)
    assert as_json["status"] == "failed"
    assert as_json["parameters"] == {"start_date": WEEK, "end_date": "2025-10-12", "users_filter": None, "start_from": "fibery"}
    assert as_json["stages_completed"] == []
    assert as_json["stages_failed"] == ["fibery_entities"]
    assert as_json["error_message"].startswith("fibery_entities: Fibery refused the token")
    assert "\n" not in as_json["error_message"]
    assert as_json["duration_seconds"] >= 0
    keys = ["run_id", "created_at", "status", "parameters", "stages_completed", "stages_failed", "error_message", "duration_seconds"]
    assert list(as_json) == [*keys, "files"]


def test_an_unknown_run_and_a_beginning_of_several_are_wrong_usage(instance: dg.DagsterInstance) -> None:
    add(instance, Status.SUCCESS)
    add(instance, Status.FAILURE, OTHER_ID)
    unknown = volt("show-run", "--run-id", "ffff")
    assert unknown.exit_code == 2
    assert "No run ffff in" in unknown.output
    several = volt("show-run", "--run-id", "aaaa")
    assert several.exit_code == 2
    assert "2 runs begin with aaaa: " in several.output
    assert UI_ID in several.output
    assert OTHER_ID in several.output
    assert volt("show-run", "--run-id", "AAAA2").exit_code == 0
    assert volt("show-run", "--run-id", " ").exit_code == 2


# Canceling


def test_a_run_that_waits_is_canceled_at_once(instance: dg.DagsterInstance) -> None:
    add(instance, Status.NOT_STARTED)
    result = volt("cancel-run", "--run-id", "aaaa")
    assert (result.exit_code, result.output) == (0, "Run aaaa1111 is canceled; it had not begun.\n")
    assert "Canceled with volt-agent." in volt("show-run", "--run-id", "aaaa").output


def test_the_process_of_a_run_is_not_asked_to_stop_for_one_that_repeats_it(instance: dg.DagsterInstance) -> None:
    """The UI's "Re-execute" copies the tags of the run that it repeats."""
    add(instance, Status.NOT_STARTED, tags=process_tags(OTHER_ID))
    result = volt("cancel-run", "--run-id", "aaaa")
    assert (result.exit_code, result.output) == (0, "Run aaaa1111 is canceled; it had not begun.\n")


def test_a_run_that_has_ended_cannot_be_canceled(instance: dg.DagsterInstance) -> None:
    add(instance, Status.SUCCESS)
    result = volt("cancel-run", "--run-id", "aaaa")
    assert result.exit_code == 2
    assert "has already ended (completed): there is nothing to cancel." in result.output


def test_canceling_a_run_that_lost_its_process_says_that(instance: dg.DagsterInstance) -> None:
    add(instance, Status.STARTED, tags={HOST_TAG: this_place(), PROCESS_TAG: "999999999"})
    result = volt("cancel-run", "--run-id", "aaaa")
    assert (result.exit_code, result.output[:60]) == (0, "Run aaaa1111 had lost its process: it is marked as failed. W")


def test_a_run_of_the_ui_that_has_not_begun_its_stages_is_canceled_although_the_ui_is_down(instance: dg.DagsterInstance) -> None:
    gone = json.dumps({"host": "localhost", "socket": "/nowhere/volt.sock"})
    add(instance, Status.STARTING, tags={".dagster/grpc_info": gone})
    result = volt("cancel-run", "--run-id", "aaaa")
    assert (result.exit_code, result.output) == (0, "Run aaaa1111 is canceled; it had not begun its first stage.\n")


def test_the_process_that_carries_a_run_is_asked_to_stop_and_no_other(instance: dg.DagsterInstance) -> None:
    waiter = "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", waiter], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout
        child.stdout.readline()
        tags = {**process_tags(), PROCESS_TAG: str(child.pid), BEGUN_TAG: begun(child.pid)}
        try:
            add(instance, Status.STARTED, OTHER_ID, tags={**tags, HOST_TAG: "elsewhere"})
            with pytest.raises(RunProblem, match=f"is carried by process {child.pid} of elsewhere: cancel it there"):
                cancel(instance, OTHER_ID)
            assert child.poll() is None
            add(instance, Status.STARTED, tags=tags)
            with pytest.raises(RunProblem, match="was told to stop 0 s ago and has not yet"):
                cancel(instance, UI_ID, patience_seconds=0)
            child.wait(10)
        finally:
            child.kill()
    assert "it is marked as canceled" in cancel(instance, UI_ID)


def test_a_command_whose_run_is_canceled_while_it_waits_for_its_week_goes_on_with_no_other() -> None:
    """No stage of it has begun, so none tells of the interruption."""
    result: Any = SimpleNamespace(success=False, all_events=[dg.DagsterEvent("PIPELINE_CANCELED", "weekly_reports")])
    assert weeks._outcome(Week.from_key(WEEK), UI_ID, result).interrupted


# Running again, and the page


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "Which weeks? --start-date and --end-date is missing; or name an earlier run with --run-id"),
        (("--start-date", WEEK), "Which weeks? --end-date is missing"),
        (("--run-id", "aaaa", "--end-date", WEEK), "--run-id stands for that run's weeks and people: leave --end-date out"),
        (("--run-id", "aaaa", "--users", "user:1"), "leave --users out"),
    ],
)
def test_weeks_are_named_in_one_way(words: tuple[str, ...], problem: str) -> None:
    result = volt("run", *words)
    assert result.exit_code == 2
    assert problem in result.output


@pytest.mark.usefixtures("config")
def test_a_run_stands_for_its_week_and_people(instance: dg.DagsterInstance, sandbox: Sandbox) -> None:
    add(instance, Status.FAILURE, week="2025-10-13", run_config=users("nobody@larkspur.example"))
    result = volt("run", "--run-id", "aaaa")
    assert result.exit_code == 2
    assert "No such person: nobody@larkspur.example" in result.output
    add(instance, Status.FAILURE, OTHER_ID, week="")
    result = volt("run", "--run-id", OTHER_ID, "--start-from", "fibery")
    assert result.exit_code == 2
    assert "was about no week" in result.output


class Ui(BaseHTTPRequestHandler):
    """Answers as Dagster's web server does for one run."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind = "Run" if asked["variables"]["run"] == UI_ID else "RunNotFoundError"
        body = json.dumps({"data": {"runOrError": {"__typename": kind}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Nothing: a test's output is its own."""


@pytest.fixture
def ui_port() -> Iterator[int]:
    """The port of a UI that has one run."""
    server = HTTPServer(("127.0.0.1", 0), Ui)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_page_of_a_run_is_that_of_a_ui_which_is_up(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, ui_port: int) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "0" * 32)
    add(instance, Status.SUCCESS)
    add(instance, Status.SUCCESS, OTHER_ID)
    port = str(ui_port)
    shown, unknown = volt("ui", "--port", port, "--run-id", "aaaa1"), volt("ui", "--port", port, "--run-id", "aaaa2")
    assert (shown.exit_code, shown.output) == (0, f"Run: http://127.0.0.1:{port}/runs/{UI_ID}\n")
    assert unknown.exit_code == 1
    assert "it shows another DAGSTER_HOME. Another port: volt-agent ui --port 3001 --run-id aaaa2222" in unknown.output
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr("volt_assets.cli.run_page._TIMEOUT_SECONDS", 0.1)
        taken = volt("ui", "--port", str(mute.getsockname()[1]), "--run-id", "aaaa1")
    assert taken.exit_code == 1
    assert "is taken" in taken.output
