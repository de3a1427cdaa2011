"""Errors planted into reports, for the tests of the checker. Not here: the checker, and nothing of it is used here.

Each planter makes one sentence, bullet or cell of a report false and gives the report back; a report without a place for it gives none.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from volt_assets.domain.drafts import Report, plain_text
from volt_assets.domain.facts import Fact

_MARK = re.compile(r"\{f:([a-z]+[0-9]+)\}")


class Place(NamedTuple):
    """Where a text stands: its section, the table's row where it is a cell, and which it is there."""

    section: int
    part: str
    table: int
    row: int
    at: int
    text: str


def places(report: Report) -> Iterator[Place]:
    for number, section in enumerate(report.sections):
        yield from (Place(number, "sentences", 0, 0, at, text) for at, text in enumerate(section.sentences))
        yield from (Place(number, "bullets", 0, 0, at, text) for at, text in enumerate(section.bullets))
        for index, table in enumerate(section.tables):
            for row, cells in enumerate(table.rows):
                yield from (Place(number, "tables", index, row, at, text) for at, text in enumerate(cells))


def replaced(report: Report, place: Place, text: str) -> Report:
    section = report.sections[place.section]
    if place.part == "tables":
        table = section.tables[place.table]
        cells = tuple(text if at == place.at else cell for at, cell in enumerate(table.rows[place.row]))
        rows = tuple(cells if at == place.row else row for at, row in enumerate(table.rows))
        tables = tuple(table.model_copy(update={"rows": rows}) if at == place.table else one for at, one in enumerate(section.tables))
        changed = section.model_copy(update={"tables": tables})
    else:
        lines = tuple(text if at == place.at else line for at, line in enumerate(getattr(section, place.part)))
        changed = section.model_copy(update={place.part: lines})
    return report.model_copy(update={"sections": tuple(changed if at == place.section else one for at, one in enumerate(report.sections))})


def mark(fact: Fact) -> str:
    return f"{{f:{fact.id}}}"


def _facts(report: Report, place: Place, *kinds: str) -> list[Fact]:
    known = {fact.id: fact for fact in report.facts}
    return [known[name] for name in _MARK.findall(place.text) if known[name].kind.value in kinds]


FIGURES = ("duration", "count", "percent", "growth")


def figure_digit(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, *FIGURES):
        at = rng.choice([at for at, letter in enumerate(fact.display) if letter.isdigit()])
        other = rng.choice([digit for digit in "0123456789" if digit != fact.display[at]])
        yield place.text.replace(mark(fact), fact.display[:at] + other + fact.display[at + 1 :], 1)


def figure_unit(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, *FIGURES):
        yield place.text.replace(mark(fact), f"{mark(fact)} {rng.choice(['hours', 'minutes', 'days', 'percent'])}", 1)
        number = re.sub(r"\D.*", "", fact.display) or "1"
        yield place.text.replace(mark(fact), f"{number} {rng.choice(['h', 'min', '%', 'days', 'weeks'])}", 1)


def figure_other_kind(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, *FIGURES):
        others = [one for one in report.facts if one.kind.value in FIGURES and one.kind is not fact.kind]
        same = [one for one in others if (one.subject.person, one.subject.entity) == (fact.subject.person, fact.subject.entity)]
        if same:
            yield place.text.replace(mark(fact), mark(rng.choice(same)), 1)


def figure_of_another(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, *FIGURES):
        mine = fact.subject
        others = [
            one
            for one in report.facts
            if one.kind is fact.kind
            and one.display != fact.display
            and one.subject.what.split(" ")[0] == mine.what.split(" ")[0]
            and (one.subject.person, one.subject.entity, one.subject.project) != (mine.person, mine.entity, mine.project)
        ]
        if others:
            yield place.text.replace(mark(fact), mark(rng.choice(others)), 1)


