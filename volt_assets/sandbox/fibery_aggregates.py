"""Fibery's aggregates over the values of a collection: count, sum, average, smallest and largest.

No rule of where they are allowed: that is the query's.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Final


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None


def _numbers(values: list[object]) -> list[Decimal]:
    return [number for number in map(_number, values) if number is not None]


def _average(values: list[object]) -> str | None:
    numbers = _numbers(values)
    return str(sum(numbers, Decimal(0)) / len(numbers)) if numbers else None


def _extreme(values: list[object], *, largest: bool) -> object:
    """By number where all are numbers, else by their characters, which orders dates too."""
    known = sorted((value for value in values if value is not None), key=str)
    if len(_numbers(known)) == len(known):
        known.sort(key=lambda value: _number(value) or Decimal(0))
    return known[-1 if largest else 0] if known else None


AGGREGATES: Final[dict[str, Callable[[list[object]], object]]] = {
    "q/count": len,
    "q/sum": lambda values: str(sum(_numbers(values), Decimal(0))),
    "q/avg": _average,
    "q/min": partial(_extreme, largest=False),
    "q/max": partial(_extreme, largest=True),
}
"""By name; sums and averages come as texts, as decimals do."""
