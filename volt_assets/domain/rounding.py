"""How figures are shown: minutes and whole percents, rounded so that what adds up in seconds adds up as shown. Not here: facts.

Rounding each figure by itself makes columns that are minutes off their total. So the total is rounded, and its parts get its minutes by
largest remainder: each is the exact time cut to the minute, and the minutes that are then missing go to the parts that lost most.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from volt_assets.domain.values import Value

SECONDS_IN_MINUTE = 60
PERCENT = 100


class Sum(Value):
    """Facts that add up, by id: `whole` is the sum of `parts`, in seconds and as shown."""

    whole: str
    parts: tuple[str, ...]


def minutes_text(minutes: int, seconds: int) -> str:
    """Minutes as `12h 34m`; `<1m` for a time that has seconds but no minute of its own."""
    sign, size = ("-", -minutes) if minutes < 0 else ("", minutes)
    if seconds and not size:
        return "<1m"
    return f"{sign}{size // 60}h {size % 60:02d}m"


def duration_text(seconds: int) -> str:
    """A time that belongs to no sum, rounded to the minute."""
    return minutes_text(nearest_minute(seconds), seconds)


def nearest_minute(seconds: int) -> int:
    """Whole minutes, half a minute up."""
    size = (abs(seconds) + SECONDS_IN_MINUTE // 2) // SECONDS_IN_MINUTE
    return -size if seconds < 0 else size


def percent_text(part: int, whole: int) -> str:
    """A share that belongs to no sum, rounded to the whole percent; `<1 %` and `>99 %` where rounding would say nothing or all."""
    return _percent(round(PERCENT * part / whole) if whole else 0, part, whole)


class Shares(NamedTuple):
    """Shares that make up a whole, as fact ids with the part of each."""

    whole: int
    parts: Mapping[str, int]


def settle_shares(groups: Iterable[Shares]) -> dict[str, str]:
    """What each share shows, by fact id: those of a group make 100 %. What an earlier group has fixed, a later one keeps."""
    percents: dict[str, int] = {}
    texts: dict[str, str] = {}
    for whole, parts in groups:
        loose = [name for name in parts if name not in percents]
        left = PERCENT - sum(percents.get(name, 0) for name in parts) if whole else 0
        shown = apportion([PERCENT * parts[name] for name in loose], whole or 1, left)
        percents.update(zip(loose, shown, strict=True))
        texts.update({name: _percent(percents[name], parts[name], whole) for name in loose})
    return texts


def apportion(exact: Sequence[int], unit: int, total: int) -> list[int]:
    """Whole units for each exact amount so that they make `total`, by largest remainder; of equals the first has it.

    Where the total is out of reach by giving each the unit below or above its exact amount, each gets the nearest.
    """
    floors = [amount // unit for amount in exact]
    missing = total - sum(floors)
    by_remainder = sorted((at for at in range(len(exact)) if exact[at] % unit), key=lambda at: (-(exact[at] % unit), at))
    if not 0 <= missing <= len(by_remainder):
        return [(amount + unit // 2) // unit for amount in exact]
    for at in by_remainder[:missing]:
        floors[at] += 1
    return floors


def settle(seconds: Mapping[str, int], sums: Iterable[Sum]) -> dict[str, int]:
    """The minutes that each time shows, by fact id. What an earlier sum has fixed, a later one keeps.

    A whole whose parts are all fixed is their sum; else it is rounded, and its parts that are not fixed yet share what is left of it.
    """
    minutes: dict[str, int] = {}
    for one in sums:
        loose = [part for part in dict.fromkeys(one.parts) if part not in minutes]
        fixed = sum(minutes.get(part, 0) for part in one.parts)
        if one.whole not in minutes:
            minutes[one.whole] = nearest_minute(seconds[one.whole]) if loose else fixed
        shares = apportion([seconds[part] for part in loose], SECONDS_IN_MINUTE, minutes[one.whole] - fixed)
        minutes.update(zip(loose, shares, strict=True))
    return {name: minutes[name] if name in minutes else nearest_minute(spent) for name, spent in seconds.items()}


def _percent(rounded: int, part: int, whole: int) -> str:
    if 0 < part < whole and rounded <= 0:
        return "<1 %"
    return ">99 %" if 0 < part < whole and rounded >= PERCENT else f"{rounded} %"
