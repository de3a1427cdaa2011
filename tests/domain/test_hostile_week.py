"""Hostile texts in every place of a week: reports that can be sent, and nothing in their Markdown that code did not put there."""

from collections import Counter

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.domain.builders import ANA, BASE_URL
from tests.domain.golden_files import golden
from tests.domain.hostile import MALLORY, OUTSIDE, hostile_run
from volt_assets.domain.drafts import Report, render_markdown
from volt_assets.domain.facts import SLOT
from volt_assets.domain.grounding import check_report_grounded

HOSTILE = hostile_run()
REPORTS = pytest.mark.parametrize("report", HOSTILE.reports, ids=lambda report: f"{report.kind} {report.subject}")
INLINE = {"text", "link_open", "link_close", "em_open", "em_close"}
MARKDOWN = MarkdownIt().enable(["table", "strikethrough"])


def tokens(report: Report) -> list[Token]:
    return MARKDOWN.parse(render_markdown(report))


def links_of(report: Report) -> Counter[str]:
    """The links that code puts into a report: one for each place in which a fact with an address stands."""
    facts = {fact.id: fact for fact in report.facts}
    cells = [cell for section in report.sections for table in section.tables for row in table.rows for cell in row]
    texts = [text for section in report.sections for text in (section.title, *section.sentences, *section.bullets)]
    told = [facts[slot] for text in (report.title, *texts, *cells, *report.notes) for slot in SLOT.findall(text)]
    return Counter(fact.url for fact in told if fact.url)


@REPORTS
def test_the_blocks_are_those_that_code_wrote(report: Report) -> None:
    found = Counter(token.type for token in tokens(report))
    sections = [section for section in report.sections if section.title]
    tables = [table for section in report.sections for table in section.tables]

    assert found["heading_open"] == 1 + len(sections)
    assert found["table_open"] == len(tables)
    assert found["tr_open"] == len(tables) + sum(len(table.rows) for table in tables)
    assert found["td_open"] == sum(len(table.rows) * len(table.columns) for table in tables)
    assert found["list_item_open"] == sum(len(section.bullets) for section in report.sections)
    assert found["fence"] == sum(1 for section in report.sections if section.code)
    assert found["hr"] == 1
    blocks = {"heading", "paragraph", "table", "thead", "tbody", "tr", "td", "th", "bullet_list", "list_item"}
    assert {kind.removesuffix("_open").removesuffix("_close") for kind in found} <= {*blocks, "inline", "fence", "hr"}


@REPORTS
def test_within_the_blocks_there_is_text_and_the_links_that_code_made(report: Report) -> None:
    inline = [child for token in tokens(report) for child in token.children or []]
    addresses = Counter(str(child.attrs["href"]) for child in inline if child.type == "link_open")

    assert {child.type for child in inline} <= INLINE
    assert sum(child.type == "em_open" for child in inline) == len(report.notes) + 1
    assert sum(addresses.values()) == sum(links_of(report).values())
    assert all(address.startswith(f"{BASE_URL}/") and OUTSIDE not in address for address in addresses)


@REPORTS
def test_nothing_invisible_is_left_and_every_fact_has_its_place(report: Report) -> None:
    text = render_markdown(report)

    assert not any(sign in text for sign in "\u202e\u202c\u200b")
    assert check_report_grounded(report, [BASE_URL.removeprefix("https://")]).problems == ()


def test_no_second_is_lost() -> None:
    told = sum(one.seconds for report in HOSTILE.persons.reports.values() for one in report.accounts)

    assert told == HOSTILE.raw.statistics.seconds == sum(one.seconds for one in HOSTILE.team.accounts)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("hostile_toggl_summary", HOSTILE.toggl),
        ("hostile_person_report", HOSTILE.persons.reports[ANA.key]),
        ("hostile_other_person_report", HOSTILE.persons.reports[MALLORY.key]),
        ("hostile_team_summary", HOSTILE.team),
    ],
)
def test_the_reports_are_as_they_were_read(name: str, report: Report) -> None:
    text = render_markdown(report)

    assert text == golden(f"{name}.md", text)