def number_word(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    word = rng.choice(["three", "half", "twice", "doubled", "most", "none", "all", "a dozen", "forty", "several", "both"])
    pieces = place.text.split(" ")
    if len(pieces) > 1:
        at = rng.randrange(1, len(pieces))
        yield " ".join([*pieces[:at], word, *pieces[at:]])


def person(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, "person"):
        others = [one for one in report.facts if one.kind is fact.kind and one.subject.person != fact.subject.person]
        if others:
            yield place.text.replace(mark(fact), mark(rng.choice(others)), 1)


def entity(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, "entity"):
        others = [one for one in report.facts if one.kind is fact.kind and one.subject.entity != fact.subject.entity]
        if others:
            yield place.text.replace(mark(fact), mark(rng.choice(others)), 1)


def unknown_name(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    name = rng.choice(["Zora Quill", "Mark", "Ira", "the Apollo launch", "Fix the radar (Scrum/Task #777)", "Олена", "李雷", "acme"])
    for fact in _facts(report, place, "person", "entity"):
        yield place.text.replace(mark(fact), rng.choice([name, f"{mark(fact)} and {name}"]), 1)


def state(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    for fact in _facts(report, place, "state"):
        others = [one for one in report.facts if one.kind is fact.kind and one.display != fact.display]
        if others:
            yield place.text.replace(mark(fact), mark(rng.choice(others)), 1)
        yield place.text.replace(mark(fact), rng.choice(["Done", "Closed", "Released", "In Review", "finished", "shipped"]), 1)
    for fact in _facts(report, place, "entity"):
        yield place.text.replace(
            mark(fact), mark(fact) + rng.choice([", done", ", finished", " was closed", " (shipped)", " is completed"]), 1
        )


_OPPOSITES = {
    "more than": "less than",
    "the most": "the least",
    "rose": "fell",
    "fell": "rose",
    "longer": "shorter",
    "more so far": "less so far",
    "less time": "more time",
    "is billable": "is not billable",
    "went into": "never went into",
    "tracked": "did not track",
}


def sign(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    del report, rng
    for word, other in _OPPOSITES.items():
        if re.search(rf"\b{word}\b", place.text):
            yield re.sub(rf"\b{word}\b", other, place.text, count=1)


def ranking(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    """Another entity with its own time, in the place of the one that had the most."""
    if "the most time" not in place.text:
        return
    labels = _facts(report, place, "entity")
    times = [fact for fact in _facts(report, place, "duration") if fact.subject.what == "time"]
    for label, time in zip(labels, times, strict=False):
        others = [
            (one, spent)
            for one in report.facts
            for spent in report.facts
            if one.kind is label.kind and spent.kind is time.kind and one.subject.entity == spent.subject.entity != label.subject.entity
            if spent.subject.person == time.subject.person and spent.subject.what == "time" and int(spent.value) < int(time.value)
        ]
        if others:
            one, spent = rng.choice(others)
            yield place.text.replace(mark(label), mark(one), 1).replace(mark(time), mark(spent), 1)


def leader(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    """Another entity or Toggl project in the place of the one that had the most, with the time of that one or with its own."""
    yield from ranking(report, place, rng)
    if "the most" not in place.text:
        return
    for label in _facts(report, place, "entity", "text"):
        others = [one for one in report.facts if one.kind is label.kind and one.subject.what == label.subject.what and one != label]
        if others:
            yield place.text.replace(mark(label), mark(rng.choice(others)), 1)


def change_sign(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    """The other direction of a change against the week before."""
    for fact in _facts(report, place, "growth"):
        found = re.search(rf"{re.escape(mark(fact))}(?: \([^()]*\))? (more|less)\b", place.text)
        assert found
        yield place.text[: found.start(1)] + {"more": "less", "less": "more"}[found[1]] + place.text[found.end(1) :]
    if _facts(report, place, "growth"):
        other = rng.choice(["as much as", "not more than", "never less than", "twice"])
        yield re.sub(r"\b(?:more|less)(?: than)?\b", other, place.text, count=1)


def change_part(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    """Changes of others: of two in one sentence in each other's place, or of another part of the week."""
    told = _facts(report, place, "growth")
    for one, other in itertools.pairwise(told):
        yield place.text.replace(mark(one), "?").replace(mark(other), mark(one)).replace("?", mark(other))
    others = [fact for fact in report.facts if fact.kind.value == "growth" and fact not in told]
    if told and others:
        yield place.text.replace(mark(rng.choice(told)), mark(rng.choice(others)), 1)


def completion_day(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    """Another day as the one on which something was completed, or such a day of something else."""
    days = [fact for fact in report.facts if re.match(r"[A-Z][a-z]{2} \d{4}-", fact.display)]
    told = [fact for fact in _facts(report, place, "text") if fact.subject.what == "completion day"]
    for fact in told:
        yield place.text.replace(mark(fact), rng.choice(["Mon 2025-10-06", "Sunday", "the first day"]), 1)
        others = [day for day in days if day.display != fact.display]
        if others:
            yield place.text.replace(mark(fact), mark(rng.choice(others)), 1)
    named = {fact.subject.entity for fact in _facts(report, place, "entity")}
    known = [day for day in days if day.subject.what == "completion day" and day.subject.entity not in named]
    if known and named and place.part == "bullets" and not told:
        yield f"{place.text}, reached on {mark(rng.choice(known))}"


def markup(report: Report, place: Place, rng: random.Random) -> Iterator[str]:
    del report
    bad = [
        *(" [more](https://evil.example)", " https://evil.example", " ![x](https://evil.example/x.png)", " <b>bold</b>", " <img src=x>"),
        *(" **now**", " `code`", " | cell", "\u200b", "\u202e", " ~~not~~", " www.evil.example", " mailto:a@evil.example", "\n\n# Big"),
    ]
    yield place.text + rng.choice(bad)


Planter = Callable[[Report, Place, random.Random], Iterator[str]]
PLANTERS: dict[str, tuple[Planter, ...]] = {
    "value": (figure_digit, number_word),
    "unit": (figure_unit, figure_other_kind),
    "name": (entity, person, unknown_name),
    "scope": (figure_of_another,),
    "state": (state,),
    "sign": (sign, ranking),
    "leader": (leader,),
    "change": (change_sign, change_part),
    "completion": (completion_day,),
    "markup": (markup,),
}


class Planted(NamedTuple):
    """A report with one error, and what the error is."""

    report: Report
    before: str
    after: str


def plant(planter: Planter, report: Report, rng: random.Random, most: int) -> list[Planted]:
    """At most so many reports with one error each, at places that the generator picks. Each reads otherwise than before."""
    facts, found = {fact.id: fact for fact in report.facts}, []
    everywhere = [*places(report)]
    rng.shuffle(everywhere)
    for place in everywhere:
        for text in planter(report, place, rng):
            before, after = plain_text(place.text, facts), plain_text(text, facts)
            if before != after:
                found.append(Planted(replaced(report, place, text), before, after))
        if len(found) >= most:
            break
    return found[:most]
