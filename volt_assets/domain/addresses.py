"""Web addresses in a description: the workspace's own that name an entity, and all others. Not here: labels, numbers, Fibery.

An entity's address is `host/Space/Database/slug-id` or `host/Space/Database/id`; the slug is cosmetic (`reference/fibery.md` 7.1).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from volt_assets.domain.values import Value, clean_text

_END = re.compile(r"[\s<>\"|`]")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_BREAK = re.compile(r"[,;](?![-_])|[\u2013\u2014\u2026\u3001\u3002\uff01\uff08\uff0c\uff1a\uff1b\uff1f]")
"""Where a sentence may go on without a space. A comma within a slug has a hyphen or an underscore behind it."""
_PATH_ID = re.compile(r"(?:^|-)([0-9]{1,9})\Z")
_PARTS_OF_ENTITY_PATH = 3
_MOST_BREAKS = 20
_TABS = frozenset({"comments", "activity"})
_LONGEST = 4_000
_PLATFORM_SPACES = ("fibery", "api")


class EntityAddress(Value):
    """An address of the workspace that names an entity, and where in the text it stands. Names are unescaped, `_` is a space."""

    start: int
    end: int
    space: str
    database: str
    public_id: str


class Addresses(Value):
    """The addresses in a text: those that name an entity of the workspace, in order, and where all of them stand."""

    entities: tuple[EntityAddress, ...]
    spans: tuple[tuple[int, int], ...]


def find_addresses(text: str, hosts: Sequence[str]) -> Addresses:
    """Every address in the text. An address of the workspace counts also without `https://`."""
    entities, spans = [], []
    for start, end, path in _addresses(text, tuple(hosts)):
        spans.append((start, end))
        parts = _entity_path(path) if path is not None else None
        if parts:
            entities.append(EntityAddress(start=start, end=end, space=parts[0], database=parts[1], public_id=parts[2]))
    return Addresses(entities=tuple(entities), spans=tuple(spans))


def _addresses(text: str, hosts: tuple[str, ...]) -> Iterator[tuple[int, int, str | None]]:
    """Start, end, and the path behind the workspace's host; None for another host."""
    at = 0
    while found := _pattern(hosts).search(text, at):
        end = _end(text, found.end())
        own = found["own"] is not None
        if own:
            end = found.end() + _length(text[found.end() : end])
        yield found.start(), end, text[found.end() : end] if own else None
        at = max(end, found.end())


def _length(path: str) -> int:
    """How much of a path is the address: all that names an entity, or else the part before a sign of the sentence that does."""
    if _entity_path(path):
        return len(path)
    ends = [found.start() for found in islice(_BREAK.finditer(path), _MOST_BREAKS)]
    cuts = {end: named for end in ends if (named := _entity_path(path[:end]))}
    return min(cuts) if len(set(cuts.values())) == 1 else len(path)


@lru_cache(maxsize=8)
def _pattern(hosts: tuple[str, ...]) -> re.Pattern[str]:
    named = "|".join(rf"{re.escape(host)}(?:(?<!\d):\d+)?" for host in sorted(hosts, key=len, reverse=True)) or "(?!)"
    own = rf"(?:https?://|(?<![\w.@/:=-]))(?:www\.)?(?:{named})/+"
    return re.compile(rf"(?P<own>{own})|https?://", re.IGNORECASE)


def _end(text: str, start: int) -> int:
    """Where an address ends: at space, quotes or angle brackets, without punctuation and brackets that belong to the sentence."""
    found = _END.search(text, start, start + _LONGEST)
    end = found.start() if found else min(len(text), start + _LONGEST)
    unmatched = _first_unmatched(text[start:end])
    end = start + unmatched if unmatched is not None else end
    while end > start and _is_punctuation(text[end - 1]):
        end -= 1
    return end


def _first_unmatched(address: str) -> int | None:
    """The first closing bracket that the address did not open itself, as in `(see https://...)` or `[text](https://...)`."""
    open_brackets: list[str] = []
    for at, sign in enumerate(address):
        if sign in _CLOSING.values():
            open_brackets.append(sign)
        elif sign in _CLOSING and (not open_brackets or open_brackets.pop() != _CLOSING[sign]):
            return at
    return None


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P") or sign == "~"


def _entity_path(path: str) -> tuple[str, str, str] | None:
    """Space, database and id. A path of other length is a view, a share or a space."""
    parts = [clean_text(unquote(part)).strip() for part in re.split(r"[?#]", path, maxsplit=1)[0].strip("/").split("/")]
    if len(parts) > _PARTS_OF_ENTITY_PATH and parts[-1].lower() in _TABS:
        parts.pop()
    if len(parts) != _PARTS_OF_ENTITY_PATH or not all(parts) or parts[0].startswith("@") or parts[0].lower() in _PLATFORM_SPACES:
        return None
    number = _PATH_ID.search(parts[-1])
    return (parts[0].replace("_", " "), parts[1].replace("_", " "), str(int(number[1]))) if number else None
