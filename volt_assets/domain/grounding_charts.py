"""That a bar of a chart shows the time of what it is labelled with, in the series it stands in. Not here: what is drawn, other places.

A chart has no words of its own but its title and its series; so a bar is judged by the subjects of its facts alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from volt_assets.domain.chart_bars import OTHERS
from volt_assets.domain.charts import Bar, Chart, Layout
from volt_assets.domain.drafts import Report
from volt_assets.domain.facts import SLOT, Fact, FactKind, Subject, seconds_shown
from volt_assets.domain.grounding_claims import LONGEST_TOLD, Problem, measure, named_by, shown, shows
from volt_assets.domain.grounding_values import shown_minutes
from volt_assets.domain.grounding_words import ROW_LABELS, Check
from volt_assets.domain.people_charts import EVERYBODY
from volt_assets.domain.person_charts import TIME_BEFORE
from volt_assets.domain.report_parts import NO_PROJECT
from volt_assets.domain.team_charts import NAMES_NONE, UNMATCHED

_OTHERS = re.compile(rf"{SLOT.pattern} others")
_ALL_TIME = frozenset({"total", "total of the week before"})
# What the times of a series measure. Not here: "Time", which is of whatever its bar is labelled with.
_SERIES: Mapping[str, frozenset[str]] = {
    "On entities": frozenset({"on entities"}),
    "Other activities": frozenset({"other activities"}),
    "Naming no entity": frozenset({NAMES_NONE}),
    "Unmatched": frozenset({UNMATCHED}),
    "This week": frozenset({"total", "time"}),
    "The week before": frozenset({"total of the week before", TIME_BEFORE}),
    "Estimate": frozenset({"estimate"}),
    "So far": frozenset({"with all below, so far"}),
}
_EVERYBODYS = _SERIES["Estimate"] | _SERIES["So far"]
"""What is told of an entity in a person's report and is not theirs alone."""


class _Drawn(NamedTuple):
    """A bar of a chart with the facts of its report, and whose report it is; None where it is the team's."""

    chart: Chart
    bar: Bar
    facts: Mapping[str, Fact]
    person: str | None

    def problem(self, check: Check, what: str, fact: Fact | None = None) -> Problem:
        told = " | ".join(shown(text, self.facts) for text in (self.bar.label, *self.bar.values))
        sentence = f"{self.chart.title}: {told}"[:LONGEST_TOLD]
        return Problem(check=check, section=self.chart.section, sentence=sentence, what=what, fact=fact.id if fact else None)


def chart_problems(report: Report) -> Iterator[Problem]:
    """What the charts of a report show and its facts do not."""
    facts, sections = {fact.id: fact for fact in report.facts}, {section.id for section in report.sections}
    for chart in report.charts:
        bars = [_Drawn(chart, bar, facts, report.subject if report.kind == "person_report" else None) for bar in chart.bars]
        if bars and chart.section not in sections:
            yield bars[0].problem(Check.IDENTITY, "the section of the chart is not in the report")
        for at, one in enumerate(bars):
            yield from _bar_problems(one)
            if any(one.bar.label == other.bar.label and one.bar.values == other.bar.values for other in bars[:at]):
                yield one.problem(Check.IDENTITY, "a bar stands there twice")


def _bar_problems(one: _Drawn) -> Iterator[Problem]:
    slots = SLOT.findall(" ".join((one.bar.label, *one.bar.values, one.bar.whole)))
    if not one.facts.keys() >= {*slots}:
        yield one.problem(Check.VALUE, "a bar shows what is no fact")
        return
    times = [_time(value, one.facts) for value in one.bar.values]
    if len(times) != len(one.chart.series) or any(value and time is None for value, time in zip(one.bar.values, times, strict=True)):
        yield one.problem(Check.VALUE, "a bar has not one time for each series")
        return
    whole = _time(one.bar.whole, one.facts)
    yield from _series_problems(one, times)
    yield from (
        one.problem(Check.SCOPE, "a bar shows the time of something else", time) for time in (*times, whole) if not _fits(one, time)
    )
    if one.chart.layout is Layout.STACKED and len(times) > 1 and not _makes_up(whole, times):
        yield one.problem(Check.IDENTITY, "the parts of a bar do not make up its whole", whole)


def _time(slot: str, facts: Mapping[str, Fact]) -> Fact | None:
    found = SLOT.fullmatch(slot)
    fact = facts.get(found[1]) if found else None
    return fact if fact is not None and fact.kind is FactKind.DURATION else None


def _series_problems(one: _Drawn, times: Sequence[Fact | None]) -> Iterator[Problem]:
    for name, time in zip(one.chart.series, times, strict=True):
        if time is not None and time.subject.what not in _SERIES.get(name, {time.subject.what}):
            yield one.problem(Check.SCOPE, f"this is not “{name}”", time)


def _makes_up(whole: Fact | None, times: Sequence[Fact | None]) -> bool:
    """Whether the parts are the whole to the second, and to the minute as shown."""
    parts = [time for time in times if time is not None]
    minutes = sum(shown_minutes(part) or 0 for part in parts)
    return whole is not None and sum(map(seconds_shown, parts)) == whole.value and minutes == shown_minutes(whole)


def _fits(one: _Drawn, time: Fact | None) -> bool:
    """Whether a time is of what the bar is labelled with: of this person, entity, project, day or kind."""
    if time is None:
        return True
    label, is_others = SLOT.fullmatch(one.bar.label), _OTHERS.fullmatch(one.bar.label)
    if is_others:
        return time.subject == one.facts[is_others[1]].subject and time.subject.what.startswith(OTHERS)
    if label:
        return _is_of(time, one.facts[label[1]], one.person)
    if one.bar.label == EVERYBODY:
        return time.subject.what in _ALL_TIME and time.subject.person is None
    return time.subject.what == ROW_LABELS.get(one.bar.label) and time.subject.person is None


def _is_of(time: Fact, label: Fact, person: str | None) -> bool:
    subject = time.subject
    if label.kind is FactKind.PERSON:
        return subject.person == label.subject.person and subject.entity is None and subject.project is None
    if label.kind is FactKind.ENTITY:
        return subject.entity == label.subject.entity and subject.person == (None if subject.what in _EVERYBODYS else person)
    return subject.person == person and _is_named(subject, label)


def _is_named(subject: Subject, label: Fact) -> bool:
    """Whether a text names what is measured: a project, a day, a type of entity, or other activities."""
    if label.subject.what == "project":
        return subject.project is not None and shows(label.display, subject.project or NO_PROJECT)
    name, kind = named_by(subject), measure(subject)
    if kind == "day":
        return label.display.endswith(f" {name}")
    return shows(label.display, name or "") if kind == "type" else kind == ROW_LABELS.get(label.display)
