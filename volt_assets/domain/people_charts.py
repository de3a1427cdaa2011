"""Charts with a bar for each person of the team, by name: nobody is ranked by hours. Not here: a person's own charts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from volt_assets.domain.chart_bars import Place, in_parts
from volt_assets.domain.charts import Bar, Chart, Layout
from volt_assets.domain.facts import FactBook
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.week_over_week import compared, time_before
from volt_assets.domain.week_time import TwoWeeks, WeekTime

EVERYBODY = "Everybody"
WEEKS = ("This week", "The week before")
_WEEK_OVER_WEEK = "week_over_week"


class TeamPerson(NamedTuple):
    """Somebody of the team, with the slots of all their time and of its parts."""

    key: str
    user_id: int
    name: str
    total: str
    parts: tuple[str, ...] = ()


def people_charts(book: FactBook, people: Sequence[TeamPerson], series: Sequence[str]) -> Iterator[Chart]:
    """Everybody's time by what it went into."""
    bars = [Bar(label=book.person(one.name, one.key), values=one.parts, whole=one.total) for one in people]
    for place, part in in_parts(Place("people", "people", "Time per person"), bars):
        yield Chart(**place._asdict(), series=tuple(series), bars=part)


def team_week_charts(book: FactBook, weeks: TwoWeeks, frame: Frame, total: str, people: Sequence[TeamPerson]) -> Iterator[Chart]:
    """The week beside the one before: everybody together, then each who has time in one of them. Nothing where these are not compared."""
    before = compared(weeks, frame)
    if before is None or not before.team.seconds:
        return
    whole = time_before(book, before.team.seconds)
    yield beside(Place("weeks", _WEEK_OVER_WEEK, "The team's time, week over week"), [Bar(label=EVERYBODY, values=(total, whole))])
    bars = [_bar(book, one, before) for one in _of_either_week(people, before)]
    _add_up(book, whole, [bar.values[1] for bar in bars if bar.values[1]], before)
    for place, part in in_parts(Place("people-weeks", _WEEK_OVER_WEEK, "Time per person, week over week"), bars):
        yield beside(place, part)


def beside(place: Place, bars: Sequence[Bar]) -> Chart:
    """A chart of this week's times and those of the week before."""
    return Chart(**place._asdict(), series=WEEKS, bars=tuple(bars), layout=Layout.BESIDE)


def _of_either_week(people: Sequence[TeamPerson], before: WeekTime) -> list[TeamPerson]:
    """Everybody with time this week or in the week before, by name."""
    known = {one.user_id for one in people}
    gone = [
        TeamPerson(key=f"user:{user_id}", user_id=user_id, name=before.names.get(user_id, ""), total="")
        for user_id, time in before.people.items()
        if user_id not in known and time.seconds
    ]
    return sorted((*people, *gone), key=lambda one: (one.name.casefold(), one.key))


def _bar(book: FactBook, one: TeamPerson, before: WeekTime) -> Bar:
    time = before.people.get(one.user_id)
    then = time_before(book, time.seconds, one.key) if time and time.seconds else ""
    return Bar(label=book.person(one.name, one.key), values=(one.total, then))


def _add_up(book: FactBook, whole: str, people: Sequence[str], before: WeekTime) -> None:
    """That all time of the week before is that of its people: so it is unless what is stored of it was changed by hand."""
    if sum(one.seconds for one in before.people.values()) == before.team.seconds:
        book.add_up(whole, people)
