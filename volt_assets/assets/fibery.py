"""The Fibery side of the graph up to the joined week and what it shows. Not here: the reports about people."""

from zoneinfo import ZoneInfo

import dagster as dg

from io_managers.json_io import WeekStoreResource
from resources.clock import ClockResource
from resources.fibery import FiberyResource
from volt_assets.assets.common import (
    OWNERS,
    Metadata,
    Stopwatch,
    frame_of,
    hours,
    people_table,
    publish_report,
    seconds_metadata,
    work_metadata,
)
from volt_assets.assets.earlier import earlier_weeks
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.alignment import WorkAlignment, align
from volt_assets.domain.coverage import CoverageReport, cover
from volt_assets.domain.enrichment import EnrichedEntities, View, enrich
from volt_assets.domain.entities import Period
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.joining import EnrichedData, join
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.plans import DatabasePlan, entity_requests, open_work_requests, plan_databases
from volt_assets.domain.resolving import Matcher
from volt_assets.domain.suggestions import with_suggestions
from volt_assets.domain.weeks import Week, day_in
from volt_assets.partitions import WEEKS
from volt_assets.settings import EnrichmentSettings, Settings


@dg.asset(group_name="fibery", kinds={"fibery", "json"}, owners=OWNERS, partitions_def=WEEKS)
async def fibery_entities(
    toggl_aggregated: TogglAggregated, fibery: FiberyResource, store: WeekStoreResource, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[FiberyEntities]:
    """How each row of the week was resolved: the step, the candidates, the score; and so which entities to fetch.

    From toggl_aggregated and Fibery's schema and databases. One row for each of toggl_aggregated; read by enriched_entities and _data.
    """
    watch = Stopwatch()
    async with fibery.client(place=store.account_place("fibery", fibery.account)) as client:
        schema = await client.schema()
        matcher = Matcher(toggl_aggregated, schema, settings.match_rules)
        found = await client.ask(matcher.questions, with_users=True)
        requests = client.requests_made
    told = matcher.resolve(found.answers, found.users, people=settings.people.aliases, people_failure=found.users_failure)
    data = with_suggestions(told, found.users, schema, settings.match_rules)
    return dg.MaterializeResult(value=data, metadata={**_matching_metadata(data), **work_metadata(watch, requests=requests)})


@dg.asset(group_name="fibery", kinds={"fibery", "json"}, owners=OWNERS, partitions_def=WEEKS)
async def enriched_entities(
    fibery_entities: FiberyEntities, fibery: FiberyResource, store: WeekStoreResource, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[EnrichedEntities]:
    """The week's entities with state, people, parents and fields, and started work of the week's people that got no time.

    From fibery_entities and Fibery, by the activities of config/enrichment_config.yaml. One row per entity; read by enriched_data.
    """
    watch, week, zone = Stopwatch(), Week(monday=fibery_entities.week), ZoneInfo(settings.week.timezone)
    since, until = week.moments(zone)
    async with fibery.client(place=store.account_place("fibery", fibery.account)) as client:
        schema = await client.schema()
        plans = _plans(schema, fibery_entities, settings.enrichment)
        period = Period(since=since, until=until)
        questions = entity_requests(fibery_entities.entities, plans, comments=period, budget=settings.fibery.budget)
        waiting = open_work_requests(schema, settings.enrichment.databases)
        found = await client.ask([*questions, *waiting], max_concurrent=settings.enrichment.max_concurrent)
        counts = {"requests": client.requests_made, "documents": client.documents_asked}
    view = View(base_url=settings.fibery_url, zone=zone, hours_in_day=settings.fibery.hours_in_day)
    data = enrich(fibery_entities, found.answers, plans, view=view, aliases=settings.people.aliases)
    return dg.MaterializeResult(value=data, metadata={**_enrichment_metadata(data), **work_metadata(watch, **counts)})


@dg.asset(group_name="fibery", kinds={"json"}, owners=OWNERS, partitions_def=WEEKS)
def enriched_data(
    context: dg.AssetExecutionContext,
    toggl_aggregated: TogglAggregated,
    fibery_entities: FiberyEntities,
    enriched_entities: EnrichedEntities,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[EnrichedData]:
    """The week joined: every second per person and per entity, with what Fibery says about the entity.

    From toggl_aggregated, fibery_entities, enriched_entities, and stored earlier weeks. One row per entity and person; read by all reports.
    """
    watch = Stopwatch()
    earlier = earlier_weeks(store.for_run(context.run.run_id), enriched_entities)
    until = day_in(clock.now(), ZoneInfo(settings.week.timezone))
    data = join(toggl_aggregated, fibery_entities, enriched_entities, earlier, until=until)
    return dg.MaterializeResult(value=data, metadata={**_joined_metadata(data), **work_metadata(watch)})


@dg.asset(group_name="fibery", kinds={"markdown"}, owners=OWNERS, partitions_def=WEEKS)
def work_alignment(
    context: dg.AssetExecutionContext,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[WorkAlignment]:
    """Where Toggl and Fibery disagree: time on work that is not started or final, and started work without time.

    From enriched_data. One row per entity; published as work_alignment.md, read by team_summary.
    """
    watch = Stopwatch()
    frame, limits = frame_of(context, settings, clock.now()), settings.alignment.limits
    data = align(enriched_data, frame, limits, no_report=settings.people.no_report)
    counts = {**data.statistics.entities, "to_do": sum(data.statistics.to_do.values())}
    metadata = {f"entities_{name}": dg.MetadataValue.int(number) for name, number in counts.items()}
    published = publish_report(context, store, data.report)
    return dg.MaterializeResult(value=data, metadata={**metadata, **published, **work_metadata(watch)})


@dg.asset(group_name="fibery", kinds={"markdown"}, owners=OWNERS, partitions_def=WEEKS)
def coverage_report(
    context: dg.AssetExecutionContext,
    fibery_entities: FiberyEntities,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[CoverageReport]:
    """What the configuration does not cover: unknown types, fields that do not exist, people, hours without an entity; each with the fix.

    From fibery_entities and enriched_data. Published as coverage_report.md.
    """
    watch, frame = Stopwatch(), frame_of(context, settings, clock.now())
    activities = settings.enrichment.enrichment_activities
    configured = {name: activities[name].model_dump(mode="json", exclude_none=True) for name in settings.enrichment.databases}
    data = cover(fibery_entities, enriched_data, configured=configured, frame=frame)
    metadata = {
        "unmatched_hours": hours(data.statistics.unmatched_seconds),
        "hours_to_confirm": hours(sum(one.duration_seconds for one in data.to_confirm)),
        "labels_unknown": dg.MetadataValue.int(len(data.unknown_labels)),
        "types_not_configured": dg.MetadataValue.int(len(data.uncovered_types)),
        "people_not_joined": dg.MetadataValue.int(len(data.unjoined_people)),
        "databases_missing": dg.MetadataValue.int(len(data.missing_databases)),
        "fields_missing": dg.MetadataValue.int(len(data.missing_fields)),
        "aliases_without_database": dg.MetadataValue.int(sum(one.lines for one in data.lost_aliases)),
    }
    return dg.MaterializeResult(value=data, metadata={**metadata, **publish_report(context, store, data.report), **work_metadata(watch)})


def _plans(schema: Schema, resolved: FiberyEntities, enrichment: EnrichmentSettings) -> dict[str, DatabasePlan]:
    """A plan for every configured database, for those that this week's references lead to, and for those above them."""
    wanted = (*enrichment.databases, *(f"{group.space}/{group.database}" for group in resolved.entities))
    wishes = {name: enrichment.activity(name).wishes() for name in enrichment.databases}
    default = enrichment.enrichment_activities["default"].wishes(optional=True)
    return plan_databases(schema, wanted, wishes, default, enrichment.strategies)


def _matching_metadata(data: FiberyEntities) -> Metadata:
    sums = data.statistics
    return {
        "references": dg.MetadataValue.int(sums.references),
        "rows_with_several_references": dg.MetadataValue.int(sums.several_references),
        "entities": dg.MetadataValue.int(sums.entities),
        "matched_hours": hours(sums.seconds_by_outcome["matched"]),
        "not_found_hours": hours(sums.seconds_by_outcome["not_found"]),
        "ambiguous_hours": hours(sums.seconds_by_outcome["ambiguous"]),
        "unknown_type_hours": hours(sums.seconds_by_outcome["unknown_type"]),
        "time_by_step": seconds_metadata("steps", sums.seconds_by_step),
        "databases_that_failed": dg.MetadataValue.int(len(data.failures)),
        "databases_without_titles": dg.MetadataValue.int(len(data.titles_not_compared)),
        "databases_missing": dg.MetadataValue.int(len(data.missing_databases)),
    }


def _enrichment_metadata(data: EnrichedEntities) -> Metadata:
    return {
        "entities": dg.MetadataValue.int(data.statistics.entities),
        "entities_found": dg.MetadataValue.int(data.statistics.found),
        "assigned_without_time": dg.MetadataValue.int(data.statistics.assigned_without_time),
        "fields_missing": dg.MetadataValue.int(len(data.missing_fields)),
        "databases_that_failed": dg.MetadataValue.int(len(data.failures)),
    }


def _joined_metadata(data: EnrichedData) -> Metadata:
    sums = data.statistics
    rows = [
        (f"user:{person.user_id}", person.statistics.total_duration_seconds, person.statistics.matched_duration_seconds)
        for person in data.people.values()
    ]
    return {
        "hours": hours(sums.total_duration_seconds),
        "matched_hours": hours(sums.matched_duration_seconds),
        "unmatched_hours": hours(sums.unmatched_duration_seconds),
        "people": dg.MetadataValue.int(sums.people),
        "entities": dg.MetadataValue.int(sums.entities),
        "earlier_weeks_read": dg.MetadataValue.int(len(data.earlier.weeks)),
        "earlier_weeks_in_part": dg.MetadataValue.int(sum(1 for one in data.earlier.weeks if one.gaps)),
        "hours_by_person": people_table(rows),
    }
