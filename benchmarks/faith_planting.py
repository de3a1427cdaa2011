"""The places of a report where something can be said, and a report with one of them changed. Not here: which errors are planted.

Shares nothing with what checks reports: only the report's own values, and code of its own to find what stands where.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.facts import Fact, FactKind

SLOT = re.compile(r"\{f:([a-z]+\d+)\}")
Item = TypeVar("Item")
SPOKEN = frozenset({"sentence", "bullet", "note"})


class Planted(StrEnum):
    """The classes of planted errors."""

    VALUE = "value"
    UNIT = "unit"
    NAME = "name"
    SCOPE = "scope"
    STATE = "state"
    SIGN = "sign"
    ENTITY = "entity, id"
    IDENTITY = "identity (sum)"
    MARKUP = "link, markup"
    NUMBER_WORD = "number word"
    PERCENT = "percent"
    COUNT = "count"
    DATE = "date"
    FOREIGN_NAME = "foreign name"
    COMPLETION = "completion word"
    UNFOUNDED = "cause, praise"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: the kind of place, the section (-1: none), and up to three numbers in it."""

    kind: str
    section: int
    at: tuple[int, ...]
    text: str

    @property
    def is_spoken(self) -> bool:
        """Whether it is a sentence of some kind, and no cell of a table."""
        return self.kind in SPOKEN

    @property
    def slots(self) -> tuple[str, ...]:
        """The ids of the facts it names, in order."""
        return tuple(SLOT.findall(self.text))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A report with one planted error: of which class, where, and what stands there now instead of what."""

    report: Report
    planted: Planted
    where: str
    before: str
    after: str


class Book:
    """A report opened for planting."""

    def __init__(self, report: Report, people: tuple[str, ...]) -> None:
        self.report = report
        self.people = people
        self.facts: Mapping[str, Fact] = {fact.id: fact for fact in report.facts}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every text of the report: titles, sentences, bullets, cells, notes."""
        return tuple(_places(self.report))

    @cached_property
    def lines(self) -> frozenset[str]:
        """What its sentences, bullets and notes say: true of the week, wherever it stands."""
        return frozenset(self.shown(place.text) for place in self.places if place.is_spoken)

    @cached_property
    def told(self) -> frozenset[str]:
        """The facts that a text names."""
        return frozenset(slot for place in self.places for slot in place.slots)

    def uses(self, *kinds: FactKind) -> list[tuple[Place, str]]:
        """Each slot of these kinds with its place."""
        return [(place, slot) for place in self.places for slot in place.slots if self.facts[slot].kind in kinds]

    def one_use(self, chance: random.Random, *kinds: FactKind) -> tuple[Place, Fact] | None:
        """A place and a fact of these kinds that is told there; None where there is none."""
        uses = self.uses(*kinds)
        if not uses:
            return None
        place, slot = chance.choice(uses)
        return place, self.facts[slot]

    def of(self, *kinds: FactKind) -> list[Fact]:
        """The told facts of these kinds."""
        return [fact for fact in self.report.facts if fact.kind in kinds and fact.id in self.told]

    def shown(self, text: str) -> str:
        """A text with the facts' display forms."""
        return SLOT.sub(lambda found: self.facts[found[1]].display, text)

    def row(self, place: Place) -> tuple[Place, ...]:
        """The cells of the row that a cell is in; of any other place, itself."""
        if place.kind != "cell":
            return (place,)
        return tuple(one for one in self.places if one.kind == "cell" and one.section == place.section and one.at[:2] == place.at[:2])

    def rewritten(self, planted: Planted, place: Place, text: str) -> Mutant | None:
        """The report with another text in this place; None where that shows nothing else, or what another line says anyway."""
        before, after = self.shown(place.text), self.shown(text)
        if before == after or after in self.lines:
            return None
        return Mutant(_with_text(self.report, place, text), planted, _where(self.report, place), before, after)

    def without(self, planted: Planted, place: Place, *, times: int) -> Mutant | None:
        """The report with the row of a cell there so many times: none, or twice."""
        table, row, _ = place.at
        section = self.report.sections[place.section]
        old = section.tables[table]
        changed = old.model_copy(update={"rows": (*old.rows[:row], *[old.rows[row]] * times, *old.rows[row + 1 :])})
        told = section.model_copy(update={"tables": _replaced(section.tables, table, changed)})
        report = self.report.model_copy(update={"sections": _replaced(self.report.sections, place.section, told)})
        line = self.shown(" | ".join(old.rows[row]))
        return Mutant(report, planted, _where(self.report, place), line, f"the row stands there {times} times")

    def reshown(self, planted: Planted, fact: Fact, place: Place, **changes: object) -> Mutant | None:
        """The report with another display form of a fact; None where it is no other."""
        if all(getattr(fact, name) == value for name, value in changes.items()):
            return None
        changed = tuple(fact.model_copy(update=changes) if one.id == fact.id else one for one in self.report.facts)
        report = self.report.model_copy(update={"facts": changed})
        before = self.shown(place.text)
        after = Book(report, self.people).shown(place.text)
        return Mutant(report, planted, _where(self.report, place), before, f"{after}  [fact {fact.id}: {changes}]")


