"""The webhook's client against the sandbox: what it says of each answer, and that it never gives the address away."""

import socket

import pytest

from resources.errors import ConfigurationMissingError, RefusedError, ServiceError, UnavailableError
from resources.http import HttpPolicy
from resources.slack import SlackClient, webhook_address
from tests.conftest import Served
from volt_assets.sandbox.constants import SLACK_PATH

MESSAGE: dict[str, object] = {"text": "Week done"}
IMPATIENT = HttpPolicy(requests_per_second=100, read_seconds=0.2, deadline_seconds=5, attempts=1)


def told(answer: str, served: Served, policy: HttpPolicy = IMPATIENT) -> ServiceError:
    with served(slack=answer) as sandbox:
        with pytest.raises(ServiceError) as failure:
            SlackClient(sandbox.slack_url, policy=policy).send(MESSAGE)
        assert sandbox.slack_messages == []
        assert len([one for one in sandbox.requests if one.service == "slack"]) == (0 if answer == "hang" else 1)
    for part in (*SLACK_PATH.split("/")[2:], "/services/"):
        assert part not in str(failure.value)
        assert part not in repr(failure.getrepr(style="short"))
    return failure.value


def test_a_message_arrives_once(served: Served) -> None:
    with served() as sandbox:
        SlackClient(sandbox.slack_url).send(MESSAGE)
        assert sandbox.slack_messages == [MESSAGE]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("no_service", RefusedError, "Slack answered HTTP 404 (no_service) to the message. The webhook was removed: make a new one"),
        ("rate_limited", UnavailableError, "answered HTTP 429 and asks to wait 30 s"),
        ("error", UnavailableError, "answered HTTP 500"),
        ("garbage", UnavailableError, "not known whether the message arrived"),
        ("hang", UnavailableError, "did not answer in time"),
    ],
)
def test_each_answer_says_whether_it_may_work_later(served: Served, answer: str, kind: type[ServiceError], words: str) -> None:
    error = told(answer, served)
    assert type(error) is kind
    assert words in str(error)


def test_a_payload_that_slack_refuses_is_final(served: Served) -> None:
    with served() as sandbox, pytest.raises(RefusedError, match=r"HTTP 400 .invalid_payload."):
        SlackClient(sandbox.slack_url).send({"text": ""})


def test_a_server_that_is_not_there_is_told_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UnavailableError, match="cannot be reached") as failure:
        SlackClient(f"http://127.0.0.1:{port}{SLACK_PATH}", policy=IMPATIENT).send(MESSAGE)
    assert SLACK_PATH not in str(failure.value)


@pytest.mark.parametrize(
    "url",
    ["", "hooks.slack.com/services/T/B/x", "http://hooks.slack.com/services/T/B/x", "https://", "https://hooks.slack.com", "https://a b/c"],
)
def test_what_is_no_webhook_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigurationMissingError) as failure:
        webhook_address(url)
    assert "https://hooks.slack.com/..." in str(failure.value)
    assert "T/B/x" not in str(failure.value)


def test_a_webhook_is_known_again_by_a_name_that_gives_nothing_away() -> None:
    one, other = (SlackClient(f"https://hooks.slack.com/services/T/B/{end}").name for end in ("x", "y"))
    assert one != other
    assert "services" not in one


def test_an_answer_that_repeats_the_address_gives_nothing_away(served: Served) -> None:
    with served() as sandbox:
        sandbox.fail_next("slack", status=400, body=f"no {sandbox.slack_url} and no {SLACK_PATH.rpartition('/')[2]}")
        with pytest.raises(RefusedError) as failure:
            SlackClient(sandbox.slack_url).send(MESSAGE)
    assert "HTTP 400 (no [redacted] and no [redacted])" in str(failure.value)
