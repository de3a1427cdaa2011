"""Configured fields that do not fit their database, with what may be meant in their place. Not here: databases, what is asked, reports."""

from collections.abc import Iterable
from enum import StrEnum

from rapidfuzz import fuzz

from volt_assets.domain.fibery_schema import Database, Field, FieldKind, normal_name
from volt_assets.domain.roles import STRUCTURAL, Role, resolve_field, role_named, usual_name
from volt_assets.domain.values import Value

_ALIKE = 75
_SYSTEM = "fibery/"


class FieldProblem(StrEnum):
    """Why a configured field is of no use."""

    MISSING = "missing"
    RENAMED = "renamed"
    TECHNICAL = "technical"
    LEADS_NOWHERE = "leads_nowhere"


class MissingField(Value):
    """A configured field that was not asked for, or a configured parent that leads to none.

    `nearest` is what to write in its place: the name it has now where it was renamed, else the one that comes nearest, if one is alike.
    """

    database: str
    field: str
    nearest: str | None
    problem: FieldProblem = FieldProblem.MISSING


def shown_field(database: Database, name: str) -> Field | None:
    """The field that a configured name means; None where there is none, or its values mean nothing to people."""
    field = resolve_field(database, name)
    return None if field is None or field.is_technical else field


def misfits(database: Database, fields: Iterable[str], parents: Iterable[str]) -> tuple[MissingField, ...]:
    """What does not fit of these configured fields and parents, each name once."""
    ways = tuple(dict.fromkeys(parents))
    absent = [name for name in fields if shown_field(database, name) is None and not _is_structural(name, database)]
    lost = [name for name in ways if shown_field(database, name) is None]
    astray = [name for name in ways if (field := shown_field(database, name)) and field.kind is not FieldKind.ENTITY]
    nowhere = (MissingField(database=database.name, field=name, nearest=None, problem=FieldProblem.LEADS_NOWHERE) for name in astray)
    return (*(_absent(database, name) for name in dict.fromkeys((*absent, *lost))), *nowhere)


def _absent(database: Database, name: str) -> MissingField:
    nearest, problem = _nearest(database, name), FieldProblem.MISSING
    if any(field.is_technical and name in (field.name, field.display) for field in database.fields):
        nearest, problem = None, FieldProblem.TECHNICAL
    elif renamed := _renamed(database, name):
        nearest, problem = renamed, FieldProblem.RENAMED
    return MissingField(database=database.name, field=name, nearest=nearest, problem=problem)


def _renamed(database: Database, name: str) -> str | None:
    """What the one field of this earlier name is called now."""
    alike = {one.new for one in database.renamed if name == one.old or normal_name(name) == normal_name(_display(one.old))}
    found = [field for field in database.fields if field.name in alike]
    return database.written(found[0]) if len(found) == 1 else None


def _nearest(database: Database, name: str) -> str | None:
    """The most alike of the fields that people made."""
    fields = [field for field in database.fields if not field.name.startswith(_SYSTEM) and not field.is_technical]
    likeness = {field.name: max(_likeness(name, field), _likeness(_display(name), field)) for field in fields}
    alike = [field for field in fields if likeness[field.name][0] >= _ALIKE]
    return database.written(max(alike, key=lambda field: likeness[field.name])) if alike else None


def _likeness(name: str, field: Field) -> tuple[float, float]:
    """By the words alone, and with units and signs."""
    words = usual_name(name), usual_name(field.display)
    exactly = fuzz.ratio(normal_name(name), normal_name(field.display))
    return (fuzz.ratio(*words) if all(words) else exactly, exactly)


def _display(name: str) -> str:
    return name.split("/", 1)[-1].strip()


def _is_structural(name: str, database: Database) -> bool:
    """Whether a name means something that is asked for anyway, such as the comments, and is there."""
    role = role_named(name)
    return role in STRUCTURAL and (role is not Role.COMMENTS or database.has_comments)
