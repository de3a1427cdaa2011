"""The schema as Fibery sends it: with or without what was deleted, with or without descriptions, under a tag for caches.

No types of its own: `schema.py` has those of the world.
"""

import hashlib
import json
from collections.abc import Mapping

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.fibery_types import Field, Type, Workspace


def schema_json(workspace: Workspace, *, deleted: bool = True, descriptions: bool = False) -> dict[str, object]:
    """The schema as `GET /api/schema` gives it. A live field of a deleted type stays either way."""
    return {
        "fibery/version": workspace.schema_version,
        "fibery/id": stable_uuid("schema"),
        "fibery/meta": {"fibery/version": "1.0.79", "fibery/rel-version": "1.0.8", "fibery/maintenance?": False},
        "fibery/types": [_type(kind, deleted, descriptions) for kind in workspace.types if deleted or not kind.deleted],
    }


def schema_tag(schema: Mapping[str, object]) -> str:
    """Its ETag: the same for the same schema, whoever asks."""
    return '"' + hashlib.sha256(json.dumps(schema).encode()).hexdigest()[:32] + '"'


def is_current(tag: str, if_none_match: str | None) -> bool:
    """Whether the client has this version, by the header it sent."""
    known = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in known or "*" in known


def _type(kind: Type, deleted: bool, descriptions: bool) -> dict[str, object]:
    return {
        "fibery/name": kind.name,
        "fibery/id": kind.type_id,
        "fibery/deleted?": kind.deleted,
        "fibery/meta": dict(kind.meta),
        "fibery/fields": [_field(kind, field, descriptions) for field in kind.fields if deleted or not field.deleted],
    } | ({"fibery/description": kind.description or None} if descriptions else {})


def _field(kind: Type, field: Field, descriptions: bool) -> dict[str, object]:
    return {
        "fibery/name": field.name,
        "fibery/type": field.type_name,
        "fibery/id": field.field_id(kind),
        "fibery/deleted?": field.deleted,
        "fibery/meta": dict(field.meta),
    } | ({"fibery/description": field.description or None} if descriptions else {})
