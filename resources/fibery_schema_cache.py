"""The schema as one account was last told it, with the tag by which Fibery says that it is still the same. Not here: what it means.

A schema is some hundred kilobytes to two megabytes (`reference/fibery.md` section 2); a 304 costs none of them.
"""

import json
from typing import Any

from resources.places import Place

_FILE = "schema.json"


class SchemaCache:
    """One account's schema, or none."""

    def __init__(self, place: Place | None) -> None:
        self._place = place

    def read(self) -> tuple[str, Any] | None:
        """The tag and the document; None where there is nothing that can be used."""
        stored = self._place.read(_FILE) if self._place else None
        try:
            kept = json.loads(stored) if stored else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(kept, dict) or not isinstance(kept.get("tag"), str) or not kept.get("schema"):
            return None
        return kept["tag"], kept["schema"]

    def write(self, tag: str | None, document: Any) -> None:
        """Keeps a schema, if Fibery gave it a tag."""
        if self._place and tag:
            self._place.write(_FILE, json.dumps({"tag": tag, "schema": document}).encode())
