"""The whole test as one value: all weeks, all writers, the checker's score, and which bars are missed. Not here: printing it.

The bars are those of `reference/field.md` 3.3.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.faith_hazards import Hazard
from benchmarks.faith_pipeline import tell
from benchmarks.faith_score import BARS, MOST_FALSE_ALARMS, Score, score_week
from benchmarks.faith_stubs import WRITERS
from benchmarks.faith_totals import compare, count_up
from benchmarks.faith_weeks import GeneratedWeek
from benchmarks.faith_writers import TEMPLATE, WriterScore, people_of, score_stub, score_template

_MINUTE = 60
ERRORS_IN_A_REPORT = 5
"""How many reports with one planted error each are made of every report."""


@dataclass(slots=True)
class Faith:
    """What one run found. `seconds_compared` are times of facts and rows that the loops agree or disagree with.

    `seconds_off` are how far the times as shown are from the exact ones.
    """

    weeks: int = 0
    people: int = 0
    entries: int = 0
    hazards: Counter[Hazard] = field(default_factory=Counter)
    seconds_compared: int = 0
    seconds_not_compared: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    seconds_off: list[int] = field(default_factory=list)
    score: Score = field(default_factory=Score)
    writers: dict[str, WriterScore] = field(default_factory=dict)

    @property
    def template(self) -> WriterScore:
        return self.writers[TEMPLATE]

    @property
    def stubs(self) -> Mapping[str, WriterScore]:
        """The stub models' scores by name."""
        return {name: one for name, one in self.writers.items() if name != TEMPLATE}

    @property
    def claims(self) -> int:
        """C: what the default writer's reports claim, judged one by one."""
        return self.template.claims

    @property
    def shown_beside(self) -> tuple[int, int]:
        """How many times are shown by more than a minute beside the exact time, and by how many seconds at most."""
        return sum(1 for off in self.seconds_off if off >= _MINUTE), max(self.seconds_off, default=0)

    @property
    def upper_bound(self) -> float:
        """With no failure in C claims, the share of false ones is below this with 95 % certainty: the rule of three."""
        return 3 / self.claims if self.claims else 1.0


def run(weeks: Iterable[GeneratedWeek], *, errors: int = ERRORS_IN_A_REPORT, progress: Callable[[str], None] = lambda _: None) -> Faith:
    """Runs the test on these weeks; every report is also checked with so many errors, one at a time."""
    faith = Faith(writers={name: WriterScore(name) for name in (TEMPLATE, *WRITERS)})
    for week in weeks:
        progress(week.name)
        _week(faith, week, errors)
    return faith


def missed_bars(faith: Faith) -> list[str]:
    """Every bar that is missed, in words; none where all hold."""
    recalls = {planted: faith.score.recall(planted) for planted in BARS}
    missed = [f"recall of {one} is {recalls[one]:.1%}, less than {bar:.0%}" for one, bar in BARS.items() if recalls[one] < bar]
    missed += [f"no {one} error was planted" for one in BARS if not faith.score.planted[one]]
    if faith.score.false_alarms > MOST_FALSE_ALARMS:
        missed.append(f"{faith.score.false_alarms:.2%} of true sentences alarm, more than {MOST_FALSE_ALARMS:.1%}")
    missed += [f"the template says {one.failures} false things" for one in [faith.template] if one.failures]
    missed += [f"{name}: {one.failures} false things in accepted text" for name, one in faith.stubs.items() if one.failures]
    return [*missed, *([f"{len(faith.differing)} totals differ from the second implementation"] if faith.differing else [])]


def _week(faith: Faith, week: GeneratedWeek, errors: int) -> None:
    told, totals = tell(week), count_up(week)
    faith.weeks += 1
    faith.people += people_of(week)
    faith.entries += len(week.entries)
    faith.hazards.update(week.hazards)
    for report in told.reports:
        agreement = compare(report, week, totals)
        faith.seconds_compared += agreement.compared
        faith.seconds_not_compared.update(agreement.not_compared)
        faith.differing += agreement.differing
        faith.seconds_off += agreement.seconds_off
    score_week(faith.score, told, errors)
    score_template(faith.template, week, totals, told.reports)
    for name, write in WRITERS.items():
        score_stub(faith.writers[name], write, week, totals, told.reports)
