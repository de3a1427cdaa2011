"""Charts of times over a report's facts, made the same way in every report. Not here: which charts a report has, how they are drawn.

A chart takes the slots that the report's tables have, wherever it has them: the same time of the same subject is the same fact.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from volt_assets.domain.aggregation import DayShare, ProjectShare
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.facts import FactBook, Subject, about
from volt_assets.domain.report_parts import day_label, project_label
from volt_assets.domain.report_times import day_time, project_time, seconds_by_day, seconds_by_project

MOST_BARS, MOST_PEOPLE = 15, 30
OTHERS = "others of "
"""How the measure of what a chart sums up in its last bar begins."""


class Measured(NamedTuple):
    """Something with its time: its label and its time as slot texts, and the seconds of it."""

    label: str
    time: str
    seconds: int

    @property
    def bar(self) -> Bar:
        """It alone as a bar."""
        return Bar(label=self.label, values=(self.time,))


class Place(NamedTuple):
    """Where a chart stands and what it is called: its id, the section, the title."""

    id: str
    section: str
    title: str


def time_chart(place: Place, bars: Iterable[Bar]) -> Iterator[Chart]:
    """A chart of one time for each bar; none without bars."""
    drawn = tuple(bars)
    if drawn:
        yield Chart(**place._asdict(), series=("Time",), bars=drawn)


def bars_of(
    book: FactBook, measured: Sequence[Measured], what: str, *, person: str | None = None, most: int = MOST_BARS
) -> tuple[Bar, ...]:
    """A bar for each that has time, in this order; of more than `most`, the last bar is the sum of all that have none of their own."""
    timed = [one for one in measured if one.seconds]
    shown, rest = (timed, []) if len(timed) <= most else (timed[: most - 1], timed[most - 1 :])
    return (*(one.bar for one in shown), *([_others(book, rest, about(f"{OTHERS}{what}", person=person)).bar] if rest else []))


def in_parts(place: Place, bars: Sequence[Bar]) -> Iterator[tuple[Place, tuple[Bar, ...]]]:
    """Bars of people on as many charts as they need: a bar of all others would be so long that nobody's own can be seen."""
    charts = -(-len(bars) // MOST_PEOPLE)
    for at in range(charts):
        part = tuple(bars[len(bars) * at // charts : len(bars) * (at + 1) // charts])
        yield (place if charts == 1 else Place(f"{place.id}-{at + 1}", place.section, f"{place.title}, {at + 1} of {charts}")), part


def day_chart(book: FactBook, days: Iterable[DayShare], section: str, person: str | None = None) -> Iterator[Chart]:
    """Time by local day."""
    seconds = seconds_by_day(days)
    measured = [Measured(day_label(book, day), day_time(book, day, spent, person), spent) for day, spent in seconds.items()]
    return time_chart(Place("days", section, "Time by day"), bars_of(book, measured, "days", person=person))


def project_chart(book: FactBook, projects: Iterable[ProjectShare], section: str, person: str | None = None) -> Iterator[Chart]:
    """Time by Toggl project, most first."""
    seconds = seconds_by_project(projects)
    measured = [Measured(project_label(book, name), project_time(book, name, spent, person), spent) for name, spent in seconds.items()]
    return time_chart(Place("projects", section, "Time by Toggl project"), bars_of(book, measured, "projects", person=person))


def _others(book: FactBook, rest: Sequence[Measured], subject: Subject) -> Measured:
    seconds = sum(one.seconds for one in rest)
    time = book.duration(seconds, subject)
    book.add_up(time, [one.time for one in rest])
    return Measured(f"{book.count(len(rest), subject)} others", time, seconds)
