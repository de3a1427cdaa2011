"""One report as a page: its sections with their charts, and what its figures come from. Not here: the other pages, how charts are drawn."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from markupsafe import Markup

from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import Facts, Report, Section, fact_markdown, notes_markdown, plain_text, section_markdown, title_markdown
from volt_assets.domain.entry_lines import EntryLine
from volt_assets.domain.escaping import markdown_link
from volt_assets.domain.facts import Fact, FactKind
from volt_assets.domain.values import Value
from volt_assets.site.figures import Figure, figures_of
from volt_assets.site.markup import to_html
from volt_assets.site.sources import PageSources, page_sources

PERSON_REPORT = "person_report"
MOST_BYTES, MOST_ROWS, BYTES_OF_A_BAR = 66_000, 120, 230
"""Of Markdown on a page, and of bullets or rows of a table in a piece of it. As HTML and with its sources a page weighs six times that.

A part of a bar weighs as much as so many bytes of Markdown: it is drawn, and told in a table.
"""
Thing = TypeVar("Thing")


class Part(Value):
    """A stretch of a page: clean HTML, and the charts below it."""

    html: str
    figures: tuple[Figure, ...] = ()

    @property
    def markup(self) -> Markup:
        """The HTML as it goes into the page: it is Markdown that `to_html` cleaned."""
        return Markup(self.html)  # noqa: S704 - see above


class ReportBody(Value):
    """One page of a report. `charts` are those that stand together at the end: the text is a person's, or has no place for them.

    `leads` says where each figure leads, by fact id.
    """

    parts: tuple[Part, ...]
    charts: tuple[Figure, ...]
    sources: PageSources

    @property
    def leads(self) -> dict[str, str]:
        """Where each figure leads within the page, by fact id."""
        return {fact: f"#f-{line}" for fact, line in self.sources.leads.items()}


def report_bodies(
    report: Report, entries: Mapping[int, EntryLine], edited: str | None, people: Mapping[str, str] | None = None
) -> list[ReportBody]:
    """A report's page, or its pages where it is too much for one; with the `edited` text of a person in the place of ours, one.

    `people` has the page of each person, for their names lead there.
    """
    facts = {fact.id: fact for fact in report.facts}
    if edited is not None:
        sources = page_sources(report, report.sections, report.charts, entries)
        body = ReportBody(parts=(Part(html=to_html(edited)),), charts=(), sources=sources)
        return [body.model_copy(update={"charts": figures_of(report.charts, facts, body.leads)})]
    pages = list(_paged(report, facts))
    ways = {
        fact.id: page for fact in report.facts if fact.kind is FactKind.PERSON and (page := (people or {}).get(fact.subject.person or ""))
    }
    waiting, bodies = _placed(report), []
    for number, sections in enumerate(pages, 1):
        placed = {name: waiting.pop(name, []) for name in dict.fromkeys(section.id for section in sections)}
        bodies.append(_body(report, facts, sections, placed, entries, ways, at=(number, len(pages))))
    return bodies


def _body(
    report: Report,
    facts: Facts,
    sections: Sequence[Section],
    placed: dict[str, list[Chart]],
    entries: Mapping[int, EntryLine],
    pages_of_people: Mapping[str, str],
    *,
    at: tuple[int, int],
) -> ReportBody:
    number, pages = at
    charts = [chart for some in placed.values() for chart in some]
    homeless = [chart for chart in report.charts if chart.section not in {one.id for one in report.sections}] if number == pages else []
    body = ReportBody(parts=(), charts=(), sources=page_sources(report, sections, [*charts, *homeless], entries))
    drawn = {figure.id: figure for figure in figures_of([*charts, *homeless], facts, body.leads)}

    ways = {**pages_of_people, **body.leads}

    def shown(fact: Fact) -> str:
        return markdown_link(fact.display, ways[fact.id]) if fact.id in ways else fact_markdown(fact)

    told = [
        Part(
            html=to_html(section_markdown(section, facts, shown), table=plain_text(section.title, facts) or "Table"),
            figures=tuple(drawn[chart.id] for chart in placed.pop(section.id, ())),
        )
        for section in sections
    ]
    title = title_markdown(report, facts) + (f", page {number} of {pages}" if pages > 1 else "")
    closing = [Part(html=to_html(notes_markdown(report, facts, shown)))] if number == pages else []
    parts = (Part(html=to_html(title)), *told, *closing)
    return body.model_copy(update={"parts": parts, "charts": tuple(drawn[chart.id] for chart in homeless)})


def _placed(report: Report) -> dict[str, list[Chart]]:
    """The charts by the section that they stand in. A person's page has no glance before it, so it opens with all of them."""
    opening = report.sections[0].id if report.kind == PERSON_REPORT and report.sections else None
    placed: dict[str, list[Chart]] = {}
    for chart in report.charts:
        placed.setdefault(opening or chart.section, []).append(chart)
    return placed


def _paged(report: Report, facts: Facts) -> Iterator[list[Section]]:
    """The sections of each page: a new one begins where the next section would make it too heavy. An empty report is a page too."""
    page: list[Section] = []
    weight, placed = 0, _placed(report)
    for section in chain.from_iterable(map(_slices, report.sections)):
        drawn = sum(len(bar.values) for chart in placed.pop(section.id, ()) for bar in chart.bars)
        added = len(section_markdown(section, facts).encode()) + BYTES_OF_A_BAR * drawn
        if page and weight + added > MOST_BYTES:
            yield page
            page, weight = [], 0
        page.append(section)
        weight += added
    yield page


def _slices(section: Section) -> Iterator[Section]:
    """A section, or where it has very many bullets or rows, several of them in order."""
    if len(section.bullets) + sum(len(table.rows) for table in section.tables) <= MOST_ROWS:
        yield section
        return
    bullets = [section.model_copy(update={"bullets": some, "tables": (), "code": ""}) for some in _chunks(section.bullets)]
    rows = [
        section.model_copy(update={"bullets": (), "tables": (table.model_copy(update={"rows": some}),), "code": ""})
        for table in section.tables
        for some in _chunks(table.rows)
    ]
    first, *others = [*bullets, *rows]
    continued = [one.model_copy(update={"sentences": (), "title": one.title and f"{one.title} (continued)"}) for one in others]
    yield from (first, *continued[:-1])
    yield continued[-1].model_copy(update={"code": section.code})


def _chunks(things: tuple[Thing, ...]) -> Iterator[tuple[Thing, ...]]:
    return (things[start : start + MOST_ROWS] for start in range(0, len(things), MOST_ROWS))
