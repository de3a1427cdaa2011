"""What goes to whom, what is sent again and when, and how that reads in Slack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from volt_assets.domain.deliveries import (
    MOST_ATTEMPTS,
    Channel,
    Delivery,
    Due,
    Kind,
    Ledger,
    PersonText,
    Plan,
    WeekTexts,
    failure_delivery,
    failure_text,
    given_up,
    is_mail_address,
    updated,
    week_deliveries,
)
from volt_assets.domain.slack_message import LONGEST_BLOCK, slack_message, slack_text
from volt_assets.domain.weeks import Week

WEEK = Week.from_key("2025-10-06")
NOW = datetime(2025, 10, 13, 6, tzinfo=UTC)
ANA, BEN, NOBODY = "ana@example.com", "ben@example.com", "user:7"


def texts(**persons: str) -> WeekTexts:
    people = {ANA: PersonText(user_id=5, text="# Ana"), BEN: PersonText(user_id=6, text="# Ben"), NOBODY: PersonText(user_id=7, text="# X")}
    return WeekTexts(week=WEEK, headline="12.0 h of 3 people.", summary="All went well.", team="# The team", persons=people)


def due(**plan: Any) -> Due:
    return week_deliveries(texts(), Plan(**plan))


def to(found: Due) -> list[tuple[str, str]]:
    return [(one.kind.value, one.to) for one in found.deliveries]


def team_mail(text: str = "# The team") -> Delivery:
    found = week_deliveries(texts().model_copy(update={"team": text}), Plan(team=("lead@example.com",)))
    return found.deliveries[0]


def test_nothing_goes_anywhere_until_it_is_wished() -> None:
    assert due() == Due(deliveries=())


def test_each_person_gets_their_own_report_and_nothing_else() -> None:
    found = due(persons=True)
    assert [(one.to, one.text) for one in found.deliveries] == [(ANA, "# Ana"), (BEN, "# Ben")]
    assert {one.url for one in found.deliveries} == {""}
    assert {one.channel for one in found.deliveries} == {Channel.MAIL}


def test_who_has_no_address_is_told_about() -> None:
    assert due(persons=True).without_address == (NOBODY,)


@pytest.mark.parametrize("name", [NOBODY, "user:7"])
def test_an_address_may_be_configured(name: str) -> None:
    found = due(persons=True, addresses={name: "xi@example.org"})
    assert ("personal report", "xi@example.org") in to(found)
    assert found.without_address == ()


@pytest.mark.parametrize("silent", [ANA, "user:5"])
def test_who_is_to_get_no_report_gets_none_whatever_is_stored(silent: str) -> None:
    assert [address for _, address in to(due(persons=True, silent=frozenset({silent, NOBODY})))] == [BEN]


def test_the_team_report_goes_to_the_list_once_each_and_to_slack_with_the_page() -> None:
    found = due(team=("lead@example.com", "boss@example.com", "lead@example.com"), slack="webhook 1a2b", page="https://volt.example.com/w")
    assert to(found) == [("week done", "webhook 1a2b"), ("team report", "lead@example.com"), ("team report", "boss@example.com")]
    assert found.deliveries[0].text == "All went well."
    assert {one.url for one in found.deliveries} == {"https://volt.example.com/w"}


def test_slack_is_told_the_figures_where_the_report_has_no_paragraph() -> None:
    wordless = texts().model_copy(update={"summary": ""})
    assert week_deliveries(wordless, Plan(slack="w")).deliveries[0].text == "12.0 h of 3 people."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "a b@example.com",
        "a@b, c@d",
        "a@example.com\nBcc: x@y.z",
        "<a@example.com>",
        "a@ex..ample",
        "ä@b.c",
    ],
)
def test_what_could_break_out_of_a_header_is_no_address(text: str) -> None:
    assert not is_mail_address(text)


def test_a_version_is_sent_once_and_another_one_is_told_as_an_update() -> None:
    first, second = team_mail(), team_mail("# The team, corrected")
    ledger = Ledger(about=WEEK.key).with_sent(first, NOW)
    assert ledger.is_sent(first)
    assert not ledger.is_sent(second)
    assert updated(second, ledger).subject == "The team's week 2025-10-06 to 2025-10-12 (updated)"
    assert updated(first, Ledger(about=WEEK.key)).subject == "The team's week 2025-10-06 to 2025-10-12"


def test_a_message_has_one_id_and_another_version_or_recipient_another() -> None:
    same, other = team_mail(), team_mail("# Other")
    elsewhere = same.model_copy(update={"to": "boss@example.com"})
    assert same.message_id == team_mail().message_id
    assert len({same.message_id, other.message_id, elsewhere.message_id}) == 3


def test_two_people_with_one_mailbox_each_get_theirs_even_if_they_read_the_same() -> None:
    alike = texts().model_copy(update={"persons": {key: PersonText(user_id=5, text="# Quiet week") for key in (ANA, BEN)}})
    found = week_deliveries(alike, Plan(persons=True, addresses={ANA: "office@example.com", BEN: "office@example.com"})).deliveries
    ledger = Ledger(about=WEEK.key).with_sent(found[0], NOW)
    assert not ledger.is_sent(found[1])
    assert ledger.with_sent(found[1], NOW).is_sent(found[0])
    assert found[0].message_id != found[1].message_id


def test_what_failed_is_tried_again_after_growing_pauses_for_about_a_day() -> None:
    mail, ledger, moment, tries = team_mail(), Ledger(about=WEEK.key), NOW, 0
    pauses = []
    while moment < NOW + timedelta(days=7):
        if ledger.may_try(mail, moment):
            ledger, tries, last = ledger.with_failed(mail, "down", moment, final=False), tries + 1, moment
            pauses.append(last)
        moment += timedelta(minutes=5)
    assert tries == MOST_ATTEMPTS
    assert pauses[1] - pauses[0] == timedelta(minutes=5)
    assert timedelta(hours=12) < pauses[-1] - pauses[0] < timedelta(hours=36)
    assert len(ledger.failed) == 1


def test_what_the_recipients_server_refuses_for_good_is_not_tried_again_but_another_version_is() -> None:
    ledger = Ledger(about=WEEK.key).with_failed(team_mail(), "550 no such user", NOW, final=True)
    assert not ledger.may_try(team_mail(), NOW + timedelta(days=1))
    assert ledger.may_try(team_mail("# Other"), NOW)
    assert given_up([ledger]) == ("2025-10-06, mail: team report to lead@example.com: 550 no such user",)
    assert given_up([ledger.with_sent(team_mail("# Other"), NOW)]) == ()


def test_a_recipient_who_is_to_get_nothing_any_more_is_forgotten() -> None:
    ledger = Ledger(about=WEEK.key).with_failed(team_mail(), "550 no such user", NOW, final=True)
    assert ledger.without_others([team_mail("# Other")]) == ledger
    assert ledger.without_others(due(team=("boss@example.com",)).deliveries).failed == ()


def test_a_failure_is_told_with_its_week_its_cause_and_how_to_look() -> None:
    text = failure_text("2025-10-06", "weekly_reports", "1a2b3c4d", ["raw_toggl_data: Toggl refused the token. Set TOGGL_API_TOKEN."])
    assert "weekly_reports of week 2025-10-06 failed" in text
    assert "raw_toggl_data: Toggl refused the token. Set TOGGL_API_TOKEN." in text
    assert "volt-agent show-run --run-id 1a2b3c4d" in text
    assert "without saying why" in failure_text("", "weekly_reports", "1a2b3c4d", [])


def blocks(text: str, url: str = "") -> list[Any]:
    delivery = due(slack="w", page=url).deliveries[0].model_copy(update={"text": text})
    found = slack_message(delivery)["blocks"]
    assert isinstance(found, list)
    return found


def test_text_from_outside_stands_in_plain_blocks_where_slack_reads_no_mention_or_link() -> None:
    heading, body = blocks("<!channel> see <https://evil.example|here> & @here")
    assert heading["text"]["type"] == "mrkdwn"
    assert body["text"] == {"type": "plain_text", "text": "<!channel> see <https://evil.example|here> & @here", "emoji": False}


def test_in_a_heading_no_mention_link_or_formatting_comes_of_text() -> None:
    shown = slack_text("<!channel> @here *bold* & <https://evil.example|x>")
    assert "<" not in shown
    assert "@here" not in shown
    assert "*bold*" not in shown
    assert "&lt;!channel&gt;" in shown
    assert "&amp;" in shown


def test_the_page_is_linked_where_there_is_one() -> None:
    assert "<https://volt.example.com/a?b&amp;c%3E|Open the reports>" in blocks("x", "https://volt.example.com/a?b&c>")[0]["text"]["text"]
    assert "Open the reports" not in blocks("x")[0]["text"]["text"]


def test_no_block_is_longer_than_slack_takes_and_there_are_few() -> None:
    found = blocks("\n\n".join("ü" * 2_000 for _ in range(50)) + "\n\n" + "x" * 9_000)
    assert all(0 < len(block["text"]["text"]) <= LONGEST_BLOCK for block in found)
    assert len(found) <= 9
    assert blocks("x" * 9_000)[1]["text"]["text"].endswith(" ...")
    assert len(blocks("one\n\ntwo")) == 2


def test_a_notice_is_no_markdown() -> None:
    notice = failure_delivery("1a2b3c4d", Channel.MAIL, "lead@example.com", "A run failed", "[click](https://evil.example)\n\nsecond")
    assert notice.kind is Kind.FAILURE
    assert notice.markdown == "\\[click\\](https\\://evil.example)\n\nsecond"
    assert team_mail("[link](https://x.example)").markdown == "[link](https://x.example)"
