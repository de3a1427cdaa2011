"""A small HTML page for each entity, so that a report's links lead somewhere in the sandbox.

No API: Fibery's own pages look nothing like these.
"""

import html
import re
from collections.abc import Mapping
from typing import Final

from volt_assets.sandbox.fibery_store import Store
from volt_assets.sandbox.fibery_types import Type
from volt_assets.sandbox.models import Row

_PUBLIC_ID: Final = re.compile(r"(?:^|-)(\d+)$")
_STYLE: Final = "body{font:16px sans-serif;margin:2rem auto;max-width:50rem}th{text-align:left;padding-right:2rem}"


def entity_page(store: Store, parts: Mapping[str, str]) -> str | None:
    """The page at `space/database/name`, whose last number is the public id; None where there is no such entity."""
    wanted = f"{parts['space']}/{parts['database']}".replace("_", " ")
    kind = next((one for one in store.workspace.types if one.name.replace("_", " ") == wanted and not one.deleted), None)
    found = _PUBLIC_ID.search(parts["name"])
    if kind is None or found is None:
        return None
    row = next((row for row in store.rows(kind) if row.get("fibery/public-id") == found.group(1)), None)
    return None if row is None else _page(kind, row, store)


def _page(kind: Type, row: Row, store: Store) -> str:
    title = html.escape(str(row.get(kind.title) or "Untitled"))
    state = kind.field("workflow/state")
    current = store.one(state, row) if state else None
    shown = [(field.name, row.get(field.name)) for field in kind.fields if not field.deleted and store.primitive(field)]
    facts = [("State", current["enum/name"] if current else "-"), *shown]
    lines = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in facts)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
        f"<p>{html.escape(kind.name)} #{row['fibery/public-id']} (sandbox)</p><h1>{title}</h1><table>{lines}</table>"
    )
