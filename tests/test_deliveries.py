"""A stored week handed on to a real mail server and the sandbox's Slack: once each, as it stands, and only what is missing again."""

import errno
import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from upath import UPath

from io_managers.files import write_bytes
from io_managers.ledgers import Ledgers
from io_managers.week_store import StoreError
from resources.slack import SLACK_URL
from tests.finished import StoredWeeks
from tests.resources.mail_servers import Box, mail_box, talker
from tests.weeks import WEEK, fast_settings, store, stored
from volt_assets.deliveries import NotReadyError, Outcome, deliver_week, ended_lately, problems_of, undelivered
from volt_assets.delivery_ways import Ways
from volt_assets.domain.deliveries import Channel
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import Settings
from volt_assets.settings.delivery_sections import DeliveriesSettings

NOW = datetime(2025, 10, 13, 6, tzinfo=UTC)
THE_WEEK = Week.from_key(WEEK)
LEAD = "lead@example.com"
MAIL = {"sender": "Volt <volt@example.com>", "team": [LEAD], "persons": True}


class Office(NamedTuple):
    """The servers of a test, and the environment that names them."""

    box: Box
    slack: Sandbox
    environment: dict[str, str]


@pytest.fixture
def office(stored_weeks: StoredWeeks) -> Iterator[Office]:
    sandbox = stored_weeks()
    with mail_box() as (box, port), Sandbox(sandbox.world) as slack:
        yield Office(box, slack, {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), SLACK_URL: slack.slack_url})


def settings(**mail: Any) -> Settings:
    wishes = DeliveriesSettings.model_validate({"mail": {**MAIL, **mail}})
    return fast_settings(deliveries=wishes, site_url="https://reports.example.com")


def hand_on(office: Office, *, now: datetime = NOW, own: Settings | None = None, patience: float = 60, **how: Any) -> tuple[Outcome, ...]:
    chosen = own or settings()
    return deliver_week(
        THE_WEEK,
        chosen,
        Ways(chosen, office.environment),
        now,
        until=None if how.pop("by_hand", False) else time.monotonic() + patience,
        **how,
    )[0]


def states(outcomes: tuple[Outcome, ...]) -> set[str]:
    return {one.state.value for one in outcomes}


def people() -> set[str]:
    return {key for key in stored("person_reports")["reports"] if "@" in key}


def text_to(box: Box, address: str) -> str:
    found = [letter for letter in box.letters if letter["To"] == address]
    body = found[-1].get_body(("plain",))
    assert body is not None
    return "\n".join(body.get_content().splitlines()) + "\n"


def html_to(box: Box, address: str) -> str:
    body = next(letter for letter in box.letters if letter["To"] == address).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_everybody_gets_theirs_once_and_nobody_anothers(office: Office) -> None:
    assert states(hand_on(office)) == {"sent"}
    assert sorted(office.box.to) == sorted([LEAD, *people()])
    names = people_names()
    for address, name in names.items():
        text = text_to(office.box, address)
        assert text.startswith(f"# {name}, ")
        assert not [other for who, other in names.items() if who != address and other in text]
        assert "reports.example.com" not in text
    assert "https://reports.example.com/weeks/2025-10-06/reports/html/index.html" in text_to(office.box, LEAD)
    for remote in ("<script", "<img", "<link", "@import", "url("):
        assert remote not in html_to(office.box, LEAD)
    assert [message["text"] for message in office.slack.slack_messages] == ["Week 2025-10-06 to 2025-10-12: the reports are ready"]
    assert "index.html|Open the reports>" in json.dumps(office.slack.slack_messages)

    assert states(hand_on(office)) == {"sent before"}
    assert states(hand_on(office, by_hand=True)) == {"sent before"}
    assert len(office.box.to) == len(people()) + 1
    assert len(office.slack.slack_messages) == 1


def people_names() -> dict[str, str]:
    """What each person's report calls them."""
    found = {}
    for key in people():
        report = stored("person_reports")["reports"][key]
        found[key] = next(fact["display"] for fact in report["facts"] if fact["kind"] == "person" and fact["subject"]["person"] == key)
    return found


