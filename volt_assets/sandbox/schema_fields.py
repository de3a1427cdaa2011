"""How each kind of field of a Fibery database is made: the names, types and meta keys of reference/fibery.md 2.2.

Not here: which database has which fields (`schema.py`, `schema_planning.py`).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.fibery_types import COMMENT, DOCUMENT, USER, Field, Type

PLAIN: Final = {"fibery/secured?": True}
SYSTEM: Final = {"fibery/secured?": False, "fibery/readonly?": True}
_MIXINS: Final = ("fibery/rank-mixin", "Files/Files-mixin", "documents/documents-mixin")
COLLECTION: Final = {"fibery/collection?": True}
_HOURS: Final = {"ui/number-unit": "HOURS", "ui/number-precision": 2, "ui/number-format": "Number", "fibery/secured?": True}


def text(name: str, kind: str = "fibery/text", **meta: object) -> Field:
    """A field with a plain value; keyword `formula=True` marks a computed one."""
    if meta.pop("formula", False):
        meta |= {"formula/formula?": True, "fibery/readonly?": True, "formula/formula": _formula(name)}
    return Field(name, kind, PLAIN | meta)


def _formula(name: str) -> dict[str, object]:
    return {"expression": ["q/get", "$field"], "params": {"$field": stable_uuid("formula", name)}}


def title(name: str, *, formula: bool = False) -> Field:
    """The title field, which may be computed."""
    made = text(name, formula=formula)
    return Field(name, made.type_name, {**made.meta, "ui/title?": True})


def document(name: str) -> Field:
    """A rich text."""
    return Field(name, DOCUMENT, {"fibery/entity-component?": True, "fibery/required?": True})


def select(name: str, database: str, type_name: str | None = None, *, several: bool = False) -> Field:
    """A single select, or with `several` a multi select; its type keeps the name it was made with (2.1)."""
    meta: dict[str, object] = {"fibery/type-component?": True, "fibery/relation": stable_uuid("select", name, database)}
    meta |= COLLECTION if several else {}
    return Field(name, type_name or f"{name}_{database}", meta)


def one(name: str, target: str, relation: str) -> Field:
    """A to-one relation; both ends share the relation's name."""
    return Field(name, target, {"fibery/relation": stable_uuid("relation", relation)})


def many(name: str, target: str, relation: str) -> Field:
    """A to-many relation."""
    return Field(name, target, COLLECTION | {"fibery/relation": stable_uuid("relation", relation)})


def hours(name: str, *, formula: bool = False) -> Field:
    """A number of hours."""
    made = text(name, "fibery/decimal", formula=formula)
    return Field(name, made.type_name, _HOURS | dict(made.meta))


def lookup(name: str, target: str, *, several: bool = False) -> Field:
    """What is found at the end of other relations: it has no relation of its own (2.2)."""
    meta: dict[str, object] = {
        "formula/lookup?": True,
        "formula/formula?": True,
        "fibery/readonly?": True,
        "formula/formula": _formula(name),
    }
    return Field(name, target, meta | ({**COLLECTION, "fibery/field-reversed-collection?": True} if several else {}))


def described(field: Field, description: str) -> Field:
    """The field with what people wrote about it."""
    return replace(field, description=description)


def _base() -> tuple[Field, ...]:
    return (
        Field("fibery/id", "fibery/uuid", SYSTEM | {"fibery/id?": True}),
        Field("fibery/public-id", "fibery/text", SYSTEM | {"fibery/public-id?": True}),
        Field("fibery/creation-date", "fibery/date-time", SYSTEM | {"fibery/creation-date?": True}),
        Field("fibery/modification-date", "fibery/date-time", SYSTEM | {"fibery/modification-date?": True}),
        Field("fibery/created-by", USER, {"fibery/readonly?": True, "fibery/relation": stable_uuid("created-by")}),
        Field("fibery/rank", "fibery/rank", SYSTEM),
        Field("documents/documents", "fibery/view", COLLECTION),
        Field("whiteboards/whiteboards", "fibery/view", COLLECTION),
        Field("Files/Files", "fibery/file", COLLECTION | {"fibery/relation": stable_uuid("files")}),
    )


def workflow(database: str, *, assigned: bool = True) -> tuple[Field, ...]:
    """The states of a database, and who is assigned unless nobody can be."""
    meta = {"fibery/required?": True, "fibery/type-component?": True, "fibery/relation": stable_uuid("state", database)}
    assignees = (many("assignments/assignees", USER, f"assignees {database}"),) if assigned else ()
    return (Field("workflow/state", f"workflow/state_{database}", meta), *assignees)


def comments(database: str) -> Field:
    """The comments of a database."""
    return many("comments/comments", COMMENT, f"comments {database}")


def dates(space: str) -> tuple[Field, ...]:
    """Planned and actual dates."""
    return (
        text(f"{space}/Planned Start", "fibery/date"),
        text(f"{space}/Planned End", "fibery/date"),
        text(f"{space}/Started Date", "fibery/date-time"),
        text(f"{space}/Completion Date", "fibery/date-time"),
    )


def timer(space: str) -> tuple[Field, ...]:
    """What the team's formulas say for Toggl."""
    return (
        hours(f"{space}/Time spent (H)", formula=True),
        text(f"{space}/Toggl", formula=True),
        text(f"{space}/Start Timer in Toggl", "fibery/url", formula=True),
    )


def database(name: str, fields: Iterable[Field], *mixins: str, secured: bool = True, description: str = "") -> Type:
    """A database with the fields that every one has, and these."""
    meta = {
        "fibery/domain?": True, "fibery/primitive?": False, "fibery/secured?": secured, "ui/color": "#2978FB",
        "app/mixins": dict.fromkeys((*_MIXINS, *mixins), True),
        "ui/units": [{"type": "title"}, {"type": "id"}],
    }  # fmt: skip
    return Type(name, (*_base(), *fields), meta, description=description)
