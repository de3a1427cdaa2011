"""A week in a line, for the page over all weeks, and the chart of these lines. Not here: any file, HTML, a figure that no report has."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import Fact, FactBook, FactKind, Subject, about
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_CHARTED = 26
"""Weeks in the chart: half a year."""
_TOTAL, _FOUND = about("total"), about("found entities")


class WeekSummary(Value):
    """A week's figures as its team report shows them; the seconds are exact. `people` and `entries` are counts.

    `title` is the week's name as reports write it, `time` all its time as shown, `share` that on entities found in Fibery.
    """

    week: date
    title: str
    so_far: bool
    seconds: int = 0
    seconds_on_entities: int = 0
    time: str = ""
    share: str = ""
    people: str = "0"
    entries: str = "0"


class WeeksChart(NamedTuple):
    """The hours of the latest weeks, and the facts that the chart shows."""

    chart: Chart
    facts: dict[str, Fact]


def summary_of(team: Report, *, fetched_so_far: bool) -> WeekSummary:
    """A week's line from its team report. A week without time has no figures, and is a week all the same.

    One that was `fetched_so_far` alone, before its end, is not finished whenever its report was made.
    """
    titles = [fact.display for fact in team.facts if fact.kind is FactKind.WEEK]
    so_far = fetched_so_far or team.sources.so_far
    told = WeekSummary(week=team.week, title=titles[0] if titles else str(team.week), so_far=so_far)
    time = find_fact(team, FactKind.DURATION, _TOTAL)
    if time is None:
        return told
    found = find_fact(team, FactKind.DURATION, _FOUND)
    return told.model_copy(
        update={
            "seconds": int(time.value),
            "seconds_on_entities": int(found.value) if found else 0,
            "time": time.display,
            "share": _display(find_fact(team, FactKind.SHARE, _FOUND)),
            "people": _display(find_fact(team, FactKind.COUNT, about("people"))) or "0",
            "entries": _display(find_fact(team, FactKind.COUNT, about("entries"))) or "0",
        }
    )


def find_fact(report: Report, kind: FactKind, subject: Subject) -> Fact | None:
    """What a report says of a subject; None where it says nothing."""
    return next((fact for fact in report.facts if fact.kind is kind and fact.subject == subject), None)


def weeks_chart(summaries: Iterable[WeekSummary]) -> WeeksChart | None:
    """The hours of the latest weeks, earliest first: on entities and other. None where fewer than two weeks are told of."""
    told = sorted(summaries, key=lambda one: one.week)[-_CHARTED:]
    if len(told) < 2 or not any(one.seconds for one in told):
        return None
    book = FactBook()
    bars = tuple(_bar(book, one) for one in told)
    chart = Chart(id="weeks", section="", title="Hours by week", series=("on Fibery entities", "other"), bars=bars)
    return WeeksChart(chart, {fact.id: fact for fact in book.facts})


def latest_finished(summaries: Sequence[WeekSummary]) -> WeekSummary | None:
    """The last week that had ended when its pages were made; None where none had."""
    return max((one for one in summaries if not one.so_far), key=lambda one: one.week, default=None)


def _bar(book: FactBook, one: WeekSummary) -> Bar:
    found, other = one.seconds_on_entities, one.seconds - one.seconds_on_entities
    label = book.text(str(Week(monday=one.week).key), about("week", project=str(one.week)))
    values = [
        book.duration(found, about("found entities", project=str(one.week))),
        book.duration(other, about("other", project=str(one.week))),
    ]
    whole = book.duration(one.seconds, about("total", project=str(one.week)))
    book.add_up(whole, values)
    return Bar(label=label, values=tuple(values), whole=whole)


def _display(fact: Fact | None) -> str:
    return fact.display if fact else ""
