"""What assets tell of a materialisation: figures under one name everywhere, so that Dagster plots them over weeks. Not here: any one asset.

Figures are numbers in every week, 0 where nothing happened; what is not known is told as text under another name, for text breaks a plot.
Nobody's name and no description is in them: the UI has no login (`reference/field.md` section 5).
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import dagster as dg

from volt_assets.domain.rounding import PERCENT, duration_text
from volt_assets.domain.values import Value

SECONDS_IN_HOUR = 3600
_SO_FAR = "Toggl was asked before the week had ended: these are its figures so far. Run the week again when it is over."
_FIRST = ("so_far", "preview", "page", "all_weeks", "page_path")

Metadata = dict[str, dg.MetadataValue]


class Figure:
    """The names of what more than one asset tells. Plain texts: Dagster stores no enum as a name."""

    HOURS: Final = "hours"
    MATCHED_PERCENT: Final = "matched_percent"
    MATCHED_HOURS: Final = "matched_hours"
    UNMATCHED_HOURS: Final = "unmatched_hours"
    PEOPLE: Final = "people"
    ENTRIES: Final = "entries"
    ENTITIES: Final = "entities"
    REQUESTS: Final = "requests"
    MODEL_CALLS: Final = "model_calls"
    MODEL_COST: Final = "model_cost"
    SECONDS_TAKEN: Final = "seconds_taken"


class Sums(Protocol):
    """The time of a week or of a person, as the stages sum it up."""

    @property
    def total_duration_seconds(self) -> int:
        """All of it."""

    @property
    def matched_duration_seconds(self) -> int:
        """That on entities."""

    @property
    def unmatched_duration_seconds(self) -> int:
        """That on none."""

    @property
    def total_entries(self) -> int:
        """Its entries."""


class PersonRow(Value):
    """A person's row in a table. `other` is that part of the time on no entity whose descriptions refer to none."""

    user_id: int
    seconds: int
    matched: int
    other: int
    entries: int


def person_row(user_id: int, sums: Sums, other: int) -> PersonRow:
    """A person's row from their sums."""
    return PersonRow(
        user_id=user_id,
        seconds=sums.total_duration_seconds,
        matched=sums.matched_duration_seconds,
        other=other,
        entries=sums.total_entries,
    )


def hours(seconds: int) -> dg.MetadataValue:
    """Seconds as decimal hours."""
    return dg.MetadataValue.float(seconds_as_hours(seconds))


def seconds_as_hours(seconds: int) -> float:
    """Seconds as decimal hours, rounded to what a plot shows."""
    return round(seconds / SECONDS_IN_HOUR, 2)


def hours_text(seconds: int) -> str:
    """Seconds as previews show them: `12.3 h`."""
    return f"{seconds / SECONDS_IN_HOUR:.1f} h"


def matched_percent(matched: int, total: int) -> float:
    """The share of the time that is on entities; 0 of a week without time."""
    return round(PERCENT * matched / total, 2) if total else 0.0


def split(matched: int, total: int) -> Metadata:
    """A week's time, and how much of it is on entities."""
    return {
        Figure.HOURS: hours(total),
        Figure.MATCHED_PERCENT: dg.MetadataValue.float(matched_percent(matched, total)),
        Figure.MATCHED_HOURS: hours(matched),
        Figure.UNMATCHED_HOURS: hours(total - matched),
    }


def sums_metadata(sums: Sums, people: int) -> Metadata:
    """A week's time, its people and its entries."""
    time = split(sums.matched_duration_seconds, sums.total_duration_seconds)
    return {**time, **counts(**{Figure.PEOPLE: people, Figure.ENTRIES: sums.total_entries})}


def counts(**numbers: int) -> Metadata:
    """Whole numbers by name."""
    return {name: dg.MetadataValue.int(number) for name, number in numbers.items()}


def in_order(*parts: Metadata) -> Metadata:
    """All parts together, what a reader looks for first in front: the UI keeps the order."""
    told = {name: value for part in parts for name, value in part.items()}
    return {name: told[name] for name in (*(name for name in _FIRST if name in told), *told)}


def so_far(is_so_far: bool) -> Metadata:
    """Says of a week that Toggl was asked for it before it had ended; nothing of a whole one."""
    return {"so_far": dg.MetadataValue.text(_SO_FAR)} if is_so_far else {}


def people_table(rows: Iterable[PersonRow]) -> dg.MetadataValue:
    """Everybody's time, by user id: names are in the reports."""
    records = [
        dg.TableRecord(
            {
                "person": f"user:{row.user_id}",
                "hours": seconds_as_hours(row.seconds),
                "on_entities": seconds_as_hours(row.matched),
                "percent": matched_percent(row.matched, row.seconds),
                "unmatched": seconds_as_hours(row.seconds - row.matched),
                "other": seconds_as_hours(row.other),
                "entries": row.entries,
            }
        )
        for row in sorted(rows, key=lambda row: row.user_id)
    ]
    columns = [
        dg.TableColumn("person", "string", description="Toggl's user id; names are in the reports"),
        dg.TableColumn("hours", "float", description="All time of the week"),
        dg.TableColumn("on_entities", "float", description="Hours on Fibery entities"),
        dg.TableColumn("percent", "float", description="Hours on entities of all hours: matched_percent of this person"),
        dg.TableColumn("unmatched", "float", description="Hours on no entity"),
        dg.TableColumn("other", "float", description="Of these, the hours whose descriptions refer to no entity, such as meetings"),
        dg.TableColumn("entries", "int", description="Time entries"),
    ]
    return dg.MetadataValue.table(records=records, schema=dg.TableSchema(columns=columns))


def seconds_metadata(name: str, seconds: Mapping[str, int]) -> dg.MetadataValue:
    """Durations by a name, as text."""
    return dg.MetadataValue.text(", ".join(f"{key}: {duration_text(value)}" for key, value in seconds.items()) or f"no {name}")
