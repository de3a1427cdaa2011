"""Repeatable chance: named random streams and stable uuids.

No module-level random state and no clock, so that the same seed and names always give the same values.
"""

import random
import uuid
from typing import Final

_NAMESPACE: Final = uuid.UUID("6c61726b-7370-5572-8000-73616e64626f")


def chance(seed: int, *names: object) -> random.Random:
    """A random stream of its own for these names; drawing from one stream never shifts another."""
    return random.Random(":".join(str(part) for part in (seed, *names)))  # noqa: S311 - made-up data, not secrets


def stable_uuid(*names: object) -> str:
    """The uuid that belongs to these names, the same in every world."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(name) for name in names)))