def test_what_a_person_wrote_into_a_report_is_what_is_sent_as_an_update_to_those_whom_it_concerns(office: Office) -> None:
    hand_on(office)
    report = store() / "weeks" / WEEK / "reports" / "team_summary.md"
    report.write_text("# Our week\n\nEdited <script>alert(1)</script> by *hand* ![x](https://evil.example/x.png)\n", encoding="utf-8")
    sent = [one.delivery for one in hand_on(office) if one.state == "sent"]
    assert {(one.channel, one.to) for one in sent if one.channel is Channel.MAIL} == {(Channel.MAIL, LEAD)}
    assert len(sent) == 2
    assert all(one.subject.endswith("(updated)") for one in sent)
    assert "Edited <script>alert(1)</script> by *hand*" in text_to(office.box, LEAD)
    latest = office.box.letters[-1].get_body(("html",))
    assert latest is not None
    assert "&lt;script&gt;" in latest.get_content()
    assert "<img" not in latest.get_content()
    assert "Edited <script>alert(1)</script> by hand" in json.dumps(office.slack.slack_messages[-1])


def test_one_who_is_refused_keeps_nobody_elses_back_and_alone_is_tried_again(office: Office) -> None:
    first, second = sorted(people())[:2]
    office.box.refused = {first: "451 greylisted, come back", second: "550 no such user"}
    outcomes = hand_on(office)
    assert len(problems_of(outcomes)) == 2
    assert len(office.box.to) == len(people()) - 1
    office.box.refused = {}
    assert states(hand_on(office)) == {"sent before", "waits for its next try"}
    assert len(undelivered(settings(), NOW)) == 2
    later = hand_on(office, now=NOW.replace(hour=7))
    assert [one.delivery.to for one in later if one.state == "sent"] == [first]
    by_hand = hand_on(office, by_hand=True)
    assert [one.delivery.to for one in by_hand if one.state == "sent"] == [second]
    assert undelivered(settings(), NOW) == ()
    assert sorted(office.box.to) == sorted([LEAD, *people()])


def test_a_server_that_is_down_is_asked_once_and_everybody_gets_theirs_later(office: Office) -> None:
    with talker(lambda one: one.sendall(b"421 closing\r\n")) as port:
        down = hand_on(Office(office.box, office.slack, {**office.environment, "SMTP_PORT": str(port)}))
    assert all("421 closing" in one.problem for one in down if one.delivery.channel is Channel.MAIL)
    assert {one.state.value for one in down if one.delivery.channel is Channel.MAIL} == {"not sent"}
    assert {one.state.value for one in down if one.delivery.channel is Channel.SLACK} == {"sent"}
    assert states(hand_on(office, now=NOW.replace(minute=6))) == {"sent", "sent before"}
    assert len(office.box.to) == len(people()) + 1


def test_a_tick_ends_in_time_and_the_next_one_goes_on(office: Office) -> None:
    assert states(hand_on(office, patience=-1)) == {"waits for its next try"}
    assert states(hand_on(office)) == {"sent"}


def test_pages_that_only_this_machine_reaches_are_linked_for_nobody(office: Office) -> None:
    """`volt-agent ui` serves them on loopback and says so to the daemon, which hands the reports on."""
    hand_on(office, own=settings().model_copy(update={"site_url": "http://127.0.0.1:3001"}))
    assert "127.0.0.1:3001" not in text_to(office.box, LEAD) + html_to(office.box, LEAD) + json.dumps(office.slack.slack_messages)


