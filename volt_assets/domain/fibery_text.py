"""What people wrote in Fibery, as a report can use it: plain Markdown, cut to a budget, and its first words. Not here: escaping.

Facts: `reference/fibery.md` section 4.1.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from volt_assets.domain.values import clean_text

_MENTION = re.compile(r"\[\[(?P<named>[^\[\]#]*)#[\^@][^\[\]]*\]\]")
_CALLOUT = re.compile(r"^(?:>\s*)*\[//\]:\s*#\s*\([^\n]*\)[ \t]*$", re.MULTILINE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SPACE_AT_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
CUT = "…"
_RAW_FOR_ONE = 4
"""So many characters of Fibery's Markdown are read for one that is kept: links and mentions are longer there than here."""


def plain_markdown(text: str) -> str:
    """Fibery's Markdown with mentions as their titles, line breaks as such, and without the comments that mark callouts."""
    titled = _MENTION.sub(lambda mention: _title(mention["named"]), clean_text(text))
    lines = _SPACE_AT_ENDS.sub("", _CALLOUT.sub("", _BREAK.sub("\n", titled)).replace("\r\n", "\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def fitted(text: str, most: int) -> tuple[str, bool]:
    """A document as plain Markdown of at most so many characters, and whether some of it is left out."""
    whole = plain_markdown(text[: most * _RAW_FOR_ONE + 1000])
    is_cut = len(whole) > most or len(text) > most * _RAW_FOR_ONE + 1000
    kept = whole[: most - 1].rstrip() if is_cut else whole
    return (f"{kept}{CUT}" if is_cut else kept), is_cut


def first_words(text: str) -> str:
    """What a Markdown text begins with, as one line without marks: a paragraph or a list, or a heading if nothing else is there."""
    blocks = list(_blocks(MarkdownIt("commonmark").parse(text)))
    told = next((words for kind, words in blocks if kind != "heading_close"), None)
    return told or next((words for _, words in blocks), "")


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The type of what closes each outermost block, and its words; blocks without any are left out."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "inline":
            parts.append(" ".join("".join(map(_words, token.children or ())).split()))
        elif token.type in {"fence", "code_block"}:
            parts.append(" ".join(token.content.split()))
        if token.level == 0 and token.nesting <= 0:
            if words := _listed([part for part in parts if part]):
                yield token.type, words
            parts = []


def _listed(parts: Sequence[str]) -> str:
    """The points of a list in a row; only the last one keeps its full stop."""
    return "; ".join((*(part.rstrip(".;,") for part in parts[:-1]), *parts[-1:]))


def _words(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content if token.type in {"text", "code_inline", "image"} else ""


def _title(named: str) -> str:
    """The title of a mention, which may be broken over lines and stands after `Space/Database:`; nothing for a mention without one."""
    whole = " ".join(named.split())
    _, colon, title = whole.partition(":")
    return title.strip() if colon and "/" in whole.split(":", 1)[0] else whole
