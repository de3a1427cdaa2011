"""The files that people attached to bugs: screenshots and logs, with their bytes by secret.

No other entities' files, and no HTTP.
"""

import base64
from typing import Final

from volt_assets.sandbox.catalogue import BUG
from volt_assets.sandbox.chance import chance, stable_uuid
from volt_assets.sandbox.models import Row, WorkItem
from volt_assets.sandbox.story import Story, created_at, iso

FILE: Final = "fibery/file"
_SHARE: Final = 0.7
# The smallest picture that there is: one grey pixel.
_PIXEL: Final = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
_LOG: Final = b"2025-10-06 09:12:44 WARN  retry 1 of 3\n2025-10-06 09:12:49 ERROR gave up\n"


def file_ids(item: WorkItem, story: Story) -> tuple[str, ...]:
    """The uuids of an item's files."""
    random = chance(story.seed, "files", item.uuid)
    has_some = item.database == BUG and random.random() < _SHARE
    return tuple(stable_uuid("file", item.uuid, name) for name in _names(random.random())) if has_some else ()


def file_rows(story: Story) -> tuple[Row, ...]:
    """All files, as Fibery describes them."""
    return tuple(_file(item, uuid, at, story) for item in story.items for at, uuid in enumerate(file_ids(item, story)))


def file_contents(rows: tuple[Row, ...]) -> dict[str, bytes]:
    """What is in them, by secret."""
    return {str(row["fibery/secret"]): _LOG if row["fibery/content-type"] == "text/plain" else _PIXEL for row in rows}


def _names(chosen: float) -> tuple[str, ...]:
    return ("screen.png", "app.log") if chosen < 0.4 else ("screen.png",)


def _file(item: WorkItem, uuid: str, at: int, story: Story) -> Row:
    name, kind, size = ("screen.png", "image/png", len(_PIXEL)) if at == 0 else ("app.log", "text/plain", len(_LOG))
    return {
        "fibery/id": uuid, "fibery/name": name, "fibery/content-type": kind, "fibery/content-length": size, "fibery/rank": at,
        "fibery/secret": stable_uuid("file secret", uuid), "fibery/creation-date": iso(created_at(item, story)),
    }  # fmt: skip
