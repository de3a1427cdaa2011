"""What makes a page good, judged from what the browser renders. Each judge returns complaints, none for a good page.

Not here: which pages there are, and what a report says.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page, ViewportSize

from volt_assets.site.figures import TOGETHER

_FUNCTIONS = Path(__file__).with_name("judge.js").read_text(encoding="utf-8").strip()
TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11: https://www.w3.org/TR/WCAG22/"""
PHONE = ViewportSize(width=390, height=844)
PAPER = ViewportSize(width=718, height=1000)
"""A4 without its margins."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_TEXT = {"id", "class", "style", "title"}
_BOX = {*_TEXT, "role", "tabindex", "aria-label", "aria-labelledby"}
_SHAPE = {"transform", "fill", "stroke", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "text-anchor", "id"}
ELEMENTS: Mapping[str, set[str]] = {
    **dict.fromkeys(("head", "title", "style", "body", "caption", "br", "em", "strong", "code", "pre", "hr", "bdi"), _TEXT),
    **dict.fromkeys(
        ("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "span", "div", "table", "thead", "tbody", "tr"), _BOX
    ),
    **dict.fromkeys(("main", "nav", "header", "footer", "section", "figure", "figcaption"), _BOX),
    **dict.fromkeys(("g", "path", "line", "text", "rect", "circle"), _SHAPE),
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "a": {*_TEXT, "href", "rel", "aria-current"},
    "td": {*_TEXT, "colspan"},
    "th": {*_TEXT, "scope", "colspan"},
    "details": {*_TEXT, "open"},
    "summary": _TEXT,
    "svg": {
        *_SHAPE,
        *("class", "xmlns", "viewBox", "role", "aria-hidden", "aria-labelledby", "focusable", "style", "font-family", "font-size"),
    },
    "defs": set(),
    "desc": {"id"},
    "pattern": {"id", "width", "height", "patternUnits", "patternTransform"},
}
"""All that a page of Volt is made of, with the attributes that it may have: none that acts or loads."""


def ask(page: Page, function: str, **options: Any) -> Any:
    """What a function of judge.js returns."""
    return page.evaluate(f"(options) => {_FUNCTIONS}.{function}(options)", options)


# What is on it


def foreign_markup(page: Page) -> list[str]:
    """Elements and attributes that no report has."""
    found: Mapping[str, Sequence[str]] = ask(page, "markup")
    elements = [f"<{tag}>" for tag in found if tag not in ELEMENTS]
    return elements + [f"<{tag} {name}>" for tag, names in found.items() for name in names if name not in ELEMENTS.get(tag, {name})]


def awakened(page: Page) -> list[str]:
    """Whether a script from outside has run by itself or on any event."""
    ask(page, "provoke")
    return ["a script ran"] if page.evaluate("window.__pwned !== undefined") else []


def policy_complaints(page: Page) -> list[str]:
    """Whether the page forbids itself to load or run anything."""
    found = page.locator("meta[http-equiv='Content-Security-Policy']").evaluate_all("all => all.map(one => one.content)")
    return [] if found == [POLICY] else [f"policy: {found}"]


def broken_links(page: Page, hosts: frozenset[str]) -> list[str]:
    """Links that lead nowhere, or to a host that is none of `hosts`."""
    here, own = Path(unquote(urlsplit(page.url).path)), set(ask(page, "ids"))
    return [link for link in dict.fromkeys(ask(page, "links")) if not _leads_somewhere(link, here, own, hosts)]


def _leads_somewhere(link: str, here: Path, own: set[str], hosts: frozenset[str]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return parts.scheme in {"http", "https"} and parts.netloc in hosts
    if not parts.path:
        return unquote(parts.fragment) in own
    target = here.parent / unquote(parts.path)
    if not target.is_file():
        return False
    return not parts.fragment or f'id="{unquote(parts.fragment)}"' in target.read_text(encoding="utf-8")


# How it looks


def contrast_complaints(page: Page, *, on_paper: bool = False) -> list[str]:
    """Texts and bars that are too faint before what is behind them."""
    asked = {"onPaper": on_paper}
    return [
        *ask(page, "faintTexts", limit=TEXT_CONTRAST, **asked),
        *ask(page, "faintShapes", limit=SHAPE_CONTRAST, **asked),
        *ask(page, "textsOnPictures"),
    ]


def sideways_complaints(page: Page, room: int) -> list[str]:
    """Whether the page is wider than the window."""
    found = ask(page, "width")
    return [*([] if found["width"] <= room else [f"{found['width']} px wide"]), *found["beyond"]]


def paper_complaints(page: Page) -> list[str]:
    """What is in the main part on the screen and not on paper, or cut off there. Sources of figures are for the screen."""
    lost = [f"not printed: {text[:80]}" for text, shown in ask(page, "mainTexts", without=".sources, summary") if not shown]
    return [*lost, *ask(page, "cutOff"), *(["nav is printed"] if page.locator("nav").first.is_visible() else [])]


def colour_alone(page: Page) -> list[str]:
    """Charts whose series are told apart by their colour alone, or that do not say which is which."""
    return [complaint for chart in ask(page, "charts") for complaint in _told_apart(chart)]


def _told_apart(chart: Mapping[str, Any]) -> list[str]:
    series = [name for name in chart["table"][0][1:] if name != TOGETHER]
    fills = {shape["fill"] for shape in chart["shapes"]}
    plain = [fill for fill in fills if not fill.startswith("url(")]
    texts = {one["text"] for one in chart["texts"]}
    unnamed = [name for name in series if len(series) > 1 and name not in texts]
    return [f"{chart['id']}: {len(plain)} series without a pattern"] * (len(plain) > 1) + [
        f"{chart['id']}: no legend for {name}" for name in unnamed
    ]


# Whether it can be read otherwise


def reader_complaints(page: Page) -> list[str]:
    """What a screen reader or somebody without a mouse would stumble over."""
    return [*ask(page, "readerComplaints"), *(f"{path} scrolls, but no key reaches it" for path in ask(page, "scrollsUnreached"))]
