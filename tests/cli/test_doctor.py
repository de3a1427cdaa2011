"""`volt-agent doctor`: what it says, when it ends badly, and that it leaves nothing behind. Not here: judging (test_checkup)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from io_managers.week_store import WeekStore
from tests.configs import unhurried_config
from tests.conftest import Served
from tests.weeks import fast_settings, graph, run_week
from volt_assets.cli import doctor as command
from volt_assets.cli import main
from volt_assets.cli.instance import prepare_home
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import PROJECT

CHECKS = [
    *("Configuration", "Variables", "Toggl token", "Toggl rights", "Toggl quota", "Fibery token", "Databases", "Fields"),
    *(
        "Label aliases",
        "Confirmed aliases",
        "People in volt.yaml",
        "People in Fibery",
        "Model",
        "Store",
        "Dagster home",
        "Schedule",
        "Slack",
        "Mail",
        "Versions",
    ),
]


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration without the pacing that real services need, and no pauses before a closed port is given up."""
    folder = unhurried_config(tmp_path / "config")
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    monkeypatch.setattr("resources.http._PAUSES_SECONDS", (0.0,))
    return folder


def doctor(*words: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *words])


def checked(*, exit_code: int) -> dict[str, dict[str, str]]:
    """The worst row of each check, by its name."""
    result = doctor("--json")
    assert result.exit_code == exit_code, result.output
    rows = json.loads(result.output)
    assert rows["can_run"] is (exit_code == 0)
    order = ["failed", "not checked", "warning", "ok"]
    return {row["check"]: row for row in sorted(rows["checks"], key=lambda row: -order.index(row["status"]))}


def bad(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: row["status"] for name, row in rows.items() if row["status"] not in ("ok", "warning")}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


# All is well


def test_every_check_is_there_and_warnings_do_not_keep_the_pipeline_from_running(sandbox: Sandbox) -> None:
    rows = checked(exit_code=0)
    assert sorted(rows) == sorted(CHECKS)
    assert {name for name, row in rows.items() if row["status"] != "ok"} == {"People in Fibery"}


def test_toggl_is_asked_three_times_and_fibery_twice(sandbox: Sandbox) -> None:
    doctor()
    assert [request.service for request in sandbox.requests].count("toggl") == 3
    assert [request.service for request in sandbox.requests].count("fibery") == 2


@pytest.mark.parametrize("before", ["new", "used"])
def test_it_changes_nothing(sandbox: Sandbox, tmp_path: Path, before: str) -> None:
    if before == "used":
        home = prepare_home(os.environ)
        with dg.DagsterInstance.from_config(str(home)) as instance:
            assert instance.all_instigator_state() == []
        (tmp_path / "data").mkdir()
    found = snapshot(tmp_path)
    assert doctor().exit_code == 0
    assert snapshot(tmp_path) == found


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def test_lines_elsewhere_than_in_a_terminal_name_the_check_the_finding_and_the_remedy(sandbox: Sandbox) -> None:
    lines = doctor().output.splitlines()
    assert "ok           Toggl rights: the token's owner is an admin: everybody's hours are seen" in lines
    number = next(number for number, line in enumerate(lines) if line.startswith("warning      People in Fibery: Tane Whitlock"))
    assert lines[number + 1].startswith("             -> Nobody else in Fibery has a similar name")
    assert lines[-1] == "The pipeline can run. 2 warnings."


def test_addresses_are_on_the_user_s_own_screen_alone(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "@" not in doctor().output
    assert "@" not in doctor("--json").output
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "300")
    result = doctor()
    assert "people.aliases in volt.yaml: miguel.santoro@larkspur.example: msantoro@larkspur.example" in " ".join(result.output.split())
    assert result.output.lstrip().startswith("┏")


