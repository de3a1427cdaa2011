"""How text becomes HTML: Markdown rendered and cleaned, templates filled with everything escaped. Not here: which pages there are."""

import re
from functools import cache

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from volt_assets.site.charts import PATTERNS

_TEXT_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "hr", "a", "br"}
_TAGS = _TEXT_TAGS | {"table", "thead", "tbody", "tr", "th", "td"}

_TO_THE_RIGHT = re.compile(r'(<t[dh]\b[^>]*?) style="text-align:right"')
"""In a cell's tag alone: in text, `<` is written otherwise."""
_FROM_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_NO_RUNNING_TEXT = r"<(pre|svg|title|style)\b.*?</\2>|<[^>]*>"
_WRITTEN_FROM_RIGHT = re.compile(rf"({_NO_RUNNING_TEXT})|{_FROM_RIGHT}(?:[^<>&\w]*{_FROM_RIGHT})*", re.DOTALL)
"""Hebrew, Arabic and their like, without the numbers beside them. Tags, drawings and lines to paste are found whole, and stay."""


def to_html(markdown: str, *, table: str = "Table") -> Markup:
    """Markdown as clean HTML: raw HTML in it is shown as text, and only the tags of a report survive. `table` names its tables aloud."""
    html = _renderer().render(markdown)
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "td": {"style"}, "th": {"style"}},
        set_tag_attribute_values={"th": {"scope": "col"}},
        url_schemes={"http", "https"},
        link_rel=None,  # the page's own policy is no referrer, and nothing opens in another window
    )
    opening = f'<div class="table" tabindex="0" role="region" aria-label="{escape(table)}"><table>'
    cleaned = _TO_THE_RIGHT.sub(r'\1 class="number"', cleaned)
    return Markup(cleaned.replace("<table>", opening).replace("</table>", "</table></div>"))  # noqa: S704 - cleaned just above


def parsed(markdown: str) -> list[Token]:
    """The Markdown as its parts."""
    return _renderer().parse(markdown)


def fill(template: str, **values: object) -> str:
    """A template with its values, each escaped unless it is Markup."""
    return _set_apart(_environment().get_template(template).render(**values))


def _set_apart(html: str) -> str:
    """A page whose words from right to left are apart from what stands beside them: else a name pulls a date or a figure to pieces."""
    return _WRITTEN_FROM_RIGHT.sub(lambda found: found[0] if found[1] else f"<bdi>{found[0]}</bdi>", html)


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("volt_assets.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["patterns"] = Markup(PATTERNS)  # noqa: S704 - code's own
    return environment
