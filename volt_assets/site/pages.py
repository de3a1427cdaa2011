"""A week's reports as HTML pages: framed, with their charts and what their figures come from. Not here: what reports say, where pages are.

A page loads nothing: no script, no picture, no style from anywhere, and its policy forbids it too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.entry_lines import EntryLine
from volt_assets.domain.report_file import figures_file
from volt_assets.domain.values import Value
from volt_assets.site.glance import glance_of, person_name, person_time
from volt_assets.site.markup import fill
from volt_assets.site.report_page import PERSON_REPORT, ReportBody, report_bodies

INDEX = "index.html"


class Kind(NamedTuple):
    """A page that every week has: what the navigation calls it, and what is on it."""

    nav: str
    about: str


KINDS: Mapping[str, Kind] = {
    "team_summary": Kind("Team", "what the week's hours went into, week over week, estimates, and what to look at"),
    "toggl_summary": Kind("Toggl", "the time as Toggl has it: people, days, projects, and what looks wrong in the tracking"),
    "work_alignment": Kind(
        "Alignment", "where Toggl and Fibery disagree: time on work not started or long done, started work without time"
    ),
    "coverage_report": Kind("Coverage", "what could not be matched, and the lines to paste that mend it"),
}
"""By report."""


class Page(Value):
    """A page to build: its name without ending, the report, and the Markdown file in the week's folder that it is the page of."""

    name: str
    report: Report
    source: str


class PageFile(Value):
    """A page that was built. `edited`: it shows a person's text, not ours. `figures` is where the file with its figures is.

    `kind` is that of its report; `person` and `time` are whose it is and how much it tells of, where it is one person's.
    """

    file: str
    title: str
    edited: bool
    figures: str = ""
    kind: str = ""
    person: str = ""
    time: str = ""

    @property
    def nav(self) -> str:
        """What the navigation calls it; nothing where it has no place there."""
        return KINDS[self.kind].nav if self.kind in KINDS else ""

    @property
    def about(self) -> str:
        """What is on it."""
        return KINDS[self.kind].about if self.kind in KINDS else ""


class ReportSite(Value):
    """The pages of a week."""

    week: date
    pages: tuple[PageFile, ...]


class BuiltSite(Value):
    """The pages with their HTML by file name."""

    pages: tuple[PageFile, ...]
    html: dict[str, str]


def build_site(pages: Sequence[Page], edited: Mapping[str, str], entries: Iterable[EntryLine] = ()) -> BuiltSite:
    """All pages and the index. `edited` holds the text of Markdown files that a person changed, by path; `entries` are the week's.

    A report that is too much for one page has several: `team_summary.html`, `team_summary.2.html` and so on.
    """
    files = tuple(_file(page, is_edited=page.source in edited) for page in pages)
    lines = {line.entry_id: line for line in entries}
    shown = {"pages": files, "week": str(pages[0].report.week)}
    opening = next((page for page in pages if page.report.kind == "team_summary"), pages[0])
    people = {page.report.subject: f"{page.name}.html" for page in pages if page.report.kind == PERSON_REPORT}
    html: dict[str, str] = {}
    leads: dict[str, str] = {}
    for file, page in zip(files, pages, strict=True):
        bodies = _named(page, report_bodies(page.report, lines, edited.get(page.source), {} if page.report.subject in people else people))
        for name, body in bodies.items():
            html[name] = fill("report.html", file=file, body=body, names=[*bodies], name=name, **shown)
            if page is opening:
                leads = {**{fact: f"{name}{line}" for fact, line in body.leads.items()}, **leads}
    index = PageFile(file=INDEX, title=f"The week {opening.report.week} at a glance", edited=False)
    html[INDEX] = fill("week.html", file=index, glance=glance_of(opening.report, leads), **shown)
    return BuiltSite(pages=(index, *files), html=html)


def _named(page: Page, bodies: Sequence[ReportBody]) -> dict[str, ReportBody]:
    """The pages of a report by file name. No page's own name has a dot in it, so none of them is another report's."""
    return {f"{page.name}.html" if number == 1 else f"{page.name}.{number}.html": body for number, body in enumerate(bodies, 1)}


def page_title(report: Report) -> str:
    """A report's title as plain text."""
    return plain_text(report.title, {fact.id: fact for fact in report.facts})


def _file(page: Page, *, is_edited: bool) -> PageFile:
    return PageFile(
        file=f"{page.name}.html",
        title=page_title(page.report),
        edited=is_edited,
        figures=f"../{figures_file(page.source).partition('/')[2]}",
        kind=page.report.kind,
        person="" if page.report.kind in KINDS else person_name(page.report),
        time=person_time(page.report),
    )
