"""Where a page's figures come from: each figure with the figures it is made of, or its time entries, numbered on the page.

Nothing here is a new figure: displays, parts and entries are the report's own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pydantic import Field

from volt_assets.domain.alignment_report import CATEGORY_TITLES
from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import Facts, Report, Section
from volt_assets.domain.entry_lines import EntryLine
from volt_assets.domain.facts import SLOT, Fact, FactKind, shown_text
from volt_assets.domain.match_steps import STEP_WORDS
from volt_assets.domain.report_file import made_of
from volt_assets.domain.report_parts import NO_PROJECT
from volt_assets.domain.values import Value

FIGURES = frozenset({FactKind.DURATION, FactKind.GROWTH, FactKind.SHARE, FactKind.COUNT})
MOST_LINES, MOST_ENTRIES, MOST_PARTS = 500, 600, 300
"""Lines and entries of a page, parts of a line. Above these a page would be too heavy to open: what the page itself shows comes first,
the rest is in the file beside it.
"""
_LONGEST_ABOUT, _LONGEST_WAY = 120, 10
_WORDS: Mapping[str, str] = {
    "time": "time on",
    "project": "Toggl project",
    "total": "all time",
    "found entities": "on entities found in Fibery",
    "with all below": "this week on all that belongs to",
    "with all below, so far": "so far on all that belongs to",
    "time of what belongs to it": "time on what belongs to",
    "of the estimate": "share of the estimate of",
    **{category.value: f"entities under “{title}”" for category, title in CATEGORY_TITLES.items()},
    **{step.value: f"matched by: {words}" for step, words in STEP_WORDS.items()},
}
"""What a figure is of, where the subject's own word needs a reader who knows the code."""


class Part(Value):
    """A figure that another one is made of, and the line of the page that it leads to; none with `line` empty."""

    display: str
    line: str


class SourceLine(Value):
    """One figure: what it is of, and its parts, or the numbers of its entries on the page as ranges.

    `entries` counts all its entries, `unlisted` those that the page does not list; `more` counts the parts that it does not list.
    """

    fact: str
    display: str
    about: str
    url: str | None
    parts: tuple[Part, ...]
    more: int
    ranges: tuple[tuple[int, int], ...]
    entries: int
    unlisted: int


class EntryRow(Value):
    """An entry with its number on the page, and where Toggl shows its day."""

    number: int
    line: EntryLine
    url: str | None


