"""The weeks of FAITH-52: 52 generated ones, one seed each, and four fixed ones. Not here: what Volt makes of them.

`reference/field.md` 3.3 names the hazards; each generated week has at least three.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from benchmarks.faith_cast import Cast, deal
from benchmarks.faith_desk import Desk, Meant
from benchmarks.faith_hazards import PLACED, PLACERS, Hazard
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.weeks import Week

WEEKS = 52
FIRST_MONDAY = date(2026, 1, 5)
"""The 52nd week from here is 2026-W53, which holds the year's end; the clocks change in some of them."""
LEAST_HAZARDS = 3


@dataclass(frozen=True, slots=True)
class GeneratedWeek:
    """A week's input with what is true of it. `earlier` are the entries of the week before; `secrets` must be in no report."""

    name: str
    seed: int
    week: Week
    cast: Cast
    entries: tuple[TimeEntry, ...] = ()
    running: tuple[TimeEntry, ...] = ()
    earlier: tuple[TimeEntry, ...] = ()
    meant: Mapping[int, Meant] = field(default_factory=dict)
    hazards: frozenset[Hazard] = frozenset()
    secrets: tuple[str, ...] = ()


def generated_weeks(weeks: int = WEEKS) -> Iterator[GeneratedWeek]:
    """That many generated weeks, spread over the 52."""
    for seed in sorted({round(at * (WEEKS - 1) / max(1, weeks - 1)) + 1 for at in range(weeks)}):
        yield generate(seed)


def fixed_weeks(*, large: int = 5_000) -> tuple[GeneratedWeek, ...]:
    """Empty, one entry, one person, and so many entries as `large` says."""
    return (
        replace(generate(101, people=1, each=(1, 1), plain=True), name="empty", entries=(), running=(), earlier=(), meant={}, secrets=()),
        replace(generate(102, people=1, each=(1, 1), plain=True), name="one entry"),
        replace(generate(103, people=1), name="one person"),
        replace(generate(104, people=12, each=(large // 12, large // 12), exactly=large, plain=True), name=f"{large:,} entries"),
    )


def generate(
    seed: int, *, people: int | None = None, each: tuple[int, int] = (20, 80), exactly: int | None = None, plain: bool = False
) -> GeneratedWeek:
    """The week of a seed. `each` bounds the entries of a person, `exactly` says how many there are in all, `plain` leaves hazards out."""
    chance = random.Random(f"faith-{seed}")  # noqa: S311 - made-up data, not secrets
    week = Week(monday=FIRST_MONDAY + timedelta(weeks=(seed - 1) % WEEKS))
    placed = frozenset[Hazard]() if plain else _placed(chance, seed)
    cast = deal(chance, week.monday, people or chance.randint(3, 12), non_latin=Hazard.NON_LATIN in placed)
    desk = Desk(chance, week, cast)
    for member in cast.members:
        desk.work(member, chance.randint(*each))
    if exactly is not None:
        desk.fill(exactly)
    for hazard in sorted(placed):
        PLACERS[hazard](desk)
    hazards = placed | (frozenset() if plain else _by_the_calendar(week, cast))
    return GeneratedWeek(
        name=f"week {seed}",
        seed=seed,
        week=week,
        cast=replace(cast, records=tuple(desk.records.values())),
        entries=tuple(desk.entries),
        running=tuple(desk.running),
        earlier=tuple(desk.earlier),
        meant=desk.meant,
        hazards=hazards,
        secrets=tuple(desk.secrets),
    )


def _placed(chance: random.Random, seed: int) -> frozenset[Hazard]:
    """Three that take turns, and each other one in one week of four."""
    in_turn = {PLACED[(seed * LEAST_HAZARDS + at) % len(PLACED)] for at in range(LEAST_HAZARDS)}
    return frozenset(in_turn | {hazard for hazard in PLACED if chance.random() < 1 / 4})


def _by_the_calendar(week: Week, cast: Cast) -> frozenset[Hazard]:
    found = set()
    ends = [datetime.combine(day, time(12)) for day in (week.monday - timedelta(days=1), week.sunday)]
    if any(ends[0].replace(tzinfo=one.zone).utcoffset() != ends[1].replace(tzinfo=one.zone).utcoffset() for one in cast.members):
        found.add(Hazard.CLOCK_CHANGE)
    if week.monday.isocalendar().week == 53 or week.monday.year != week.sunday.year:
        found.add(Hazard.YEAR_END)
    return frozenset(found)
