"""`volt-agent deliver`: what it says, its exit codes, and that a trial sends nothing."""

import errno
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from tests.finished import StoredWeeks
from tests.weeks import WEEK
from volt_assets.cli import main
from volt_assets.sandbox.server import Sandbox


@pytest.fixture
def slack(stored_weeks: StoredWeeks) -> Iterator[Sandbox]:
    with Sandbox(stored_weeks().world) as server:
        yield server


def deliver(*options: str, start: str = WEEK, end: str = WEEK) -> Result:
    return CliRunner().invoke(main, ["deliver", "--start-date", start, "--end-date", end, *options])


def test_a_trial_says_what_would_be_sent_then_it_is_sent_once(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", slack.slack_url)
    results = [deliver("--dry-run"), deliver(), deliver()]
    assert [result.exit_code for result in results] == [0, 0, 0]
    said = [result.output.strip().rpartition(": ")[2] for result in results]
    assert said == ["would be sent", "sent", "sent before"]
    assert len(slack.slack_messages) == 1
    assert "/services/" not in "".join(result.output for result in results)


def test_what_is_not_sent_is_told_with_the_reason_and_exit_code_1(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{slack.slack_url}x")
    result = deliver()
    assert result.exit_code == 1
    assert "not sent: Slack answered HTTP 404 (no_service)" in result.output
    assert "1 of 1 were not sent" in result.output


def test_a_store_that_cannot_be_written_is_told_in_one_line_and_nothing_is_sent(slack: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setenv("SLACK_WEBHOOK_URL", slack.slack_url)
    monkeypatch.setattr("io_managers.ledgers.locked", refuse)
    result = deliver()
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "cannot be used (Read-only file system), so it could not be noted what is sent." in result.output
    assert not slack.slack_messages


@pytest.mark.parametrize(
    ("options", "dates", "url", "problem"),
    [
        ((), (WEEK, WEEK), "", "No delivery is configured"),
        (("--channel", "mail"), (WEEK, WEEK), "https://hooks.slack.com/services/T/B/x", "--channel mail: it is not configured"),
        ((), (WEEK, WEEK), "hooks.slack.com", "SLACK_WEBHOOK_URL is no webhook"),
        ((), (WEEK, "2025-10-13"), "http://127.0.0.1:9/services/T/B/x", "Week 2025-10-13 has no reports"),
        ((), ("2025-10-13", WEEK), "http://127.0.0.1:9/services/T/B/x", "the range is reversed"),
        ((), ("2024-01-01", "2024-01-01"), "http://127.0.0.1:9/services/T/B/x", "There is no week 2024-01-01"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_sent(
    slack: Sandbox, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], dates: tuple[str, str], url: str, problem: str
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", url)
    result = deliver(*options, start=dates[0], end=dates[1])
    assert result.exit_code == 2, result.output
    assert problem in result.output
    assert ": not sent" not in result.output
