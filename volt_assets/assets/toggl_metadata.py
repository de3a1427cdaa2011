"""What a run tells of the Toggl side: figures for plots, tables by user id. Not here: assets, what the figures mean."""

import dagster as dg

from resources.toggl import TogglClient
from volt_assets.assets.common import Metadata, hours, people_table, seconds_as_hours
from volt_assets.domain.aggregation import TogglAggregated
from volt_assets.domain.entries import Drift, RawTogglData, drift
from volt_assets.domain.quality import QualityCounts, unmatched_percent


def raw_metadata(data: RawTogglData, previous: RawTogglData | None) -> Metadata:
    """The week's entries, and what changed since the fetch before, if there was one."""
    changes = drift(previous, data)
    return {
        "hours": hours(data.statistics.seconds),
        "entries": dg.MetadataValue.int(data.statistics.entries),
        "running_entries": dg.MetadataValue.int(len(data.running)),
        "people": dg.MetadataValue.int(len({entry.user_id for entry in data.entries})),
        "excluded_hours": hours(data.statistics.excluded_seconds),
        "own_entries_only": dg.MetadataValue.bool(data.own_entries_only),
        "entries_added": dg.MetadataValue.int(changes.added),
        "entries_changed": dg.MetadataValue.int(changes.changed),
        "entries_removed": dg.MetadataValue.int(changes.removed),
        "hours_changed": hours(changes.seconds),
        **({"changes_by_person": _changes_table(changes)} if previous and changes.people else {}),
    }


def client_metadata(client: TogglClient) -> Metadata:
    """What a fetch cost, and what of it an interrupted one had read before: an edit since then that kept the week's sum is not seen."""
    left, oldest = client.quota_remaining, client.oldest_answer
    return {
        "requests": dg.MetadataValue.int(client.requests_made),
        "answers_recalled": dg.MetadataValue.int(client.answers_recalled),
        **({"oldest_answer_at": dg.MetadataValue.text(oldest.isoformat(timespec="seconds"))} if oldest else {}),
        **({} if left is None else {"quota_remaining": dg.MetadataValue.int(left)}),
    }


def aggregated_metadata(data: TogglAggregated) -> Metadata:
    """The week's sums, hours by person, and what looks wrong."""
    sums = data.statistics
    rows = [
        (f"user:{time.user_id}", time.statistics.total_duration_seconds, time.statistics.matched_duration_seconds)
        for time in data.users.values()
    ]
    return {
        "hours": hours(sums.total_duration_seconds),
        "matched_hours": hours(sums.matched_duration_seconds),
        "unmatched_hours": hours(sums.unmatched_duration_seconds),
        "billable_hours": hours(sums.billable_duration_seconds),
        "entries": dg.MetadataValue.int(sums.total_entries),
        "people": dg.MetadataValue.int(sums.people),
        "hours_by_person": people_table(rows),
        **_quality_metadata(data),
    }


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
    sums = data.statistics
    share = unmatched_percent(sums.unmatched_duration_seconds, sums.total_duration_seconds)
    figures = _quality_figures(data.quality.counts)
    told = {
        name: dg.MetadataValue.float(value) if isinstance(value, float) else dg.MetadataValue.int(value) for name, value in figures.items()
    }
    return {"unmatched_percent": dg.MetadataValue.float(round(share, 2)), **told, "data_quality": _quality_table(data)}


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
