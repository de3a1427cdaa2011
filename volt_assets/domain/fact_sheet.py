"""How facts look in the block that a model is sent. Not here: which facts, the request around them, what an answer may say."""

from collections.abc import Mapping, Sequence
from typing import Any

from volt_assets.domain.facts import Fact, FactKind

_NAMES_WORK = frozenset({FactKind.ENTITY, FactKind.TEXT, FactKind.STATE})


def sheet_rows(facts: Sequence[Fact], *, pseudonyms: bool) -> list[Mapping[str, Any]]:
    """The facts as a model sees them, in the order of their first mention."""
    return [_row(fact, number, pseudonyms=pseudonyms) for number, fact in enumerate(facts, start=1)]


def _row(fact: Fact, number: int, *, pseudonyms: bool) -> Mapping[str, Any]:
    hidden = fact.kind is FactKind.PERSON and pseudonyms
    return {
        "id": fact.id,
        "kind": fact.kind.value,
        "shown": f"P{number}" if hidden else fact.kind.value.upper() if fact.kind in _NAMES_WORK else fact.display,
    }
