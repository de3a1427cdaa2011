"""`volt-agent demo` and `volt-agent sandbox`: what somebody without an account sees first."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.configs import unhurried_config
from tests.conftest import TODAY
from volt_assets.cli import main
from volt_assets.cli.demo import run_demo
from volt_assets.sandbox.server import Sandbox


def test_the_demo_writes_a_week_into_its_own_folder_and_tells_where_and_how_many_hours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(os.environ)
    try:
        run_demo(tmp_path / "demo", TODAY)
    finally:
        os.environ.clear()
        os.environ.update(before)
    said = capsys.readouterr().out
    assert "no account, no key and no network are used" in said
    assert re.search(r"Total: \d+\.\d h in the week 2025-10-27 to 2025-11-02", said)
    assert (tmp_path / "demo" / "data" / "weeks" / "2025-10-27" / "reports" / "html" / "index.html").exists()
    assert (tmp_path / "demo" / "dagster" / "dagster.yaml").exists()
    assert not (tmp_path / "data").exists()


def test_a_demo_whose_week_is_before_the_first_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = unhurried_config(tmp_path / "config") / "volt.yaml"
    file.write_text(re.sub(r"first: [0-9-]+", "first: 2125-01-01", file.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setenv("VOLT_CONFIG", str(file.parent))
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
    assert "week.first in volt.yaml is 2125-01-01: set it to 20" in result.output


def test_the_sandbox_prints_its_environment_logs_requests_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "volt-agent"), "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or "Requests:" not in lines[-1]:
            lines.append(process.stdout.readline())
        exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
        answer = httpx.get(f"{exports['TOGGL_API_URL']}/api/v9/me", auth=(exports["TOGGL_API_TOKEN"], "api_token"))
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert answer.status_code == 200
    assert {"FIBERY_API_URL", "OPENAI_BASE_URL", "VOLT_DATA", "DAGSTER_HOME"} <= exports.keys()
    assert "toggl GET /api/v9/me 200" in log


def test_an_interrupt_ends_the_run_with_one_line_and_no_further_week(tmp_path: Path, sandbox: Sandbox) -> None:
    """With the shipped pacing of one request a second there is time to interrupt the first week."""
    command = [str(Path(sys.executable).parent / "volt-agent"), "run", "--start-date", "2025-10-06", "--end-date", "2025-10-19"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path) as process:
        until = time.monotonic() + 60
        while len(sandbox.requests) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Interrupted in week 2025-10-06; 0 week(s) are done." in said
    assert "Traceback" not in said
    assert not (tmp_path / "data" / "weeks").exists()
