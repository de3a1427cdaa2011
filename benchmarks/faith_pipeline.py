"""A generated week taken through Volt's own rules to its reports, with its cards in place of Fibery. Not here: Dagster, HTTP."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from benchmarks.faith_cast import CLOSING_ZONE, DATABASES, FEATURE_DATABASE, HOSTS, WORKSPACE, schema
from benchmarks.faith_weeks import GeneratedWeek
from volt_assets.domain.aggregation import TogglAggregated, aggregate
from volt_assets.domain.alignment import align
from volt_assets.domain.coverage import cover
from volt_assets.domain.drafts import Report
from volt_assets.domain.earlier import EarlierTime
from volt_assets.domain.enrichment import View, enrich
from volt_assets.domain.entities import EntityAnswer, EntityRecord, EntityRequest
from volt_assets.domain.entries import FetchedWeek, RawTogglData, TimeEntry, build_raw
from volt_assets.domain.joining import EnrichedData, join
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.person_report import select_reports, write_person_report
from volt_assets.domain.plans import DatabasePlan, entity_requests, open_work_requests, plan_database
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.resolving import Matcher, MatchRules
from volt_assets.domain.suggestions import with_suggestions
from volt_assets.domain.team_report import write_team_summary
from volt_assets.domain.toggl_report import write_toggl_summary
from volt_assets.domain.week_over_week import fibery_time, toggl_time
from volt_assets.domain.week_time import WeekBefore, WeekTime
from volt_assets.domain.weeks import Week

VERSION = "0a1b2c3d4e5f"
RULES = MatchRules(configured=DATABASES, hosts=HOSTS)
_ACTIVITIES = dict.fromkeys(DATABASES, "default_enrich_entity") | {FEATURE_DATABASE: "enrich_product_feature"}
_CONFIGURED = {name: {"activity": _ACTIVITIES[name], "max_concurrent": 3, "fields": ["Priority"]} for name in DATABASES}


@dataclass(frozen=True, slots=True)
class ToldWeek:
    """A generated week with the reports that Volt's templates wrote of it."""

    week: GeneratedWeek
    reports: tuple[Report, ...]


def tell(week: GeneratedWeek) -> ToldWeek:
    """The five kinds of reports of a week, compared with the week before."""
    aggregated, data = _joined(week, week.week, week.entries, week.running, EarlierTime())
    toggl_before = None
    if week.earlier:
        then_aggregated, then = _joined(week, week.week.shifted(-1), week.earlier, (), EarlierTime())
        before = _as_before(week.week, fibery_time(then))
        toggl_before = _as_before(week.week, toggl_time(then_aggregated))
        aggregated, data = _joined(week, week.week, week.entries, week.running, EarlierTime(week_before=before))
    frame = Frame(week=week.week, timezone=str(CLOSING_ZONE))
    alignment = align(data, frame)
    chosen = select_reports(data, None, wanted=(), no_report=frozenset())
    persons = chosen.merged({key: write_person_report(data, key, frame, alignment.alignments) for key in chosen.to_write})
    coverage = cover(_resolved(week, aggregated), data, configured=_CONFIGURED, frame=frame)
    toggl, team = write_toggl_summary(aggregated, frame, toggl_before), write_team_summary(data, persons, alignment, frame)
    return ToldWeek(week=week, reports=(toggl, *persons.reports.values(), team, alignment.report, coverage.report))


def answers(requests: Iterable[EntityRequest], records: Sequence[EntityRecord]) -> tuple[EntityAnswer, ...]:
    """What a Fibery with these cards answers."""
    return tuple(
        EntityAnswer(request=request, records=tuple(one for one in records if _is_asked_for(one, request))) for request in requests
    )


def _is_asked_for(record: EntityRecord, request: EntityRequest) -> bool:
    if f"{record.key.space}/{record.key.database}" != request.database.name:
        return False
    if request.open_in_week:
        since = datetime.combine(request.open_in_week, time(), tzinfo=UTC)
        return not record.is_final or (record.modified_at is not None and record.modified_at >= since)
    return record.state_type == "Started" if request.started_only else record.key.public_id in request.public_ids


def _joined(
    week: GeneratedWeek, monday: Week, entries: Sequence[TimeEntry], running: Sequence[TimeEntry], earlier: EarlierTime
) -> tuple[TogglAggregated, EnrichedData]:
    aggregated = aggregate(_raw(monday, entries, running), HOSTS)
    resolved = _resolved(week, aggregated)
    plans = _plans()
    asked = [*entity_requests(resolved.entities, plans), *open_work_requests(schema(), DATABASES)]
    enriched = enrich(resolved, answers(asked, week.cast.records), plans, view=View(base_url=WORKSPACE, zone=CLOSING_ZONE), aliases={})
    return aggregated, join(aggregated, resolved, enriched, earlier)


def _raw(monday: Week, entries: Sequence[TimeEntry], running: Sequence[TimeEntry]) -> RawTogglData:
    people = {one.user_id: one.person for one in (*entries, *running)}
    fetched = FetchedWeek(
        workspace_id=42, entries=tuple(entries), running=tuple(running), people=tuple(people.values()), own_entries_only=False
    )
    return build_raw(monday, fetched)


def _resolved(week: GeneratedWeek, aggregated: TogglAggregated) -> FiberyEntities:
    matcher = Matcher(aggregated, schema(), RULES)
    told = matcher.resolve(answers(matcher.questions, week.cast.records), week.cast.users, people={})
    return with_suggestions(told, week.cast.users, schema(), RULES)


def _plans() -> dict[str, DatabasePlan]:
    return {one.name: plan_database(one, _ACTIVITIES[one.name], ("Priority",)) for one in schema().databases}


def _as_before(week: Week, told: WeekTime) -> WeekBefore:
    return WeekBefore(week=week.shifted(-1).monday, version=VERSION, time=told)
