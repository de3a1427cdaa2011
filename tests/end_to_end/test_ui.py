"""The Dagster UI as a user drives it, over its own GraphQL: a week, the Fibery side again, a backfill. Real processes and daemon."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.configs import unhurried_config
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

WEEK = "2025-10-06"
MORE_WEEKS = ("2025-09-08", "2025-09-15", "2025-09-22", "2025-09-29")
SIDE_BY_SIDE = ("raw_toggl_data", "toggl_aggregated", "toggl_summary", "fibery_entities", "enriched_entities", "enriched_data")
ASSETS = (*SIDE_BY_SIDE, "work_alignment", "coverage_report", "person_reports", "team_summary", "report_site")
LAUNCH_RUN = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}"""
RUN_STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
LAUNCH_BACKFILL = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}"""
BACKFILL_STATUS = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
LONGEST_WAIT_SECONDS = 180


class DagsterUi:
    """A running UI, its store and the sandbox behind it."""

    def __init__(self, client: httpx.Client, data: Path, sandbox: Sandbox) -> None:
        self.data = data
        self.sandbox = sandbox
        self._client = client

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer's data."""
        answer = self._client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def run(self, job: str, week: str) -> str:
        """Runs a job for a week and returns how it ended."""
        selector = {"repositoryName": "__repository__", "repositoryLocationName": "volt_assets", "jobName": job}
        tags = [{"key": "dagster/partition", "value": week}]
        params = {"selector": selector, "mode": "default", "runConfigData": {}, "executionMetadata": {"tags": tags}}
        launched = self.ask(LAUNCH_RUN, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        return wait_for(lambda: self.ask(RUN_STATUS, id=run_id)["runOrError"]["status"], {"SUCCESS", "FAILURE", "CANCELED"})

    def backfill(self, weeks: tuple[str, ...]) -> str:
        """Backfills all assets for weeks and returns how it ended."""
        params = {"assetSelection": [{"path": [asset]} for asset in ASSETS], "partitionNames": list(weeks)}
        launched = self.ask(LAUNCH_BACKFILL, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        ended = {"COMPLETED_SUCCESS", "COMPLETED_FAILED", "COMPLETED", "FAILED", "CANCELED"}
        return wait_for(lambda: self.ask(BACKFILL_STATUS, id=launched["backfillId"])["partitionBackfillOrError"]["status"], ended)

    def files(self, week: str) -> dict[str, bytes]:
        """Every file of a week."""
        folder = self.data / "weeks" / week
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wait_for(state: Callable[[], str], ends: set[str]) -> str:
    """Polls other processes, whose clock cannot be passed in, until they are done."""
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < until:
        now = state()
        if now in ends:
            return now
        time.sleep(0.3)
    raise AssertionError(f"still {now} after {LONGEST_WAIT_SECONDS} s")


@pytest.fixture(scope="module")
def ui(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterUi]:
    """`volt-agent ui` in processes of its own, on the sandbox."""
    home = tmp_path_factory.mktemp("ui")
    with Sandbox(world) as sandbox, socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        places = {"VOLT_DATA": home / "data", "DAGSTER_HOME": home / "dagster", "VOLT_CONFIG": unhurried_config(home / "config")}
        environment = {**sandbox.environment, **{name: str(place) for name, place in places.items()}}
        process = start_ui(url.rpartition(":")[2], environment, home / "ui.log")
        try:
            wait_until_it_answers(url, home / "ui.log")
            with httpx.Client(base_url=url, timeout=60) as client:
                yield DagsterUi(client, home / "data", sandbox)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0


def start_ui(port: str, environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Starts the command as a user's shell would."""
    command = [str(Path(sys.executable).parent / "volt-agent"), "ui", "--port", port]
    with log.open("wb") as output:
        return subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=output, cwd=log.parent)


def wait_until_it_answers(url: str, log: Path) -> None:
    """Returns when the server answers."""

    def state() -> str:
        try:
            return str(httpx.get(f"{url}/server_info").status_code)
        except httpx.TransportError:
            return "not up"

    assert wait_for(state, {"200"}) == "200", log.read_text(encoding="utf-8")


def test_a_week_its_fibery_side_again_and_a_backfill(ui: DagsterUi) -> None:
    assert ui.run("weekly_reports", WEEK) == "SUCCESS"
    first = ui.files(WEEK)
    assert "reports/team_summary.md" in first

    ui.sandbox.forget()
    assert ui.run("fibery_refresh", WEEK) == "SUCCESS"
    assert {request.service for request in ui.sandbox.requests} == {"fibery"}
    assert ui.files(WEEK) == first

    assert ui.backfill(MORE_WEEKS) == "COMPLETED_SUCCESS"
    raw = {week: ui.files(week)["raw_toggl_data.json"] for week in MORE_WEEKS}
    assert len(set(raw.values())) == len(MORE_WEEKS)
    assert all(len(ui.files(week)) > 30 for week in MORE_WEEKS)
    assert ui.files(WEEK) == first


def test_a_week_that_does_not_exist_is_refused_and_nothing_is_stored(ui: DagsterUi) -> None:
    assert ui.run("weekly_reports", "2025-10-07") == "FAILURE"
    assert not (ui.data / "weeks" / "2025-10-07").exists()
