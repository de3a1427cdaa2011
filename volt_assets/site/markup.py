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
    return _environment().get_template(template).render(**values)


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
