"""The schema as one account was last told it, with the tag by which Fibery says that it is still the same, and what its databases and
fields were called before. Not here: what it means.

A schema is some hundred kilobytes to two megabytes (`reference/fibery.md` section 2); a 304 costs none of them.
"""

import json
from typing import Any

from resources.places import Place
from volt_assets.domain.name_history import NameHistory

_FILE, _NAMES = "schema.json", "names.json"


class SchemaCache:
    """One account's schema, or none, and the names of earlier ones."""

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

    def history(self) -> NameHistory:
        """The names so far; none where nothing is kept that can be used."""
        stored = self._place.read(_NAMES) if self._place else None
        try:
            return NameHistory.model_validate_json(stored) if stored else NameHistory()
        except ValueError:
            return NameHistory()

    def write_history(self, history: NameHistory) -> None:
        """Keeps the names."""
        if self._place:
            self._place.write(_NAMES, history.model_dump_json().encode())