class PageSources(Value):
    """All that a page's figures come from. `leads` says for each figure which line it leads to, by fact id.

    `is_whole`: nothing was left to the file beside because there was too much.
    """

    lines: tuple[SourceLine, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    leads: dict[str, str] = Field(default_factory=dict)
    is_whole: bool = True


def page_sources(report: Report, sections: Sequence[Section], charts: Sequence[Chart], entries: Mapping[int, EntryLine]) -> PageSources:
    """The figures that these sections and charts of a report show, and those that they are made of; `entries` are the week's by id."""
    facts = {fact.id: fact for fact in report.facts}
    ways = _Ways(facts, made_of(report))
    told, is_whole = ways.reached(_shown(report, sections, charts))
    numbered = _numbered(told, entries)
    days = {fact.display: fact.url for fact in report.facts if fact.kind is FactKind.TEXT and fact.url}
    names, listed = _Names(report.facts), {fact.id for fact in told}
    lines = tuple(_line(fact, [ways.part(one, listed) for one in ways.parts(fact)], numbered, names) for fact in told)
    rows = (EntryRow(number=number, line=entries[one], url=days.get(_day(entries[one]))) for one, number in numbered.items())
    leads = {name: line for name in facts if (line := ways.line(name)) in listed}
    return PageSources(
        lines=lines, entries=tuple(rows), leads=leads, is_whole=is_whole and not any(line.unlisted or line.more for line in lines)
    )


class _Ways:
    """From each figure to the figure whose line it leads to: what is made of one other leads where that leads."""

    def __init__(self, facts: Facts, parts: Mapping[str, Sequence[str]]) -> None:
        self._facts = facts
        self._parts = parts
        times = reversed([fact for fact in facts.values() if fact.kind is FactKind.DURATION])
        self._times = {(fact.subject, fact.entry_ids): fact.id for fact in times}

    def line(self, name: str) -> str | None:
        """The fact whose line a fact leads to; None for what rests on no entry of the week."""
        for _ in range(_LONGEST_WAY):
            fact = self._facts[name]
            if fact.kind not in FIGURES or not (fact.entry_ids or self._parts.get(name)):
                return None
            if fact.entry_ids:  # a share or count of a time has that time's entries
                return self._times.get((fact.subject, fact.entry_ids), name)
            if fact.kind is FactKind.DURATION and not fact.value and not self._has_entries(name):  # no time at all is made of nothing
                return None
            if len(self._parts[name]) > 1:
                return name
            name = self._parts[name][0]
        return None

    def _has_entries(self, name: str) -> bool:
        """Whether a figure rests on an entry, by whatever it is made of."""
        waiting, seen = [name], {name}
        while waiting:
            one = waiting.pop()
            if self._facts[one].entry_ids:
                return True
            new = [part for part in self._parts.get(one, ()) if part not in seen]
            waiting += new
            seen.update(new)
        return False

    def parts(self, fact: Fact) -> Sequence[str]:
        """What a fact without entries of its own is made of."""
        return () if fact.entry_ids else self._parts.get(fact.id, ())

    def part(self, name: str, listed: Collection[str]) -> Part:
        """A part as it stands in a line."""
        line = self.line(name)
        return Part(display=self._facts[name].display, line=line if line and line in listed else "")

    def reached(self, shown: Iterable[str]) -> tuple[list[Fact], bool]:
        """The facts with a line of their own, those that are shown first, and whether all that they lead to is among them."""
        found: dict[str, Fact] = {}
        waiting = list(dict.fromkeys(shown))
        while waiting and len(found) <= MOST_LINES:
            lines = [line for name in waiting if (line := self.line(name)) and line not in found]
            found |= {line: self._facts[line] for line in lines}
            waiting = list(dict.fromkeys(part for line in lines for part in self.parts(self._facts[line])))
        return list(found.values())[:MOST_LINES], len(found) <= MOST_LINES


def _shown(report: Report, sections: Sequence[Section], charts: Sequence[Chart]) -> Iterator[str]:
    """The facts that the page shows, as it shows them."""
    for section in sections:
        yield from _slots(_texts(section))
    for chart in charts:
        yield from _slots(_chart_texts(chart))
    yield from _slots(report.notes)


def _slots(texts: Iterable[str]) -> Iterator[str]:
    return (slot for text in texts for slot in SLOT.findall(text))


def _texts(section: Section) -> Iterator[str]:
    yield from section.sentences
    yield from section.bullets
    for table in section.tables:
        for row in table.rows:
            yield from row


def _chart_texts(chart: Chart) -> Iterator[str]:
    for bar in chart.bars:
        yield from (bar.label, *bar.values)


def _numbered(told: Iterable[Fact], entries: Mapping[int, EntryLine]) -> dict[int, int]:
    """The entries that the page lists, numbered in their order: of one figure after the other, as long as all of its fit."""
    wanted: set[int] = set()
    for fact in told:
        if len(more := wanted.union(fact.entry_ids)) <= MOST_ENTRIES:
            wanted = more
    return {one: number for number, one in enumerate((one for one in entries if one in wanted), 1)}


def _line(fact: Fact, parts: Sequence[Part], numbered: Mapping[int, int], names: "_Names") -> SourceLine:
    numbers = sorted(numbered[one] for one in fact.entry_ids if one in numbered)
    return SourceLine(
        fact=fact.id,
        display=fact.display,
        about=names.about(fact),
        url=names.url(fact),
        parts=tuple(parts[:MOST_PARTS]),
        more=len(parts[MOST_PARTS:]),
        ranges=_ranges(numbers),
        entries=len(fact.entry_ids),
        unlisted=len(fact.entry_ids) - len(numbers),
    )


def _ranges(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Numbers in a row as their first and last."""
    breaks = [0, *(at for at, (one, other) in enumerate(pairwise(numbers), 1) if other != one + 1), len(numbers)]
    return tuple((numbers[start], numbers[end - 1]) for start, end in pairwise(breaks) if end > start)


def _day(line: EntryLine) -> str:
    """A day as reports show it."""
    return f"{line.day:%a} {line.day.isoformat()}"


class _Names:
    """What a report calls people and entities, and where the entities are."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._people: dict[str, str] = {}
        self._entities: dict[str, Fact] = {}
        for fact in facts:
            if fact.kind is FactKind.PERSON and fact.subject.person:
                self._people.setdefault(fact.subject.person, fact.display)
            if fact.kind is FactKind.ENTITY and fact.subject.entity:
                self._entities.setdefault(fact.subject.entity, fact)

    def about(self, fact: Fact) -> str:
        """What a figure is of, in the report's words; no address of a person is in it."""
        told, what = fact.subject, _WORDS.get(fact.subject.what, fact.subject.what)
        if told.entity is not None:
            named = self._entities.get(told.entity)
            what = f"{what} {shown_text(named.display if named else told.entity, longest=_LONGEST_ABOUT)}"
        if told.project is not None:
            what = f"{what} {shown_text(told.project or NO_PROJECT, longest=_LONGEST_ABOUT)}"
        person = self._people.get(told.person or "", "")
        return ", ".join(shown_text(part) for part in (what, person) if part)

    def url(self, fact: Fact) -> str | None:
        """Where the entity is that a figure is of."""
        named = self._entities.get(fact.subject.entity or "")
        return named.url if named else None
