"""The charts of one person's report. Not here: charts of the team, what else the report says."""

from collections.abc import Iterator

from volt_assets.domain.chart_bars import Place, day_chart, project_chart
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entity_charts import estimate_chart, type_chart
from volt_assets.domain.entity_types import rows_by_type, type_time
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.people_charts import beside
from volt_assets.domain.report_parts import Frame, entity_label
from volt_assets.domain.report_times import entity_row_time, other_time, total_time
from volt_assets.domain.week_over_week import compared, time_before
from volt_assets.domain.week_time import Change, TwoWeeks, amounts, changes, largest

TIME_BEFORE = "time of the week before"
_MOST_CHANGES = 8


def person_charts(book: FactBook, data: EnrichedData, key: str, weeks: TwoWeeks, frame: Frame) -> Iterator[Chart]:
    """Week over week with what changed most, by type, estimates beside what was taken, by day and by project."""
    person = data.people[key]
    if not person.statistics.total_duration_seconds:
        return
    yield from _weeks(book, data, key, weeks, frame)
    types = [(one.name, type_time(book, one), one.seconds) for one in rows_by_type(data, key)]
    other = (other_time(book, person.statistics, key), person.statistics.unmatched_duration_seconds)
    yield from type_chart(book, types, other, "entities", person=key)
    yield from estimate_chart(book, data, [data.entity(row.entity) for row in person.entities], "entities")
    yield from day_chart(book, person.days, "work_patterns", key)
    yield from project_chart(book, person.projects, "work_patterns", key)


def _weeks(book: FactBook, data: EnrichedData, key: str, weeks: TwoWeeks, frame: Frame) -> Iterator[Chart]:
    """All time and the entities whose time changed most, beside the week before; nothing where that has no time of theirs."""
    person, before = data.people[key], compared(weeks, frame)
    if before is None or not amounts(before, person.user_id).seconds:
        return
    then = time_before(book, amounts(before, person.user_id).seconds, key)
    whole = Bar(label=book.person(person.user_name, key), values=(total_time(book, person.statistics, key), then))
    found = largest(changes(weeks.now, before, person.user_id), _MOST_CHANGES)
    bars = [_changed(book, data, key, one, one.part.entity) for one in found if one.part.entity]
    title = "Time week over week, with the largest changes" if bars else "Time week over week"
    yield beside(Place("weeks", "week_over_week", title), [whole, *bars])


def _changed(book: FactBook, data: EnrichedData, key: str, one: Change, entity: EntityKey) -> Bar:
    """An entity with a person's time in both weeks."""
    row = next((row for row in data.people[key].entities if str(row.entity) == one.name), None)
    seconds = (row.duration_seconds if row else 0) - one.seconds
    then = book.duration(seconds, about(TIME_BEFORE, person=key, entity=str(entity))) if seconds else ""
    return Bar(
        label=entity_label(book, one.part.title, entity, one.part.url), values=(entity_row_time(book, row, key) if row else "", then)
    )
