"""A line's mentions: which people, entities and figures it names, each with a mark in its place. Not here: what is said of them."""

import re
from dataclasses import dataclass, field

from benchmarks.faith_truth import ALL_NAMES, Truth

_IDENTITY = re.compile(r"\(([A-Z][\w-]*/[A-Z][\w ]*? #\d+)\)")
_FIGURES = (
    ("D", re.compile(r"-?\d+h \d\dm|<1m")),
    ("S", re.compile(r"[<>]?\d+ %")),
    ("T", re.compile(r"(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d")),
    ("N", re.compile(r"(?<![\w#«/.])\d+(?![\w»/%])")),
)
_NAMES = re.compile("|".join(re.escape(name) for name in sorted(ALL_NAMES, key=len, reverse=True)))
_TIME = re.compile(r"(-?\d+)h (\d\d)m")


@dataclass(slots=True)
class Marked:
    """A text with marks: `«E0»` is the first entity, `«P0»` a person, `«D0»` a time, `«S0»` a share, `«T0»` a day, `«N0»` a number.

    `strange` are entities that are none of the week's, or have another title.
    """

    text: str
    found: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in "EPDSTN"})
    strange: list[str] = field(default_factory=list)

    def mark(self, kind: str, value: str) -> str:
        self.found[kind].append(value)
        return f"«{kind}{len(self.found[kind]) - 1}»"

    def value(self, mark: str | None) -> str | None:
        """What stands behind a mark such as `D0`."""
        return None if mark is None else self.found[mark[0]][int(mark[1:])]


def marked(text: str, truth: Truth) -> Marked:
    """A text as a reader sees it, with its mentions marked."""
    told = Marked("")
    rest = text
    while found := _IDENTITY.search(rest):
        before = rest[: found.start()].removesuffix(" ")
        titles = [title for title in truth.titles.get(found[1], ()) if before.endswith(title)]
        if not titles:
            told.strange.append(f"{before[-40:]} ({found[1]})")
        start = len(before) - len(max(titles, key=len, default=""))
        told.text += before[:start] + told.mark("E", found[1])
        rest = rest[found.end() :]
    told.text = _NAMES.sub(lambda name: told.mark("P", name[0]), told.text + rest)
    for kind, pattern in _FIGURES:
        told.text = pattern.sub(lambda figure, kind=kind: told.mark(kind, figure[0]), told.text)  # type: ignore[misc]
    return told


def minutes_of(shown: str) -> int:
    """A time as shown, in minutes; `<1m` is none."""
    found = _TIME.fullmatch(shown)
    if found is None:
        return 0
    return abs(int(found[1])) * 60 + int(found[2])


def percent_of(shown: str) -> int:
    """A share as shown; `<1 %` is none, `>99 %` is all."""
    number = int(re.sub(r"\D", "", shown))
    return 0 if shown.startswith("<") else 100 if shown.startswith(">") else number
