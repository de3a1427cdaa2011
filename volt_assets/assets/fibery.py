"""The Fibery side of the graph up to the joined week and what it shows. Not here: the reports about people."""

from zoneinfo import ZoneInfo

import dagster as dg

from io_managers.json_io import WeekStoreResource
from resources.clock import ClockResource
from resources.fibery import FiberyResource
from volt_assets.assets.common import Stopwatch, frame_of, has_ended
from volt_assets.assets.earlier import earlier_weeks
from volt_assets.assets.fibery_metadata import (
    alignment_metadata,
    coverage_metadata,
    enrichment_metadata,
    joined_metadata,
    matching_metadata,
)
from volt_assets.assets.labels import Asks, For, Stage, report_labels, value_labels
from volt_assets.assets.metadata import Figure, counts, in_order
from volt_assets.assets.publishing import publish_report
from volt_assets.assets.retries import tried_again
from volt_assets.assets.versions import versioned
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
from volt_assets.settings import EnrichmentSettings, Settings


@dg.asset(group_name="fibery", **value_labels("fibery_entities", Stage.SOURCE, Asks.FIBERY, "fibery", "source"))
async def fibery_entities(
    context: dg.AssetExecutionContext,
    toggl_aggregated: TogglAggregated,
    fibery: FiberyResource,
    store: WeekStoreResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[FiberyEntities]:
    """Which Fibery entity each activity of the week belongs to: the step that decided, the candidates, the score.

    From toggl_aggregated and Fibery's schema and databases. One row for each of toggl_aggregated; read by enriched_entities,
    enriched_data and coverage_report. What may mean several entities is matched with none.
    """
    watch = Stopwatch()
    place = store.account_place("fibery", fibery.account)
    async with tried_again(context, settings), fibery.client(place=place, tell=context.log.info) as client:
        schema = await client.schema()
        matcher = Matcher(toggl_aggregated, schema, settings.match_rules)
        found = await client.ask(matcher.questions, with_users=True)
        requests = client.requests_made
    resolved = matcher.resolve(found.answers, found.users, people=settings.people.aliases, people_failure=found.users_failure)
    data = with_suggestions(resolved, found.users, schema, settings.match_rules)
    told = matching_metadata(data, is_so_far=toggl_aggregated.so_far)
    return versioned("fibery_entities", data, settings, {**told, **counts(**{Figure.REQUESTS: requests}), **watch.metadata})


@dg.asset(group_name="fibery", **value_labels("enriched_entities", Stage.SOURCE, Asks.FIBERY, "fibery", "source"))
async def enriched_entities(
    context: dg.AssetExecutionContext,
    fibery_entities: FiberyEntities,
    fibery: FiberyResource,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[EnrichedEntities]:
    """What Fibery says of the week's entities: state, people, parents, fields, texts; and started work of these people that got no time.

    From fibery_entities and Fibery, by the activities of `config/enrichment_config.yaml`. One row per entity; read by enriched_data.
    An entity that is hidden or deleted stays, with the reason.
    """
    watch, zone, is_so_far = Stopwatch(), ZoneInfo(settings.week.timezone), not has_ended(context, clock.now())
    since, until = Week(monday=fibery_entities.week).moments(zone)
    place = store.account_place("fibery", fibery.account)
    async with tried_again(context, settings), fibery.client(place=place, tell=context.log.info) as client:
        schema = await client.schema()
        plans = _plans(schema, fibery_entities, settings.enrichment)
        period = Period(since=since, until=until)
        questions = entity_requests(fibery_entities.entities, plans, comments=period, budget=settings.fibery.budget)
        waiting = open_work_requests(schema, settings.enrichment.databases)
        found = await client.ask([*questions, *waiting], max_concurrent=settings.enrichment.max_concurrent)
        asked = counts(**{Figure.REQUESTS: client.requests_made}, documents=client.documents_asked)
    view = View(base_url=settings.fibery_url, zone=zone, hours_in_day=settings.fibery.hours_in_day)
    data = enrich(fibery_entities, found.answers, plans, view=view, aliases=settings.people.aliases)
    told = enrichment_metadata(data, fibery_entities, is_so_far=is_so_far)
    return versioned("enriched_entities", data, settings, {**told, **asked, **watch.metadata})


@dg.asset(group_name="fibery", **value_labels("enriched_data", Stage.FACTS, Asks.NOBODY, "table"))
def enriched_data(
    context: dg.AssetExecutionContext,
    toggl_aggregated: TogglAggregated,
    fibery_entities: FiberyEntities,
    enriched_entities: EnrichedEntities,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[EnrichedData]:
    """The week joined: every second, per person and per entity, with what Fibery says about the entity.

    From toggl_aggregated, fibery_entities, enriched_entities and the stored earlier weeks. One row per entity, one per person; read by
    all reports of the Fibery side. Its figures have the final word on what is matched.
    """
    watch = Stopwatch()
    earlier = earlier_weeks(store.for_run(context.run.run_id), enriched_entities)
    until = day_in(clock.now(), ZoneInfo(settings.week.timezone))
    data = join(toggl_aggregated, fibery_entities, enriched_entities, earlier, until=until)
    return versioned("enriched_data", data, settings, {**joined_metadata(data), **watch.metadata})


@dg.asset(group_name="fibery", **report_labels("work_alignment.md", "work_alignment.html", Asks.NOBODY, For.LEAD))
def work_alignment(
    context: dg.AssetExecutionContext,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[WorkAlignment]:
    """Where Toggl and Fibery disagree: time on work that is not started or was closed before, and started work without time.

    From enriched_data. One row per entity, with what to do about it and whom it concerns; published for the team lead, read by
    team_summary and report_site.
    """
    watch = Stopwatch()
    frame, limits = frame_of(context, settings, clock.now()), settings.alignment.limits
    data = align(enriched_data, frame, limits, no_report=settings.people.no_report)
    published = publish_report(context, store, settings, data.report)
    metadata = in_order(alignment_metadata(data, enriched_data), published, watch.metadata)
    return versioned("work_alignment", data, settings, metadata)


@dg.asset(group_name="fibery", **report_labels("coverage_report.md", "coverage_report.html", Asks.NOBODY, For.OPERATOR))
def coverage_report(
    context: dg.AssetExecutionContext,
    fibery_entities: FiberyEntities,
    enriched_data: EnrichedData,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[CoverageReport]:
    """What keeps hours from their entities: unknown types, missing fields, people not joined, unclear descriptions; each with the fix.

    From fibery_entities and enriched_data. One row per gap, with the lines to paste into the configuration; published for the operator,
    read by report_site.
    """
    watch, frame = Stopwatch(), frame_of(context, settings, clock.now())
    activities = settings.enrichment.enrichment_activities
    configured = {name: activities[name].model_dump(mode="json", exclude_none=True) for name in settings.enrichment.databases}
    data = cover(fibery_entities, enriched_data, configured=configured, frame=frame)
    published = publish_report(context, store, settings, data.report)
    metadata = in_order(coverage_metadata(data, enriched_data), published, watch.metadata)
    return versioned("coverage_report", data, settings, metadata)


def _plans(schema: Schema, resolved: FiberyEntities, enrichment: EnrichmentSettings) -> dict[str, DatabasePlan]:
    """A plan for every configured database, for those that this week's references lead to, and for those above them."""
    wanted = (*enrichment.databases, *(f"{group.space}/{group.database}" for group in resolved.entities))
    wishes = {name: enrichment.activity(name).wishes() for name in enrichment.databases}
    default = enrichment.enrichment_activities["default"].wishes(optional=True)
    return plan_databases(schema, wanted, wishes, default, enrichment.strategies)
