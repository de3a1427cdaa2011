"""The checker's own score: how many planted errors it sees, by class, and how often it is alarmed by what is true. Not here: planting."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.faith_cast import HOSTS
from benchmarks.faith_pipeline import ToldWeek
from benchmarks.faith_planters import PLANTERS
from benchmarks.faith_planting import Book, Mutant, Planted
from volt_assets.domain.drafts import Report
from volt_assets.domain.grounding import check_report_grounded

Check = Callable[[Report], int]
"""How many problems a report has."""
BARS: Mapping[Planted, float] = {
    **dict.fromkeys((Planted.VALUE, Planted.NAME, Planted.UNIT), 0.99),
    **dict.fromkeys((Planted.SCOPE, Planted.STATE, Planted.SIGN), 0.95),
}
MOST_FALSE_ALARMS = 0.005
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Missed:
    """A planted error that was not seen."""

    week: str
    mutant: Mutant


@dataclass(slots=True)
class Score:
    """Planted and seen errors by class, and alarms on untouched reports."""

    planted: Counter[Planted] = field(default_factory=Counter)
    seen: Counter[Planted] = field(default_factory=Counter)
    missed: list[Missed] = field(default_factory=list)
    reports: int = 0
    sentences: int = 0
    claims: int = 0
    alarms: int = 0

    def recall(self, planted: Planted) -> float:
        """The share of a class that was seen; 1.0 where none was planted."""
        return self.seen[planted] / self.planted[planted] if self.planted[planted] else 1.0

    @property
    def false_alarms(self) -> float:
        """Alarms on true sentences, of all sentences."""
        return self.alarms / self.sentences if self.sentences else 0.0


def problems(report: Report) -> int:
    """How many problems Volt's checker finds."""
    return len(check_report_grounded(report, HOSTS).problems)


def score_week(score: Score, told: ToldWeek, each: int, *, check: Check = problems) -> None:
    """Checks a week's reports untouched, and then each with one planted error, so many times; the classes take turns."""
    for report in told.reports:
        classes, result = turn(score.reports, each), check_report_grounded(report, HOSTS)
        score.reports += 1
        score.sentences += result.sentences
        score.claims += result.claims
        score.alarms += len(result.problems)
        for mutant in mutants(told, report, classes):
            score.planted[mutant.planted] += 1
            if check(mutant.report):
                score.seen[mutant.planted] += 1
            else:
                score.missed.append(Missed(told.week.name, mutant))


def mutants(told: ToldWeek, report: Report, classes: Iterable[Planted]) -> Iterator[Mutant]:
    """The report with one error of each class, where it has a place for one. The same week and report give the same errors."""
    book = Book(report, tuple(member.person.name for member in told.week.cast.members))
    for planted in classes:
        chance = random.Random(f"{told.week.seed}|{report.kind}|{report.subject}|{planted}")  # noqa: S311 - made-up errors, not secrets
        tries = (PLANTERS[planted](book, chance) for _ in range(_TRIES))
        if found := next((mutant for mutant in tries if mutant), None):
            yield found


def turn(at: int, each: int) -> tuple[Planted, ...]:
    """So many classes for the report of this number, so that all take turns."""
    everything = tuple(Planted)
    return tuple(everything[(at * each + step) % len(everything)] for step in range(min(each, len(everything))))
