"""Where a page's figures come from: each figure with the figures it is made of, or its time entries, numbered on the page.

Nothing here is a new figure: displays, parts and entries are the report's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.entry_lines import EntryLine
from volt_assets.domain.facts import SLOT, Fact, FactKind, shown_text
from volt_assets.domain.report_file import made_of
from volt_assets.domain.report_parts import NO_PROJECT
from volt_assets.domain.values import Value

FIGURES = frozenset({FactKind.DURATION, FactKind.GROWTH, FactKind.SHARE, FactKind.COUNT})
MOST_ENTRIES, MOST_LINES = 1_500, 1_500
"""Above these a page would be too heavy to open; it leads to the file beside it instead."""
_LONGEST_ABOUT = 120


class Part(Value):
    """A figure that another one is made of."""

    fact: str
    display: str


class SourceLine(Value):
    """One figure: what it is of, and its parts, or the numbers of its entries on the page as ranges.

    `entries` counts all its entries, `unlisted` those that the page does not list.
    """

    fact: str
    display: str
    about: str
    url: str | None
    parts: tuple[Part, ...]
    ranges: tuple[tuple[int, int], ...]
    entries: int
    unlisted: int


class EntryRow(Value):
    """An entry with its number on the page, and where Toggl shows its day."""

    number: int
    line: EntryLine
    url: str | None


class PageSources(Value):
    """All that a page's figures come from. `has_all_entries`: none was left out because there were too many."""

    lines: tuple[SourceLine, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    has_all_entries: bool = True

    @property
    def linked(self) -> frozenset[str]:
        """The facts that have a line to lead to."""
        return frozenset(line.fact for line in self.lines)


def page_sources(report: Report, entries: Mapping[int, EntryLine]) -> PageSources:
    """The figures that a report and its charts show, and those that these are made of; `entries` are the week's by id, in order."""
    facts, parts = {fact.id: fact for fact in report.facts}, made_of(report)
    told = _reached(_shown(report), facts, parts)
    if len(told) > MOST_LINES:
        return PageSources(has_all_entries=False)
    numbered = _numbered({one for fact in told for one in fact.entry_ids}, entries)
    days = {fact.display: fact.url for fact in report.facts if fact.kind is FactKind.TEXT and fact.url}
    names = _Names(report.facts)
    lines = tuple(_line(fact, [facts[one] for one in parts.get(fact.id, ())], numbered, names) for fact in told)
    rows = (EntryRow(number=number, line=entries[one], url=days.get(_day(entries[one]))) for one, number in numbered.items())
    return PageSources(lines=lines, entries=tuple(rows), has_all_entries=bool(numbered) or not any(fact.entry_ids for fact in told))


def _shown(report: Report) -> Iterator[str]:
    """The facts that the page shows, as it shows them."""
    for section in report.sections:
        yield from _slots(_texts(section))
    yield from _slots(report.notes)
    for chart in report.charts:
        yield from _slots(_chart_texts(chart))


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


def _reached(shown: Iterable[str], facts: Mapping[str, Fact], parts: Mapping[str, Sequence[str]]) -> list[Fact]:
    """The figures among the facts that are shown, and all that these lead to; what rests on no entry of the week leads nowhere."""
    found: dict[str, Fact] = {}
    waiting = list(shown)
    while waiting:
        following: list[str] = []
        for name in waiting:
            fact = facts[name]
            if name not in found and fact.kind in FIGURES and (fact.entry_ids or name in parts):
                found[name] = fact
                following += parts.get(name, ())
        waiting = following
    return list(found.values())


def _numbered(wanted: set[int], entries: Mapping[int, EntryLine]) -> dict[int, int]:
    """The entries that the page lists, numbered in their order; none at all where they are too many."""
    listed = [one for one in entries if one in wanted]
    return {} if len(listed) > MOST_ENTRIES else {one: number for number, one in enumerate(listed, 1)}


def _line(fact: Fact, parts: Sequence[Fact], numbered: Mapping[int, int], names: "_Names") -> SourceLine:
    numbers = sorted(numbered[one] for one in fact.entry_ids if one in numbered)
    return SourceLine(
        fact=fact.id,
        display=fact.display,
        about=names.about(fact),
        url=names.url(fact),
        parts=() if fact.entry_ids else tuple(Part(fact=one.id, display=one.display) for one in parts),
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
        told, parts = fact.subject, [fact.subject.what]
        if told.person is not None:
            parts.append(self._people.get(told.person, ""))
        if told.entity is not None:
            named = self._entities.get(told.entity)
            parts.append(named.display if named else told.entity)
        if told.project is not None:
            parts.append(told.project or NO_PROJECT)
        return ", ".join(shown_text(part, longest=_LONGEST_ABOUT) for part in parts if part)

    def url(self, fact: Fact) -> str | None:
        """Where the entity is that a figure is of."""
        named = self._entities.get(fact.subject.entity or "")
        return named.url if named else None
