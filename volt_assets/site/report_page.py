"""One report as a page: its sections with their charts, and what its figures come from. Not here: the other pages, how charts are drawn."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from volt_assets.domain.drafts import Facts, Report, Section, fact_markdown, notes_markdown, plain_text, section_markdown, title_markdown
from volt_assets.domain.entry_lines import EntryLine
from volt_assets.domain.escaping import markdown_link
from volt_assets.domain.facts import Fact
from volt_assets.domain.values import Value
from volt_assets.site.figures import Figure, figures_of
from volt_assets.site.markup import to_html
from volt_assets.site.sources import PageSources, page_sources

PERSON_REPORT = "person_report"


class Part(Value):
    """A stretch of a page: clean HTML, and the charts below it."""

    html: str
    figures: tuple[Figure, ...] = ()

    @property
    def markup(self) -> Markup:
        """The HTML as it goes into the page: it is Markdown that `to_html` cleaned."""
        return Markup(self.html)  # noqa: S704 - see above


class ReportBody(Value):
    """What a report's page shows. `charts` are those that stand together, because the text is a person's."""

    parts: tuple[Part, ...]
    charts: tuple[Figure, ...]
    sources: PageSources


def report_body(report: Report, entries: Mapping[int, EntryLine], edited: str | None) -> ReportBody:
    """A report's page; with the `edited` text of a person in the place of ours, whose figures lead nowhere."""
    facts = {fact.id: fact for fact in report.facts}
    sources = page_sources(report, entries)
    figures = figures_of(report.charts, facts, linked=sources.linked)
    if edited is not None:
        return ReportBody(parts=(Part(html=to_html(edited)),), charts=figures, sources=sources)

    def shown(fact: Fact) -> str:
        return markdown_link(fact.display, f"#f-{fact.id}") if fact.id in sources.linked else fact_markdown(fact)

    placed = _placed(report, figures)
    told = [
        Part(html=to_html(section_markdown(section, facts, shown), table=_named(section, facts)), figures=placed.pop(section.id, ()))
        for section in report.sections
    ]
    opening, closing = Part(html=to_html(title_markdown(report, facts))), Part(html=to_html(notes_markdown(report, facts, shown)))
    homeless = tuple(figure for some in placed.values() for figure in some)
    return ReportBody(parts=(opening, *told, closing), charts=homeless, sources=sources)


def _placed(report: Report, figures: Sequence[Figure]) -> dict[str, tuple[Figure, ...]]:
    """The charts by the section that they stand in. A person's page has no glance before it, so it opens with all of them."""
    opening = report.sections[0].id if report.kind == PERSON_REPORT and report.sections else None
    placed: dict[str, tuple[Figure, ...]] = {}
    for chart, figure in zip(report.charts, figures, strict=True):
        section = opening or chart.section
        placed[section] = (*placed.get(section, ()), figure)
    return placed


def _named(section: Section, facts: Facts) -> str:
    return plain_text(section.title, facts) or "Table"
