"""How the coverage report says what the configuration misses, with the lines to paste. Not here: finding it, hours without an entity."""

from collections.abc import Sequence

from volt_assets.domain.config_fixes import block_to_paste
from volt_assets.domain.coverage_fit import (
    HIGH_PEOPLE,
    HIGH_PERCENT,
    MEDIUM_PEOPLE,
    MEDIUM_PERCENT,
    Correction,
    UncoveredType,
    UnjoinedPerson,
)
from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.plans import MissingField

_PLACE = "config/enrichment_config.yaml"
_ELSEWHERE = "its lines are in coverage_report.json"
_PRIORITIES = (
    f"Priority is high from {HIGH_PERCENT} % of the week's time or {HIGH_PEOPLE} people on, "
    f"medium from {MEDIUM_PERCENT} % or {MEDIUM_PEOPLE} people on: what most of the time and most of the people miss comes first."
)
_CORRECTED = f"In {_PLACE}, put these entries in the place of theirs:"


def types_section(book: FactBook, types: Sequence[UncoveredType]) -> Section:
    """The types that are not configured, with the lines that configure those that Fibery has."""
    title = "Types that are not configured"
    if not types:
        return Section(id="uncovered_types", title=title)
    columns = ("Type", "In Fibery", "Priority", "Entities", "People", "Time", "What to do")
    told = f"Descriptions name these types, but {_PLACE} does not: their fields are not read, and what is open in them is not known."
    paste = (
        ("The lines below the table go under enrichment_activities.",)
        if (block := block_to_paste(one.fix for one in types if one.exists))
        else ()
    )
    return Section(
        id="uncovered_types",
        title=title,
        sentences=(told, _PRIORITIES, *paste),
        tables=(Table(columns=columns, rows=tuple(_type_row(book, one) for one in types), numeric=(3, 4, 5)),),
        code=block,
    )


def _type_row(book: FactBook, one: UncoveredType) -> tuple[str, ...]:
    name = f"{one.space}/{one.database}"
    return (
        book.text(name, about("type")),
        "yes" if one.exists else "no",
        one.priority.value,
        book.count(one.entities, about(f"entities of {name}")),
        book.count(one.people, about(f"people of {name}")),
        book.duration(one.duration_seconds, about(f"type {name}")),
        _type_advice(one),
    )


def _type_advice(one: UncoveredType) -> str:
    if not one.exists:
        return "no such database in Fibery: correct the label, the formula that writes it, or the alias that names it"
    if one.fix is None:
        return "its name has space at an end: rename it in Fibery"
    return "paste its lines below" if block_to_paste([one.fix]) else _ELSEWHERE


def databases_section(book: FactBook, corrections: Sequence[Correction], missing: Sequence[str]) -> Section:
    """The configured databases that Fibery does not have, with the entries under their likely new names."""
    of_these = {one.database: one for one in corrections if one.database in missing}
    bullets = tuple(f"{book.text(name, about('database'))}{_advice(book, of_these.get(name))}" for name in missing)
    block = block_to_paste(one.fix for one in of_these.values())
    sentence = "Fibery has no databases of these configured names: they were renamed or removed, or are hidden from the token's user."
    return Section(
        id="missing_databases",
        title="Databases that do not exist",
        sentences=(sentence, *([_CORRECTED] if block else [])) if bullets else (),
        bullets=bullets,
        code=block,
    )


def _advice(book: FactBook, one: Correction | None) -> str:
    if one is None or one.nearest is None:
        return "; nothing there has a like name: take its entry out, if it is gone"
    nearest = f"; the nearest name is {book.text(one.nearest, about('database'))}"
    return nearest if one.fix else f"{nearest}, which is configured already: take this entry out"


def fields_section(book: FactBook, corrections: Sequence[Correction], missing: Sequence[MissingField]) -> Section:
    """The configured fields that are not there, with their databases' entries without them or with the nearest names."""
    bullets = [f"{book.text(f'{one.database}: {one.field}', about('field'))}{_nearest(book, one)}" for one in missing]
    names = {one.database for one in missing}
    block = block_to_paste(one.fix for one in corrections if one.database in names)
    sentence = "These configured fields are not in Fibery's schema and were not asked for."
    return Section(
        id="missing_fields",
        title="Fields that do not exist",
        sentences=(sentence, *([_CORRECTED] if block else [])) if bullets else (),
        bullets=tuple(bullets),
        code=block,
    )


def _nearest(book: FactBook, one: MissingField) -> str:
    return f"; the nearest name is {book.text(one.nearest, about('field'))}" if one.nearest else ""


def people_section(book: FactBook, people: Sequence[UnjoinedPerson]) -> Section:
    """Who could not be joined. Addresses are in no report, so the line to paste is in the JSON."""
    bullets = [f"{book.person(one.name, one.person)}: {_person_advice(book, one)}" for one in people]
    sentences = (
        "Nobody in Fibery has the address of these people, so what is assigned to them is in no report.",
        "Their lines for people.aliases in config/volt.yaml are in coverage_report.json, under unjoined_people: "
        "look them over, for likely is not certain.",
    )
    return Section(
        id="unjoined_people",
        title="People who could not be joined",
        sentences=sentences if bullets else (),
        bullets=tuple(bullets),
    )


def _person_advice(book: FactBook, one: UnjoinedPerson) -> str:
    if one.fix is None:
        return "their address in Toggl is none: correct it there"
    if one.likely_user is None:
        return "Fibery has nobody of a like name; put their address there into the line, if they have one"
    return f"perhaps {book.text(one.likely_user, about('likely Fibery user'))} in Fibery"