def test_two_that_deliver_at_once_send_everything_once(office: Office) -> None:
    both = [threading.Thread(target=hand_on, args=(office,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(office.box.to) == sorted([LEAD, *people()])
    assert len(office.slack.slack_messages) == 1


def test_a_trial_sends_nothing_and_keeps_nothing(office: Office) -> None:
    assert states(hand_on(office, only_tell=True)) == {"would be sent"}
    assert not office.box.to
    assert not (store() / "deliveries").exists()


def test_a_channel_may_be_chosen(office: Office) -> None:
    assert {one.delivery.channel for one in hand_on(office, channels=("slack",))} == {Channel.SLACK}
    assert not office.box.to


def test_a_week_that_has_not_ended_or_was_made_before_its_end_is_not_handed_on(office: Office) -> None:
    with pytest.raises(NotReadyError, match="has not ended"):
        hand_on(office, now=datetime(2025, 10, 12, 21, 59, tzinfo=UTC))
    summary = store() / "weeks" / WEEK / "reports" / "html" / "week.json"
    summary.write_text(summary.read_text(encoding="utf-8").replace('"so_far": false', '"so_far": true'), encoding="utf-8")
    with pytest.raises(NotReadyError, match="made before it ended"):
        hand_on(office)
    shutil.rmtree(store() / "weeks" / WEEK)
    with pytest.raises(NotReadyError, match="has no reports"):
        hand_on(office)
    assert not office.box.to


def test_a_damaged_ledger_sends_nothing_and_says_what_to_do(office: Office) -> None:
    hand_on(office)
    ledger = store() / "deliveries" / f"{WEEK}.json"
    ledger.write_text(ledger.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(StoreError, match="should say what was sent already"):
        hand_on(office)
    assert len(office.box.to) == len(people()) + 1


@pytest.mark.parametrize(("written", "messages"), [(0, 0), (1, 1)])
def test_what_cannot_be_noted_is_not_sent_over_and_over(
    office: Office, monkeypatch: pytest.MonkeyPatch, written: int, messages: int
) -> None:
    """The store fills up, or becomes read-only, before a message or while it is being sent; the sensor looks again and again."""
    left = [written]

    def full(path: UPath, content: bytes) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        write_bytes(path, content)

    monkeypatch.setattr("io_managers.ledgers.write_bytes", full)
    for minute in (0, 5, 10, 15):
        with pytest.raises(StoreError, match=r"cannot be used \(No space left on device\), so it could not be noted"):
            hand_on(office, now=NOW.replace(minute=minute))
    assert len(office.slack.slack_messages) + len(office.box.to) == messages


def test_no_secret_is_in_the_ledger(office: Office) -> None:
    hand_on(Office(office.box, office.slack, {**office.environment, "SMTP_PORT": "1", SLACK_URL: f"{office.slack.slack_url}x"}))
    kept = (store() / "deliveries" / f"{WEEK}.json").read_text(encoding="utf-8")
    assert "/services/" not in kept
    assert LEAD in kept


@pytest.mark.parametrize("name", ["../x", "2025-10-06/..", "", "weeks"])
def test_a_ledger_is_of_a_week_or_a_run(name: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="names no week and no run"):
        Ledgers(str(tmp_path)).read(name)


def test_by_themselves_only_the_last_ended_weeks_are_handed_on() -> None:
    monday = datetime(2025, 10, 27, 0, 30, tzinfo=UTC)
    assert [week.key for week in ended_lately(settings(), monday)] == ["2025-10-20", "2025-10-13"]
    off = fast_settings(deliveries=DeliveriesSettings(weeks=0))
    assert ended_lately(off, monday) == ()


@pytest.mark.parametrize(
    ("mail", "environment", "problem"),
    [
        (MAIL, {}, "names recipients, but SMTP_HOST is not set"),
        ({**MAIL, "sender": ""}, {"SMTP_HOST": "127.0.0.1"}, "deliveries.mail.sender in volt.yaml is empty"),
        (MAIL, {"SMTP_HOST": "smtp.example.com", "SMTP_SECURITY": "none"}, "SMTP_SECURITY is none"),
        ({}, {SLACK_URL: "https://hooks.slack.com"}, "SLACK_WEBHOOK_URL is no webhook"),
    ],
)
def test_what_is_half_configured_is_told(mail: dict[str, Any], environment: dict[str, str], problem: str) -> None:
    own = fast_settings(deliveries=DeliveriesSettings.model_validate({"mail": mail}))
    ways = Ways(own, environment)
    assert ways.channels == ()
    assert problem in ways.problems[0]


def test_nothing_configured_is_no_problem() -> None:
    ways = Ways(fast_settings(), {"SMTP_HOST": "smtp.example.com"})
    assert (ways.channels, ways.problems, ways.told_of_failures()) == ((), (), ())