def test_no_secret_is_shown_even_if_a_service_repeats_it(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    secrets = [sandbox.environment[name] for name in ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY")]
    for service, secret in zip(("toggl", "fibery", "chat"), secrets, strict=True):
        sandbox.fail_next(service, status=403, body=f"no access for {secret}", times=5)
    for output in (doctor().output, doctor("--json").output):
        assert not [secret for secret in secrets if secret in output]


def test_the_schedule_is_seen_to_be_on(sandbox: Sandbox) -> None:
    assert "monday_reports is off" in checked(exit_code=0)["Schedule"]["message"]
    prepare_home(os.environ)
    start = [sys.executable, "-m", "dagster", "schedule", "start", "monday_reports", "-m", "volt_assets.definitions"]
    subprocess.run(start, check=True, capture_output=True, cwd=PROJECT)
    assert "monday_reports is on" in checked(exit_code=0)["Schedule"]["message"]


# What is not right


@pytest.mark.parametrize("name", ["https://acme.fibery.io", "acme.fibery.io", "acme/"])
def test_a_name_that_makes_an_address_of_another_host_is_not_asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("FIBERY_WORKSPACE_NAME", name)
    rows = checked(exit_code=2)
    assert f"FIBERY_WORKSPACE_NAME is '{name}'" in rows["Variables"]["message"]
    assert rows["Fibery token"]["message"] == "FIBERY_WORKSPACE_NAME is no workspace's name"
    assert not [request for request in sandbox.requests if request.service == "fibery"]


@pytest.mark.parametrize(
    ("variable", "value", "check", "told"),
    [
        ("TOGGL_API_TOKEN", "wrong-token-0123", "Toggl token", "Toggl refused the token"),
        ("TOGGL_WORKSPACE_ID", "4711", "Toggl token", "no access to workspace 4711"),
        ("TOGGL_WORKSPACE_ID", "", "Variables", "Not set: TOGGL_WORKSPACE_ID"),
        ("TOGGL_API_URL", "http://127.0.0.1:1", "Toggl token", "cannot be reached at http://127.0.0.1:1"),
        ("FIBERY_API_TOKEN", "wrong-token-0123", "Fibery token", "Fibery refused the token"),
        ("FIBERY_API_TOKEN", "", "Variables", "Not set: FIBERY_API_TOKEN"),
        ("FIBERY_API_URL", "http://127.0.0.1:1", "Fibery token", "cannot be reached at http://127.0.0.1:1"),
        ("FIBERY_API_URL", "acme.fibery.io", "Variables", "FIBERY_API_URL is no web address"),
        ("VOLT_DATA", "/proc/nowhere/data", "Store", "which cannot be used as a folder"),
        ("DAGSTER_HOME", "/proc/nowhere/home", "Dagster home", "DAGSTER_HOME is /proc/nowhere/home"),
        ("VOLT_CONFIG", "/proc/nowhere/config", "Configuration", "there is no folder /proc/nowhere/config"),
        ("VOLT_LLM_PROVIDER", "gpt", "Configuration", "'gpt' is no provider"),
        ("VOLT_LLM_PROVIDER", "replay", "Model", "llm.replay_folder is empty"),
    ],
)
def test_what_keeps_the_pipeline_from_running_fails_with_a_remedy_and_all_checks_are_there(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, check: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    rows = checked(exit_code=2)
    assert rows[check]["status"] == "failed"
    assert told in rows[check]["message"]
    assert rows[check]["remedy"]
    assert sorted(rows) == sorted(CHECKS)
    assert all(row["message"] for row in rows.values())


def test_yaml_that_cannot_be_read_leaves_tokens_checked(sandbox: Sandbox, config: Path) -> None:
    (config / "enrichment_config.yaml").write_text("enrichment_activities: [")
    rows = checked(exit_code=2)
    assert "is no YAML" in rows["Configuration"]["message"]
    assert "init --fresh" in rows["Configuration"]["remedy"]
    assert rows["Toggl token"]["status"] == rows["Fibery token"]["status"] == rows["Store"]["status"] == "ok"
    assert rows["Databases"]["message"] == "the configuration cannot be read"


@pytest.mark.parametrize("missing", ["folder", "volt.yaml", "enrichment_config.yaml", "prompts/team_summary.md"])
def test_a_configuration_that_is_not_there_yet_is_what_init_makes(
    sandbox: Sandbox, config: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "folder":
        monkeypatch.setenv("VOLT_CONFIG", str(config / "nowhere"))
    else:
        (config / missing).unlink()
    assert checked(exit_code=2)["Configuration"]["remedy"] == "Correct it, or let `volt-agent init` make what is missing."


def test_without_any_variable_every_check_says_why_it_knows_nothing() -> None:
    rows = checked(exit_code=2)
    assert rows["Toggl token"]["message"] == "TOGGL_API_TOKEN and TOGGL_WORKSPACE_ID not set"
    assert rows["Databases"]["message"] == "FIBERY_API_TOKEN and FIBERY_WORKSPACE_NAME not set"
    assert rows["Store"]["status"] == "ok"


def test_a_token_that_is_no_admin_s_fails_unless_own_entries_are_allowed(served: Served, config: Path) -> None:
    with served(toggl_admin=False):
        rows = checked(exit_code=2)
        assert rows["Toggl token"]["status"] == "ok"
        assert "allow_own_entries_only" in rows["Toggl rights"]["remedy"]
        change(config / "volt.yaml", "allow_own_entries_only: false", "allow_own_entries_only: true")
        assert checked(exit_code=0)["Toggl rights"]["status"] == "warning"


def test_a_list_of_people_that_is_refused_leaves_the_rest_checked(served: Served) -> None:
    with served(toggl_admin=False, admin_only_lists=["users"]):
        rows = checked(exit_code=2)
    assert rows["Toggl token"]["status"] == "ok"
    assert rows["People in Fibery"]["message"] == "Toggl's people are not known"


@pytest.mark.parametrize(("quota", "exit_code", "status"), [(5, 2, "failed"), (7, 0, "warning"), (10, 0, "ok"), (0, 2, "failed")])
def test_the_quota_that_is_left_is_told_with_its_reset(served: Served, quota: int, exit_code: int, status: str) -> None:
    with served(quota_per_hour=quota):
        found = checked(exit_code=exit_code)["Toggl quota"]
    assert found["status"] == status
    assert "(Europe/Berlin)" in found["message"]


@pytest.mark.parametrize("form", ["array", "items"])
def test_the_quota_is_read_in_either_form(served: Served, form: str) -> None:
    with served(quota_per_hour=240, quota_list=form, quota_headers=False):
        assert checked(exit_code=0)["Toggl quota"]["message"].startswith("238 of 240 requests left in this hour, resets at ")


def test_without_a_list_of_quotas_the_headers_tell(served: Served) -> None:
    with served(quota_per_hour=240, me_quota_per_hour=0):
        assert checked(exit_code=0)["Toggl quota"]["message"].startswith("238 requests left in this hour")


def test_databases_and_fields_that_fibery_does_not_have_are_told_with_the_nearest(sandbox: Sandbox, config: Path) -> None:
    file = config / "enrichment_config.yaml"
    change(file, "  Scrum/Sub-task:", "  Scrum/Subtask:")
    change(file, "[Severity, ", "[Severety, ")
    file.write_text(file.read_text() + "label_aliases: {Defect: Scrum/Bugs}\n")
    (config / "aliases.yaml").write_text('aliases: [{person: anybody, description: oslo trip, entity: "Scrum/Tusk #7"}]\n')
    rows = checked(exit_code=0)
    assert rows["Databases"]["message"] == "Fibery has no Scrum/Subtask"
    assert "The nearest name is Scrum/Sub-task" in rows["Databases"]["remedy"]
    assert rows["Fields"]["message"] == "Scrum/Bug has no field 'Severety'"
    assert "'Severity'" in rows["Fields"]["remedy"]
    assert rows["Label aliases"]["message"] == "Defect stands for Scrum/Bugs, which Fibery has not"
    assert rows["Confirmed aliases"]["message"] == "1 line names Scrum/Tusk, which Fibery has not"


def test_what_was_renamed_since_the_last_run_is_told_as_certain_and_nothing_is_written(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run_week("2025-10-27", definitions=graph(fast_settings()), selection=("raw_toggl_data", "toggl_aggregated", "fibery_entities"))
    found = snapshot(Path(os.environ["VOLT_DATA"]))
    sandbox.fibery.rename_database("Scrum/Bug", "Scrum/Defect")
    rows = checked(exit_code=0)
    assert rows["Databases"]["message"] == "Fibery has no Scrum/Bug"
    assert rows["Databases"]["remedy"] == "It was renamed to Scrum/Defect: write that in enrichment_config.yaml."
    assert snapshot(Path(os.environ["VOLT_DATA"])) == found


def test_people_in_the_settings_whom_toggl_does_not_list_are_told(sandbox: Sandbox, config: Path) -> None:
    change(config / "volt.yaml", "  exclude: []", "  exclude: [nobody@typo.example]")
    found = checked(exit_code=0)["People in volt.yaml"]
    assert (found["status"], found["message"]) == ("warning", "people.exclude names 1 whom Toggl does not list")


def test_a_store_of_another_workspace_keeps_the_pipeline_from_running(sandbox: Sandbox) -> None:
    WeekStore(os.environ["VOLT_DATA"]).bind(4711)
    found = checked(exit_code=2)["Store"]
    assert "holds Toggl workspace 4711" in found["message"]
    assert found["remedy"].startswith("Set VOLT_DATA to another folder")


# The model


def test_a_model_that_the_server_has_is_reachable(sandbox: Sandbox, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    assert checked(exit_code=0)["Model"]["message"] == "the server does not list gpt-4.1-mini; it has sandbox-writer"
    change(config / "volt.yaml", "model: gpt-4.1-mini", "model: sandbox-writer")
    prices = "{sandbox-writer: {input_per_million: 0.5, output_per_million: 2}}"
    change(config / "volt.yaml", "  prices: ", f"  prices: {prices} ")
    change(config / "volt.yaml", "  budget_per_run: ", "  budget_per_run: 0.25 ")
    found = checked(exit_code=0)["Model"]
    assert found["status"] == "ok"
    address = f"{sandbox.url}/openai/v1"
    limits = "0.5 in and 2 out USD a million tokens; at most 0.25 USD a run"
    assert found["message"] == f"sandbox-writer at {address} may phrase sections of reports; {limits}"


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [("OPENAI_API_KEY", "sk-wrong-0123456789abcdef", "refused the key"), ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1", "cannot be reached")],
)
def test_a_model_that_is_not_reachable_is_a_warning(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    monkeypatch.setenv(variable, value)
    found = checked(exit_code=0)["Model"]
    assert found["status"] == "warning"
    assert told in found["message"]
    assert "sk-wrong" not in json.dumps(found)
