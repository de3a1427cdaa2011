"""Every figure of a report can be followed to its entries, in the file beside it. Not here: what reports say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.domain.builders import ANA, PASSWORD, WEEK, busy_run
from tests.domain.charted import rows_of
from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import SLOT
from volt_assets.domain.report_file import figures_file, report_document, report_json

BUSY = busy_run()
REPORTS = [pytest.param(report, id=f"{report.kind} {report.subject}") for report in BUSY.reports]
SECONDS = {entry.id: entry.seconds for entry in BUSY.raw.entries}
OF_NO_ENTRY = {
    *(
        "total of the week before",
        "time of the week before",
        "limit of a day",
        "limit of unmatched time",
        "texts with hidden secrets",
        "entries are",
    ),
    *("assigned_without_time", "label Legacy/Thing", "entries of label Legacy/Thing"),
}
"""What rests on no finished entry of this week, or on a label whose entries are not kept."""
TO_DO = ", to do"


def told(part: Any) -> Iterator[dict[str, Any]]:
    """Every sentence, line and cell of a document."""
    if isinstance(part, dict) and set(part) == {"text", "facts"}:
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from told(one)


def entries_below(facts: dict[str, Any], name: str) -> set[int]:
    """Never comes to an end where a fact is made of itself."""
    fact = facts[name]
    return set(fact["entry_ids"]).union(*(entries_below(facts, part) for part in fact["made_of"]))


def figures(document: dict[str, Any]) -> dict[str, Any]:
    """The facts with a value that is shown somewhere, but for those that rest on no entry."""
    used = {name for part in told([document["sections"], document["charts"], document["notes"]]) for name in part["facts"]}
    shown = {name: fact for name, fact in document["facts"].items() if name in used and fact["value"]}
    kinds = {"duration", "percent", "count"}
    return {
        name: fact
        for name, fact in shown.items()
        if fact["kind"] in kinds and fact["about"]["what"] not in OF_NO_ENTRY and not fact["about"]["what"].endswith(TO_DO)
    }


@pytest.mark.parametrize("report", REPORTS)
def test_every_figure_leads_to_entries_of_the_week(report: Report) -> None:
    document = report_document(report)
    lost = {name: fact["about"] for name, fact in figures(document).items() if not entries_below(document["facts"], name) & set(SECONDS)}

    assert lost == {}
    assert len(figures(document)) > 8


@pytest.mark.parametrize("report", REPORTS)
def test_the_entries_of_a_time_make_up_the_time(report: Report) -> None:
    document = report_document(report)
    times = {name: fact for name, fact in figures(document).items() if fact["kind"] == "duration" and "so far" not in fact["about"]["what"]}
    made = {name: sum(SECONDS[one] for one in entries_below(document["facts"], name)) for name in times}
    other = {name: times[name]["about"] for name in times if made[name] != times[name]["value"]}

    assert {about["what"] for about in other.values()} <= {"doubled"}  # counts the same time twice


@pytest.mark.parametrize("report", REPORTS)
def test_every_sentence_is_as_shown_and_names_its_facts(report: Report) -> None:
    document = report_document(report)
    sentences = [sentence for section in report.sections for sentence in section.sentences]
    stored = [sentence for section in document["sections"] for sentence in section["sentences"]]

    assert [one["facts"] for one in stored] == [list(dict.fromkeys(SLOT.findall(sentence))) for sentence in sentences]
    assert all("{f:" not in one["text"] for one in told(document))


@pytest.mark.parametrize("report", REPORTS)
def test_every_chart_is_there_as_it_is_shown_with_its_facts(report: Report) -> None:
    stored = report_document(report)["charts"]

    assert [(one["id"], one["section"], one["series"]) for one in stored] == [(one.id, one.section, [*one.series]) for one in report.charts]
    for chart, one in zip(report.charts, stored, strict=True):
        shown = [(bar["label"], *bar["values"], *([bar["whole"]] if bar["whole"]["facts"] else [])) for bar in one["bars"]]
        assert [" | ".join(text["text"] for text in bar) for bar in shown] == rows_of(report, chart.id)
        assert [bar["label"]["facts"] for bar in one["bars"]] == [SLOT.findall(bar.label) for bar in chart.bars]


def test_a_bar_takes_a_line_of_the_file() -> None:
    lines = [line for line in report_json(BUSY.team).splitlines() if line.strip().startswith('{"label"')]

    assert len(lines) == sum(len(chart.bars) for chart in BUSY.team.charts)


@pytest.mark.parametrize("report", REPORTS)
def test_no_secret_and_no_address_is_in_the_file(report: Report) -> None:
    text = report_json(report)

    assert PASSWORD not in text
    assert "@example.com" not in text
    assert json.loads(text) == report_document(report)


@pytest.mark.parametrize("report", REPORTS)
def test_the_file_tells_week_zone_writer_and_sources(report: Report) -> None:
    document = report_document(report)

    assert (document["week"], document["report"], document["writers"]) == (WEEK.key, report.kind, ["template"])
    assert document["sources"]["timezone"] == "Europe/Berlin"
    assert document["sources"]["fibery_workspace"] == (None if report.kind == "toggl_summary" else "acme")
    assert document["sources"]["toggl_workspace"] == "42"


def test_the_stored_weeks_that_were_read_are_named_with_their_versions() -> None:
    read = {report.kind: report_document(report)["sources"]["stored_weeks"] for report in BUSY.reports}

    assert read["toggl_summary"] == read["team_summary"] == read["person_report"] == [{"week": "2025-09-29", "version": "0a1b2c3d4e5f"}]


def test_people_are_named_by_the_fact_that_has_their_name() -> None:
    facts = report_document(BUSY.persons.reports[ANA.key])["facts"]
    whose = {fact["about"]["person"] for fact in facts.values() if "person" in fact["about"]}

    assert {facts[one]["display"] for one in whose} == {"Ana Example"}


def test_links_lead_to_fibery_alone() -> None:
    links = {fact["link"] for report in BUSY.reports for fact in report_document(report)["facts"].values()} - {None}

    assert links
    assert all(link.startswith("https://acme.fibery.io/") for link in links)


def test_a_section_that_a_model_phrased_says_so() -> None:
    first, *others = BUSY.team.sections
    phrased = BUSY.team.model_copy(update={"sections": (first.model_copy(update={"writer": "some-model"}), *others)})

    assert report_document(phrased)["writers"] == ["template", "some-model"]
    assert report_document(phrased)["sections"][0]["writer"] == "some-model"


def test_the_file_lies_beside_the_markdown() -> None:
    assert figures_file("individual/ana-example-101.md") == "individual/ana-example-101.json"
