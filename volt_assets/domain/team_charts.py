"""The charts of the team's report and of the Toggl summary. Not here: how each kind is made, what else the reports say."""

from collections.abc import Iterator

from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.chart_bars import day_chart, project_chart
from volt_assets.domain.charts import Chart
from volt_assets.domain.entity_charts import estimate_chart, type_chart
from volt_assets.domain.entity_types import entities_by_type
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData, PersonWeek
from volt_assets.domain.match_steps import steps_chart
from volt_assets.domain.people_charts import TeamPerson, people_charts, team_week_charts
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.report_times import activity_row_time, by_name, matched_time, other_time, total_time
from volt_assets.domain.week_time import TwoWeeks

UNMATCHED, NAMES_NONE = "unmatched", "naming no entity"
TEAM_SERIES = ("On entities", "Naming no entity", "Unmatched")
TOGGL_SERIES = ("On entities", "Other activities")


def team_charts(book: FactBook, data: EnrichedData, weeks: TwoWeeks, frame: Frame) -> Iterator[Chart]:
    """Hours per person, week over week, by day, by project, by type and by match step; estimates beside what was taken."""
    sums = data.statistics
    if not sums.total_duration_seconds:
        return
    people = [
        TeamPerson(key, one.user_id, one.user_name, total_time(book, one.statistics, key), _parts(book, key, one))
        for key, one in by_name(data.people)
    ]
    yield from people_charts(book, people, TEAM_SERIES)
    yield from team_week_charts(book, weeks, frame, total_time(book, sums), people)
    yield from day_chart(book, (day for one in data.people.values() for day in one.days), "patterns")
    yield from project_chart(book, (share for one in data.people.values() for share in one.projects), "allocation")
    types = []
    for name, entities in entities_by_type(data).items():
        seconds = sum(entity.duration_seconds for entity in entities)
        types.append((name, book.duration(seconds, about(f"type {name}")), seconds))
    yield from type_chart(book, types, (other_time(book, sums), sums.unmatched_duration_seconds), "allocation")
    yield from steps_chart(book, sums.seconds_by_step, section="matching")
    yield from estimate_chart(book, data, data.entities, "estimates")


def toggl_charts(book: FactBook, aggregated: TogglAggregated, weeks: TwoWeeks, frame: Frame) -> Iterator[Chart]:
    """Hours per person, week over week, by day and by project, as Toggl alone knows them."""
    sums = aggregated.statistics
    if not sums.total_duration_seconds:
        return
    people = []
    for key, one in by_name(aggregated.users):
        parts = (matched_time(book, one.statistics, key), other_time(book, one.statistics, key))
        people.append(TeamPerson(key, one.user_id, one.user_name, total_time(book, one.statistics, key), parts))
    yield from people_charts(book, people, TOGGL_SERIES)
    yield from team_week_charts(book, weeks, frame, total_time(book, sums), people)
    yield from day_chart(book, (day for one in aggregated.users.values() for day in one.days), "time_distribution")
    yield from project_chart(book, (share for one in aggregated.users.values() for share in one.projects), "time_distribution")


def _parts(book: FactBook, key: str, one: PersonWeek) -> tuple[str, ...]:
    """A person's time on entities, under descriptions that name none, and under references that led to none."""
    kinds = {
        NAMES_NONE: [row for row in one.activities if row.outcome is None],
        UNMATCHED: [row for row in one.activities if row.outcome is not None],
    }
    others = []
    for what, rows in kinds.items():
        time = book.duration(sum(row.duration_seconds for row in rows), about(what, person=key))
        book.add_up(time, [activity_row_time(book, row, key) for row in rows])
        others.append(time)
    book.add_up(other_time(book, one.statistics, key), others)
    return (matched_time(book, one.statistics, key), *others)
