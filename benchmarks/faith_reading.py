"""A rendered report read back from its Markdown: headings, sentences, bullets, rows by their columns. Not here: what is true.

A small reader of its own, for reports as Volt renders them; it shares no code with the rendering.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LINK = re.compile(r"(?<!\\)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]*)\)")
_ESCAPED = re.compile(r"\\([^\w\s])")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report as a reader sees it, with the addresses that its links lead to. A row has its cells by column."""

    kind: str
    heading: str
    above: str
    text: str
    raw: str
    links: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


def read(markdown: str) -> list[Line]:
    """The lines of a report, but what it shows to paste."""
    return list(_lines(markdown))


def shown(markdown: str) -> str:
    """What a reader sees of a line: links as their text, escapes gone."""
    return _ESCAPED.sub(r"\1", _LINK.sub(r"\1", markdown)).strip()


def _lines(markdown: str) -> Iterator[Line]:
    heading, above, columns, is_code = "", "", list[str](), False
    for raw in markdown.split("\n"):
        if raw.startswith("```"):
            is_code = not is_code
        elif is_code or not raw.strip() or raw == "---":
            columns = []
        elif mark := re.match(r"#{1,3} ", raw):
            heading = shown(raw[mark.end() :])
            above = heading if len(mark[0]) < len("### ") else above
            yield Line("heading", heading, above, heading, raw)
        elif raw.startswith("|"):
            cells = [one.strip() for one in _CELLS.split(raw)[1:-1]]
            if not columns:
                columns = [shown(one) for one in cells]
            elif not set(cells) <= {"---", "---:"}:
                named = {column: shown(cell) for column, cell in zip(columns, cells, strict=True)}
                yield Line("row", heading, above, shown(raw), raw, _links(raw), named)
        else:
            yield _prose(raw, heading, above)


def _prose(raw: str, heading: str, above: str) -> Line:
    kind = "bullet" if raw.startswith("- ") else "note" if raw.startswith("*") else "sentences"
    text = raw[2:] if kind == "bullet" else raw.strip("*") if kind == "note" else raw
    return Line(kind, heading, above, shown(text), text, _links(raw))


def _links(raw: str) -> tuple[str, ...]:
    return tuple(found[2] for found in _LINK.finditer(raw))