def swapped(place: Place, old: str, new: str, nth: int = 0) -> str:
    """A place's text with one slot's fact put for another's."""
    return literal(place, old, f"{{f:{new}}}", nth)


def literal(place: Place, slot: str, text: str, nth: int = 0) -> str:
    """A place's text with words in place of a slot."""
    parts = place.text.split(f"{{f:{slot}}}")
    return f"{{f:{slot}}}".join(parts[: nth + 1]) + text + f"{{f:{slot}}}".join(parts[nth + 1 :])


def _places(report: Report) -> Iterator[Place]:
    yield Place("title", -1, (), report.title)
    for at, section in enumerate(report.sections):
        yield from (Place("heading", at, (), text) for text in [section.title] if text)
        yield from (Place("sentence", at, (nth,), text) for nth, text in enumerate(section.sentences))
        yield from (Place("bullet", at, (nth,), text) for nth, text in enumerate(section.bullets))
        for table, one in enumerate(section.tables):
            for row, cells in enumerate(one.rows):
                yield from (Place("cell", at, (table, row, column), text) for column, text in enumerate(cells))
    yield from (Place("note", -1, (nth,), text) for nth, text in enumerate(report.notes))


def _where(report: Report, place: Place) -> str:
    section = report.sections[place.section].id if place.section >= 0 else "notes"
    return f"{report.kind} {section} {place.kind} {'.'.join(map(str, place.at))}"


def _with_text(report: Report, place: Place, text: str) -> Report:
    if place.kind == "title":
        return report.model_copy(update={"title": text})
    if place.kind == "note":
        return report.model_copy(update={"notes": _replaced(report.notes, place.at[0], text)})
    section = _changed(report.sections[place.section], place, text)
    return report.model_copy(update={"sections": _replaced(report.sections, place.section, section)})


def _changed(section: Section, place: Place, text: str) -> Section:
    if place.kind == "heading":
        return section.model_copy(update={"title": text})
    if place.kind == "sentence":
        return section.model_copy(update={"sentences": _replaced(section.sentences, place.at[0], text)})
    if place.kind == "bullet":
        return section.model_copy(update={"bullets": _replaced(section.bullets, place.at[0], text)})
    table, row, column = place.at
    rows = _replaced(section.tables[table].rows, row, _replaced(section.tables[table].rows[row], column, text))
    changed = section.tables[table].model_copy(update={"rows": rows})
    return section.model_copy(update={"tables": _replaced(section.tables, table, changed)})


def _replaced(items: tuple[Item, ...], at: int, item: Item) -> tuple[Item, ...]:
    return (*items[:at], item, *items[at + 1 :])
