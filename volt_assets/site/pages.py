"""A week's reports as HTML pages: Markdown rendered, cleaned and framed. Not here: what a report says, where pages are kept.

A page loads nothing: no script, no picture, no style from anywhere, and its policy forbids it too.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt

from volt_assets.domain.drafts import Report, plain_text, render_markdown
from volt_assets.domain.report_file import figures_file
from volt_assets.domain.values import Value

_TEXT_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "hr", "a", "br"}
_TAGS = _TEXT_TAGS | {"table", "thead", "tbody", "tr", "th", "td"}


class Page(Value):
    """A page to build: its name without ending, the report, and the Markdown file in the week's folder that it is the page of."""

    name: str
    report: Report
    source: str


class PageFile(Value):
    """A page that was built. `edited`: it shows a person's text, not ours. `figures` is where the file with its figures is."""

    file: str
    title: str
    edited: bool
    figures: str = ""


class ReportSite(Value):
    """The pages of a week."""

    week: date
    pages: tuple[PageFile, ...]


class BuiltSite(Value):
    """The pages with their HTML by file name."""

    pages: tuple[PageFile, ...]
    html: dict[str, str]


def build_site(pages: Sequence[Page], edited: Mapping[str, str]) -> BuiltSite:
    """All pages and the index. `edited` holds the text of Markdown files that a person changed, by path."""
    files = tuple(_file(page, is_edited=page.source in edited) for page in pages)
    html = {
        file.file: _render("page.html", file=file, body=to_html(edited[page.source] if file.edited else render_markdown(page.report)))
        for file, page in zip(files, pages, strict=True)
    }
    html["index.html"] = _render("index.html", pages=files, week=str(pages[0].report.week))
    index = PageFile(file="index.html", title="All reports of the week", edited=False)
    return BuiltSite(pages=(index, *files), html=html)


def _file(page: Page, *, is_edited: bool) -> PageFile:
    figures = f"../{figures_file(page.source).partition('/')[2]}"
    return PageFile(file=f"{page.name}.html", title=page_title(page.report), edited=is_edited, figures=figures)


def page_title(report: Report) -> str:
    """A report's title as plain text."""
    return plain_text(report.title, {fact.id: fact for fact in report.facts})


def to_html(markdown: str) -> str:
    """Markdown as clean HTML: raw HTML in it is shown as text, and only the tags of a report survive."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    cleaned = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}, "td": {"style"}, "th": {"style"}}, url_schemes={"http", "https"})
    return cleaned.replace("<table>", '<div class="table" tabindex="0" role="region" aria-label="table"><table>').replace(
        "</table>", "</table></div>"
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("volt_assets.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
