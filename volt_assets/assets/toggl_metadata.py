"""What a run tells of the Toggl side: figures for plots, tables by user id. Not here: assets, what the figures mean."""

import dagster as dg

from resources.toggl import TogglClient
from volt_assets.assets.metadata import (
    Figure,
    Metadata,
    PersonRow,
    counts,
    hours,
    hours_text,
    matched_percent,
    people_table,
    person_row,
    seconds_as_hours,
    so_far,
    sums_metadata,
)
from volt_assets.assets.previews import lines
from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.entries import Drift, RawTogglData, drift
from volt_assets.domain.quality import QualityCounts


def raw_metadata(data: RawTogglData, previous: RawTogglData | None) -> Metadata:
    """The week's entries, and what changed since the fetch before, if there was one."""
    changes = drift(previous, data)
    people = len({entry.user_id for entry in data.entries})
    return {
        **so_far(data.so_far),
        "preview": _raw_preview(data, people, changes if previous else None),
        Figure.HOURS: hours(data.statistics.seconds),
        **counts(**{Figure.PEOPLE: people, Figure.ENTRIES: data.statistics.entries}, running_entries=len(data.running)),
        "excluded_hours": hours(data.statistics.excluded_seconds),
        "own_entries_only": dg.MetadataValue.bool(data.own_entries_only),
        **counts(entries_added=changes.added, entries_changed=changes.changed, entries_removed=changes.removed),
        "hours_changed": hours(changes.seconds),
        **({"changes_by_person": _changes_table(changes)} if previous and changes.people else {}),
    }


def _raw_preview(data: RawTogglData, people: int, changes: Drift | None) -> dg.MetadataValue:
    sums = data.statistics
    points = [f"{len(data.running)} still running, counted nowhere"] if data.running else []
    points += [f"{hours_text(sums.excluded_seconds)} left out by `people.exclude`"] if sums.excluded_seconds else []
    points += ["**the token sees its owner's entries alone**"] if data.own_entries_only else []
    points += [f"only {len(data.only_users)} chosen people's time was fetched"] if data.only_users else []
    if changes is not None:
        told = f"{changes.added} added, {changes.changed} changed, {changes.removed} removed ({changes.seconds / 3600:+.1f} h)"
        points.append(f"since the fetch before: {told}" if changes.people else "nothing changed since the fetch before")
    return lines(f"{sums.entries} entries of {people} people: {hours_text(sums.seconds)}.", points)


def client_metadata(client: TogglClient) -> Metadata:
    """What a fetch cost, and what of it was read before: an edit since then that kept the week's sum is not seen."""
    left, oldest, held = client.quota_remaining, client.oldest_answer, client.handed_out
    walked = f"proven in one walk over {held.walked}, read at {held.read_at.isoformat(timespec='seconds')}" if held else ""
    return {
        **({"range_walk": dg.MetadataValue.text(walked)} if walked else {}),
        Figure.REQUESTS: dg.MetadataValue.int(client.requests_made),
        "answers_recalled": dg.MetadataValue.int(client.answers_recalled),
        **({"oldest_answer_at": dg.MetadataValue.text(oldest.isoformat(timespec="seconds"))} if oldest else {}),
        **({} if left is None else {"quota_remaining": dg.MetadataValue.int(left)}),
    }


def aggregated_metadata(data: TogglAggregated) -> Metadata:
    """The week's sums, hours by person, and what looks wrong."""
    sums = data.statistics
    return {
        **so_far(data.so_far),
        "preview": _aggregated_preview(data),
        **sums_metadata(sums, sums.people),
        "billable_hours": hours(sums.billable_duration_seconds),
        "hours_by_person": people_table(map(_row, data.users.values())),
        **_quality_metadata(data),
    }


def _aggregated_preview(data: TogglAggregated) -> dg.MetadataValue:
    sums = data.statistics
    share = matched_percent(sums.matched_duration_seconds, sums.total_duration_seconds)
    odd = {name: number for name, number in data.quality.counts.model_dump().items() if number and name != "doubled_seconds"}
    points = [f"{name.replace('_', ' ')}: {number}" for name, number in odd.items()]
    named = f"{share:.0f} % of it on entities that descriptions name in full; the Fibery side finds more."
    return lines(f"{hours_text(sums.total_duration_seconds)} of {sums.people} people, {named}", points)


def _row(time: PersonTime) -> PersonRow:
    other = sum(row.duration_seconds for row in time.unmatched_activities if row.reference is None)
    return person_row(time.user_id, time.statistics, other)


def _changes_table(changes: Drift) -> dg.MetadataValue:
    """A row for each person whose entries changed."""
    records = [
        dg.TableRecord(
            {
                "person": f"user:{one.user_id}",
                "added": one.added,
                "changed": one.changed,
                "removed": one.removed,
                "hours": seconds_as_hours(one.seconds),
            }
        )
        for one in changes.people
    ]
    counts = [dg.TableColumn(name, "int") for name in ("added", "changed", "removed")]
    columns = [dg.TableColumn("person", "string"), *counts, dg.TableColumn("hours", "float")]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))


def _quality_metadata(data: TogglAggregated) -> Metadata:
    figures = _quality_figures(data.quality.counts)
    told = {
        name: dg.MetadataValue.float(value) if isinstance(value, float) else dg.MetadataValue.int(value) for name, value in figures.items()
    }
    return {**told, "data_quality": _quality_table(data)}


def _quality_figures(counts: QualityCounts) -> dict[str, int | float]:
    """Counts by kind; the doubled time in hours."""
    given = counts.model_dump()
    return {"overlaps": given.pop("overlaps"), "doubled_hours": seconds_as_hours(given.pop("doubled_seconds")), **given}


def _quality_table(data: TogglAggregated) -> dg.MetadataValue:
    """A row for each person there is something to look at of. Keyed by user id, like all metadata."""
    records = [
        dg.TableRecord({"person": f"user:{time.user_id}", **_quality_figures(time.quality.counts)})
        for time in data.users.values()
        if not time.quality.is_clean
    ]
    figures = _quality_figures(QualityCounts()).items()
    columns = [dg.TableColumn(name, "float" if isinstance(value, float) else "int") for name, value in figures]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=[dg.TableColumn("person", "string"), *columns]))
