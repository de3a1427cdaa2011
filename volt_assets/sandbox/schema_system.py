"""The types that Fibery brings along: primitives, users, comments, files, documents, and the shape of selects.

No database of the team's own. Field lists as recorded (reference/fibery.md 2.2).
"""

from typing import Final

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.fibery_types import COMMENT, DOCUMENT, USER, Field, Type

_PRIMITIVES: Final = (
    "uuid", "text", "email", "url", "emoji", "color", "int", "decimal", "bool", "date", "date-time", "date-range",
    "date-time-range", "rank", "json-value",
)  # fmt: skip
_READONLY: Final = {"fibery/readonly?": True, "fibery/secured?": False}


def _field(name: str, kind: str, **meta: object) -> Field:
    return Field(name, f"fibery/{kind}", meta)


def _relation(name: str, target: str, *, collection: bool = False) -> Field:
    meta: dict[str, object] = {"fibery/relation": stable_uuid("system relation", name, target)}
    return Field(name, target, meta | ({"fibery/collection?": True} if collection else {}))


def _id() -> Field:
    return Field("fibery/id", "fibery/uuid", _READONLY | {"fibery/id?": True})


def _public_id() -> Field:
    return Field("fibery/public-id", "fibery/text", _READONLY | {"fibery/public-id?": True})


def enum_type(name: str, *, workflow: bool, typed: bool = True, several: bool = False) -> Type:
    """A select list or, with `workflow`, the states of one database; those of old workspaces are not `typed`."""
    states = (
        _field("workflow/Final", "bool"),
        *((_field("workflow/Type", "text"),) if typed else ()),
        _relation("workflow/objects", name.removeprefix("workflow/state_"), collection=True),
    )
    objects = (_relation("enum/objects", name.split("_", maxsplit=1)[-1], collection=True),)
    own = states if workflow else objects if several else ()
    fields = (
        _id(), _public_id(), _field("enum/name", "text", **{"ui/title?": True}), _field("enum/color", "color"),
        _field("enum/icon", "emoji"), _field("fibery/rank", "rank"), *own,
    )  # fmt: skip
    return Type(name, fields, {"fibery/enum?": True, "fibery/type-component?": True, "fibery/primitive?": False})


_USER_FIELDS: Final = (
    _id(), _public_id(), _field("user/name", "text", **{"ui/title?": True}), _field("user/email", "email"),
    _field("fibery/active?", "bool"), _field("fibery/admin?", "bool"), _field("fibery/guest?", "bool"),
    _field("fibery/role", "text"), _relation("fibery/user-groups", "fibery/user-group", collection=True),
    _relation("avatar/avatars", "fibery/file", collection=True), _field("icon/icon", "emoji"),
    _field("fibery/creation-date", "date-time"), _field("fibery/modification-date", "date-time"),
    _field("fibery/rank", "rank"), _field("user/Office", "text"),
)  # fmt: skip

_COMMENT_FIELDS: Final = (
    _id(), _public_id(), _field("fibery/creation-date", "date-time"), _relation("comment/author", USER),
    _field("comment/document-secret", "uuid"), _relation("comments/parent", COMMENT), _relation("fibery/created-by", USER),
)  # fmt: skip

_FILE_FIELDS: Final = (
    _id(), _field("fibery/name", "text", **{"ui/title?": True}), _field("fibery/content-type", "text"),
    _field("fibery/content-length", "int"), _field("fibery/secret", "text"), _field("fibery/rank", "rank"),
    _field("fibery/creation-date", "date-time"),
)  # fmt: skip

_DOCUMENT_FIELDS: Final = (
    _id(), _field("Collaboration~Documents/secret", "text"),
    _field("Collaboration~Documents/modification-date", "date-time"), _field("Collaboration~Documents/Snippet", "text"),
)  # fmt: skip

_GROUP_FIELDS: Final = (_id(), _public_id(), _field("fibery/name", "text", **{"ui/title?": True}))
_PLATFORM: Final = {"fibery/platform?": True, "fibery/primitive?": False}

SYSTEM_TYPES: Final = (
    *(Type(f"fibery/{name}", (), {"fibery/primitive?": True, "fibery/platform?": True}) for name in _PRIMITIVES),
    Type(USER, _USER_FIELDS, {"fibery/domain?": True, "fibery/primitive?": False, "fibery/platform?": True, "fibery/secured?": True}),
    Type("fibery/user-group", _GROUP_FIELDS, _PLATFORM),
    Type(COMMENT, _COMMENT_FIELDS, _PLATFORM | {"fibery/secured?": True}),
    Type("fibery/file", _FILE_FIELDS, _PLATFORM),
    Type(DOCUMENT, _DOCUMENT_FIELDS, _PLATFORM),
    Type("fibery/view", (_id(), _field("fibery/name", "text", **{"ui/title?": True})), _PLATFORM),
    Type("fibery/Button", (_id(),), _PLATFORM),
    Type("fibery/entity-ref", (_id(),), _PLATFORM),
    Type("fibery/multi-relation", (_id(),), _PLATFORM),
)
