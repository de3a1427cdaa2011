"""`volt-agent preview` where there is nothing to show, and where no model is configured. Not here: that it shows what is sent."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.weeks import WEEK, run_week
from volt_assets.cli import main
from volt_assets.sandbox.server import Sandbox


def preview(*options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["preview", *options])
    return result.exit_code, result.stdout, result.stderr


def test_a_week_that_is_not_stored_says_how_to_store_it() -> None:
    code, _, told = preview("--week", WEEK)

    assert code == 2
    assert f"toggl_aggregated of week {WEEK} is not stored" in told
    assert "volt-agent run --start-date 2025-10-06 --end-date 2025-10-12" in told


@pytest.mark.parametrize("options", [["--week", "x"], ["--week", WEEK, "--report", "coverage_report"], []])
def test_wrong_usage_is_told(options: list[str]) -> None:
    assert preview(*options)[0] == 2


def test_a_wrong_configuration_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: the graph reads the configuration as it is imported, and here it is imported already."""
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "gpt")
    command = [str(Path(sys.executable).parent / "volt-agent"), "preview", "--week", WEEK]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stderr == "Error: VOLT_LLM_PROVIDER: 'gpt' is no provider; allowed are none, openai and replay.\n"


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "banana")
    code, _, told = preview("--week", WEEK)

    assert code == 2
    assert told.startswith("Error: OPENAI_BASE_URL is no web address")


def test_a_person_and_a_report_are_two_things() -> None:
    code, _, told = preview("--week", WEEK, "--person", "ana@example.com", "--report", "team_summary")

    assert code == 2
    assert "give one of them" in told


def test_help_says_that_nothing_is_sent() -> None:
    code, told, _ = preview("--help")

    assert code == 0
    assert "Sends nothing." in told


def test_of_toggls_side_alone_and_without_a_model_the_toggl_summary_is_shown(sandbox: Sandbox) -> None:
    run_week(selection=["raw_toggl_data", "toggl_aggregated"])
    sandbox.forget()
    code, told, _ = preview("--week", "2025-10-08", "--report", "toggl_summary")
    as_json = json.loads(preview("--week", WEEK, "--report", "toggl_summary", "--json")[1])

    assert code == 0
    assert told.startswith("llm.provider is none: as configured, a run sends nothing. With openai it would send 1 request.")
    assert "--- system ---\nYou write" in told
    assert (as_json["sent"], as_json["provider"], len(as_json["requests"])) == (False, "none", 1)
    assert sandbox.requests == []

    code, _, told = preview("--week", WEEK, "--person", "ana@example.com")
    assert code == 2
    assert f"enriched_data of week {WEEK} is not stored" in told
