"""What `doctor` says of the deliveries: what is on, whether the mail server lets us in, what was not sent. Nothing is sent."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from io_managers.ledgers import Ledgers
from resources.slack import SLACK_URL
from tests.resources.mail_servers import PASSWORD, USER, login, mail_box
from tests.weeks import fast_settings
from volt_assets.cli.checkup_deliveries import delivery_findings
from volt_assets.deliveries import ended_lately
from volt_assets.domain.checkup import Finding, Verdict
from volt_assets.domain.deliveries import Channel, Ledger, failure_delivery
from volt_assets.settings import Settings
from volt_assets.settings.delivery_sections import DeliveriesSettings

HOOK = "https://hooks.slack.com/services/T0/B0/secret-part-of-it"
MAIL = {"sender": "volt@example.com", "team": ["lead@example.com"], "persons": True}


def own(**mail: object) -> Settings:
    return fast_settings(deliveries=DeliveriesSettings.model_validate({"mail": mail}))


def rows(settings: Settings, **environment: str) -> dict[str, Finding]:
    return {row.check: row for row in delivery_findings(settings, environment)}


def test_what_is_not_configured_is_off_and_no_warning() -> None:
    found = rows(own())
    assert {name: row.says.partition(":")[0] for name, row in found.items()} == {"Slack": "off", "Mail": "off"}
    assert {row.verdict for row in found.values()} == {Verdict.OK}


def test_what_is_on_says_who_gets_what_and_sends_nothing() -> None:
    with mail_box() as (box, port):
        found = rows(own(**MAIL), **{SLACK_URL: HOOK, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port)})
    assert {row.verdict for row in found.values()} == {Verdict.OK}
    assert "finished weeks and failed runs are told" in found["Slack"].says
    assert "lets us in without a login (none): 1 get the team report, each person gets their own" in found["Mail"].says
    assert found["Not delivered"].says == "nothing of the last weeks"
    assert not box.letters
    assert "secret-part" not in str(found)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_login_is_a_warning_without_the_password() -> None:
    with mail_box(authenticator=login, auth_required=True, auth_require_tls=False) as (_, port):
        server = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_USERNAME": USER}
        wrong = rows(own(**MAIL), **server, SMTP_PASSWORD="wrong-password")["Mail"]
        right = rows(own(**MAIL), **server, SMTP_PASSWORD=PASSWORD)["Mail"]
    assert wrong.verdict is Verdict.WARNING
    assert "refused the login" in wrong.says
    assert "SMTP_PASSWORD" in wrong.remedy
    assert "wrong-password" not in str(wrong)
    assert "lets us in with the login" in right.says


def test_what_is_half_configured_says_what_is_missing() -> None:
    found = rows(own(**MAIL), **{SLACK_URL: "hooks.slack.com"})
    assert {name: row.verdict for name, row in found.items()} == {"Slack": Verdict.WARNING, "Mail": Verdict.WARNING}
    assert "SMTP_HOST is not set" in found["Mail"].says
    assert "https://hooks.slack.com/..." in found["Slack"].remedy


def test_what_was_not_sent_is_told_with_addresses_on_the_users_own_screen_alone() -> None:
    settings = own()
    week = ended_lately(settings, datetime.now(UTC))[0].key
    missing = failure_delivery(week, Channel.MAIL, "lead@example.com", "x", "y")
    Ledgers(settings.data).write(Ledger(about=week).with_failed(missing, "550 no such user", datetime.now(UTC), final=True))
    row = rows(settings, **{SLACK_URL: HOOK})["Not delivered"]
    assert row.verdict is Verdict.WARNING
    assert row.says == "1 delivery of the last weeks was not sent"
    assert "lead@example.com: 550 no such user" in row.private


def test_a_damaged_ledger_is_told() -> None:
    settings = own()
    week = ended_lately(settings, datetime.now(UTC))[0].key
    Ledgers(settings.data).write(Ledger(about=week))
    (Path(settings.data) / "deliveries" / f"{week}.json").write_text("{", encoding="utf-8")
    assert "is damaged" in rows(settings, **{SLACK_URL: HOOK})["Not delivered"].says
