"""The switches on the command line: what can be set, how a wrong one is told, and the list of them."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from volt_assets.cli import main
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.switches import SwitchError, listed_switches, read_switches


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        ("quota_per_hour=30", Options(quota_per_hour=30)),
        ("toggl_admin=false", Options(toggl_admin=False)),
        ("running_entries=no", Options(running_entries=False)),
        ("requests_per_second=0.5", Options(requests_per_second=0.5)),
        ("requests_per_second=none", Options()),
        ("wrong_token_status=401", Options(wrong_token_status=401)),
        ("paging_fault=shrinks", Options(paging_fault="shrinks")),
        ("totals_off_by_seconds=-60", Options(totals_off_by_seconds=-60)),
        ("enrich_leaves_out=email, at_tz", Options(enrich_leaves_out=frozenset({"email", "at_tz"}))),
        ("admin_only_lists=", Options(admin_only_lists=frozenset())),
        ('hidden_entities=[["Scrum/Task", "1190"]]', Options(hidden_entities=frozenset({("Scrum/Task", "1190")}))),
        (" page_size_cap = 1000 ", Options(page_size_cap=1000)),
    ],
)
def test_a_switch_is_set_by_its_name(setting: str, options: Options) -> None:
    assert read_switches([setting]) == options


def test_several_switches_are_set_and_the_last_word_counts() -> None:
    assert read_switches(["quota_per_hour=3", "running_seconds=null", "quota_per_hour=5"]) == Options(
        quota_per_hour=5, running_seconds="null"
    )


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("quota=30", "The sandbox has no switch 'quota'."),
        ("page_sise_cap=30", "The sandbox has no switch 'page_sise_cap'. Did you mean page_size_cap?"),
        ("quota_per_hour", "'quota_per_hour' sets nothing: write NAME=VALUE."),
        ("quota_per_hour=many", "quota_per_hour=many cannot be: input should be a valid integer"),
        ("quota_per_hour=-1", "quota_per_hour=-1 cannot be: input should be greater than or equal to 0."),
        ("quota_per_hour=none", "quota_per_hour=none cannot be: input should be a valid integer"),
        ("paging_fault=always", "paging_fault=always cannot be: input should be 'none', 'repeats', 'empty' or 'shrinks'."),
        ("wrong_token_status=402", "wrong_token_status=402 cannot be: input should be 403 or 401."),
        ("admin_only_lists=everybody", "admin_only_lists=everybody cannot be: input should be 'users'"),
        ("hidden_entities=[[", "hidden_entities=[[ cannot be: that is no JSON list."),
        ("hidden_entities=Scrum/Task", "hidden_entities=Scrum/Task cannot be: input should be a valid tuple."),
    ],
)
def test_a_wrong_switch_is_one_line_that_names_it(setting: str, told: str) -> None:
    with pytest.raises(SwitchError) as caught:
        read_switches([setting])

    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_every_switch_says_what_it_does_and_its_default_can_be_set() -> None:
    listed = dict(listed_switches())

    assert {setting.partition("=")[0] for setting in listed} == set(Options.model_fields)
    assert all(len(meaning) > 20 and meaning.endswith((".", ":")) for meaning in listed.values())
    assert read_switches(listed) == Options()


def test_the_command_lists_the_switches_with_their_defaults() -> None:
    result = CliRunner().invoke(main, ["sandbox", "--list-switches"])

    assert result.exit_code == 0
    assert re.search(r"^quota_per_hour=10000\n    Requests an hour about the organization\.$", result.output, re.MULTILINE)
    assert "    A larger page_size is cut to the cap, or 400. One of: capped, refused.\n" in result.output
    assert all(len(line) <= 140 for line in result.output.splitlines())


def test_the_commands_help_leads_to_the_switches() -> None:
    result = CliRunner().invoke(main, ["sandbox", "--help"])

    assert "--set NAME=VALUE" in result.output
    assert "--list-switches" in result.output


@pytest.mark.parametrize("setting", ["quotas=5", "quota_per_hour=x", "nothing"])
def test_a_wrong_switch_is_wrong_usage_of_the_command(setting: str) -> None:
    result = CliRunner().invoke(main, ["sandbox", "--port", "0", "--set", setting])

    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert result.output.startswith("Error: --set: ")
    assert result.output.endswith("See volt-agent sandbox --list-switches.\n")


def test_the_served_sandbox_behaves_as_it_was_told(tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).parent / "volt-agent"),
        "sandbox",
        "--port",
        "0",
        "--set",
        "quota_per_hour=0",
        "--set",
        "quota_text=bare",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or (lines[-1] and "Requests:" not in lines[-1]):
            lines.append(process.stdout.readline())
        exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
        url = f"{exports['TOGGL_API_URL']}/api/v9/workspaces/{exports['TOGGL_WORKSPACE_ID']}"
        answer = httpx.get(url, auth=(exports["TOGGL_API_TOKEN"], "api_token"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert answer.status_code == 402
    assert answer.text.startswith("You have hit your hourly limit")
