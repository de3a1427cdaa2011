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
from volt_assets.domain.field_fit import FieldProblem, MissingField
from volt_assets.domain.report_parts import NOBODY_IN_FIBERY
from volt_assets.domain.schema_fit import AbsentDatabase, what_to_write

_PLACE = "config/enrichment_config.yaml"
_ELSEWHERE = "its lines are in coverage_report.json"
PRIORITIES = (
    f"Priority is high from {HIGH_PERCENT} % of the week's time or {HIGH_PEOPLE} people on, "
    f"medium from {MEDIUM_PERCENT} % or {MEDIUM_PEOPLE} people on: what most of the time and most of the people miss comes first."
)
ALIAS_LINES = (
    "The line of each is in coverage_report.json, as fix under unjoined_people, and volt-agent doctor shows the likely ones in a "
    "terminal: each goes on a line of its own below aliases, which stands under people in config/volt.yaml; where aliases has {} "
    "behind it, take that away first. Look them over, for likely is not certain."
)
_CORRECTED = f"In {_PLACE}, put these entries in the place of theirs:"


def types_section(book: FactBook, types: Sequence[UncoveredType], corrections: Sequence[Correction]) -> Section:
    """The types that are not configured, with the lines that configure those that Fibery has."""
    title, left_out = "Types that are not configured", _left_out(book, corrections)
    if not types:
        return Section(id="uncovered_types", title=title, sentences=left_out)
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
        sentences=(told, PRIORITIES, *left_out, *paste),
        tables=(Table(columns=columns, rows=tuple(_type_row(book, one) for one in types), numeric=(3, 4, 5)),),
        code=block,
    )


def _left_out(book: FactBook, corrections: Sequence[Correction]) -> tuple[str, ...]:
    """A database that is configured twice would not load."""
    covered = [one.absent.nearest for one in corrections if one.absent and one.absent.nearest and one.fix]
    names = ", ".join(book.text(name, about("database")) for name in covered)
    return (f"Left out here, for the corrections of databases that do not exist cover them: {names}.",) if covered else ()


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


def databases_section(book: FactBook, corrections: Sequence[Correction]) -> Section:
    """The configured databases that Fibery does not have, with the entries under their likely new names."""
    bullets = tuple(f"{book.text(one.database, about('database'))}: {_advice(book, one.absent)}" for one in corrections if one.absent)
    block = block_to_paste(one.fix for one in corrections if one.absent)
    sentence = "Fibery has no databases of these configured names: they were renamed or removed, or are hidden from the token's user."
    return Section(
        id="missing_databases",
        title="Databases that do not exist",
        sentences=(sentence, *([_CORRECTED] if block else [])) if bullets else (),
        bullets=bullets,
        code=block,
    )


def _advice(book: FactBook, absent: AbsentDatabase) -> str:
    return what_to_write(absent, "its entry", lambda name: book.text(name, about("database")))


def fields_section(book: FactBook, corrections: Sequence[Correction], missing: Sequence[MissingField]) -> Section:
    """The configured fields that are not there, with their databases' entries without them or with the nearest names."""
    bullets = [f"{book.text(f'{one.database}: {one.field}', about('field'))}{_nearest(book, one)}" for one in missing]
    block = block_to_paste(one.fix for one in corrections if one.absent is None)
    sentence = "These configured fields do not fit Fibery's schema and were not asked for as they stand."
    return Section(
        id="missing_fields",
        title="Fields that do not exist",
        sentences=(sentence, *([_CORRECTED] if block else [])) if bullets else (),
        bullets=tuple(bullets),
        code=block,
    )


def _nearest(book: FactBook, one: MissingField) -> str:
    if one.problem is FieldProblem.TECHNICAL:
        return "; its values mean nothing to people"
    if one.problem is FieldProblem.LEADS_NOWHERE:
        return "; it is configured as a parent and leads to no entity"
    found = "it was renamed to" if one.problem is FieldProblem.RENAMED else "the nearest name is"
    return f"; {found} {book.text(one.nearest, about('field'))}" if one.nearest else "; if it was renamed, write its new name"


def people_section(book: FactBook, people: Sequence[UnjoinedPerson]) -> Section:
    """Who could not be joined. Addresses are in no report, so the line to paste is in the JSON."""
    bullets = [f"{book.person(one.name, one.person, told=NOBODY_IN_FIBERY)}: {_person_advice(book, one)}" for one in people]
    sentences = (
        "Nobody in Fibery has the address of these people, so what is assigned to them is in no report.",
        ALIAS_LINES,
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
