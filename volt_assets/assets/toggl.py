"""The Toggl side of the graph, up to what Toggl alone can tell. Not here: its report, anything of Fibery."""

from collections.abc import Sequence

import dagster as dg

from io_managers.collector import collector_paused
from io_managers.json_io import WeekStoreResource, keep_first, load_first, load_previous
from io_managers.week_store import WeekStore
from resources.clock import ClockResource
from resources.toggl import TogglResource
from volt_assets.assets.common import Stopwatch, UsersFilter, has_ended, week_of
from volt_assets.assets.labels import Asks, Stage, value_labels
from volt_assets.assets.metadata import Metadata
from volt_assets.assets.retries import tried_again
from volt_assets.assets.toggl_metadata import aggregated_metadata, client_metadata, raw_metadata
from volt_assets.assets.versions import versioned
from volt_assets.domain.aggregation import TogglAggregated, aggregate
from volt_assets.domain.entries import (
    RawTogglData,
    build_raw,
    changes_since,
    check_narrowing,
    check_source,
    entries_by_person,
    merge_people,
    people_of,
)
from volt_assets.domain.people import Person, named, select_people
from volt_assets.domain.quality import days_passed_before
from volt_assets.domain.weeks import Week
from volt_assets.settings import PeopleSettings, Settings


@dg.asset(group_name="toggl", **value_labels("raw_toggl_data", Stage.SOURCE, Asks.TOGGL, "toggl", "source"))
async def raw_toggl_data(
    context: dg.AssetExecutionContext,
    config: UsersFilter,
    toggl: TogglResource,
    store: WeekStoreResource,
    clock: ClockResource,
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[RawTogglData]:
    """Every Toggl time entry of the week, of all people, proven complete against Toggl's own total.

    From Toggl's detailed report. One row per entry; read by toggl_aggregated and the checks. Fetched again, it says what changed.
    """
    week, watch, folder = week_of(context), Stopwatch(), store.for_run(context.run.run_id)
    previous = load_previous(folder, week.key, "raw_toggl_data", RawTogglData, only=config.users)
    if previous.value and config.users:
        check_source(previous.value)
    scratch = folder.scratch("toggl", f"{toggl.account} {week.key} {sorted(config.users)}")
    async with tried_again(context, settings), toggl.client(scratch=scratch, tell=context.log.info) as client:
        known = people_of(previous.value.entries) if previous.value else ()
        fetched = await client.week(week, only=config.users, expected=entries_by_person(previous.value), known=known)
        told = client_metadata(client)
    folder.bind(fetched.workspace_id)
    asked = select_people(config.users, fetched.people)
    so_far, only = not has_ended(context, clock.now()), tuple(person.key for person in asked)
    data = build_raw(week, fetched, exclude=settings.people.exclude, only_users=only, so_far=so_far)
    if asked:
        data = merge_people(previous.value, data, frozenset(person.user_id for person in asked))
    else:
        check_narrowing(previous.value, data)
    data, published = _since_published(folder, data, is_publication=not (asked or so_far))
    told = {**told, **previous.metadata, **(previous.condition if asked else {}), **published}
    told = {**told, **unknown_people(settings.people, fetched.people), **watch.metadata}
    metadata = {**raw_metadata(data, previous.value), **told}
    return versioned("raw_toggl_data", data, settings, metadata)


@dg.asset(group_name="toggl", **value_labels("toggl_aggregated", Stage.FACTS, Asks.NOBODY, "table"))
def toggl_aggregated(
    raw_toggl_data: RawTogglData, clock: ClockResource, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[TogglAggregated]:
    """The week per person: time on entities that the descriptions name in full, all other activities, and what looks wrong in it.

    From raw_toggl_data; Fibery is not asked, so "matched" means here: named in full. One row per person and entity or activity, with its
    entry ids; read by toggl_summary and the Fibery side.
    """
    watch = Stopwatch()
    passed = days_passed_before(clock.now())
    with collector_paused():
        data = aggregate(raw_toggl_data, settings.fibery_hosts, limits=settings.data_quality.limits, until=passed)
    return versioned("toggl_aggregated", data, settings, {**aggregated_metadata(data), **watch.metadata})


def _since_published(folder: WeekStore, data: RawTogglData, *, is_publication: bool) -> tuple[RawTogglData, Metadata]:
    """The week with what changed since its first publication: the first complete fetch after its end, which the store keeps for good."""
    week = Week(monday=data.week).key
    first = load_first(folder, week, "raw_toggl_data", RawTogglData)
    if first.value is None and not first.unreadable and is_publication and data.is_complete:
        keep_first(folder, week, "raw_toggl_data", data)
    told: Metadata = (
        {"first_published": dg.MetadataValue.text("unreadable: what changed since then cannot be told")} if first.unreadable else {}
    )
    return data.model_copy(update={"changes": changes_since(first.value, data)}), told


def unknown_people(configured: PeopleSettings, people: Sequence[Person]) -> Metadata:
    """Whom the configuration names and the source does not know: a typo there would show somebody who was to be left out."""
    unknown = sorted(name for name in configured.exclude | configured.no_report if not named(name, people))
    return {"unknown_in_configuration": dg.MetadataValue.text(", ".join(unknown))} if unknown else {}
