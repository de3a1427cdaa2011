"""The times of a report that add up, and how: said before its sentences are written. Not here: any wording, the rounding itself.

The widest time comes first: its minutes are shared out to people, theirs to their rows, and what is summed across people follows from these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from volt_assets.domain.aggregation import DayShare, MatchedEntity, PersonStatistics, PersonTime, ProjectShare, TogglAggregated
from volt_assets.domain.aggregation import UnmatchedActivity
from volt_assets.domain.alignment_rules import Alignment
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData, PersonSums, PersonWeek
from volt_assets.domain.person_rows import PersonActivity, PersonEntity

Statistics = PersonStatistics | PersonSums
EntityRow = MatchedEntity | PersonEntity
ActivityRow = UnmatchedActivity | PersonActivity


def total_time(book: FactBook, sums: Statistics, person: str | None = None) -> str:
    """All time of a person, or of the team."""
    return book.duration(sums.total_duration_seconds, about("total", person=person))


def matched_time(book: FactBook, sums: Statistics, person: str | None = None) -> str:
    """What went into entities."""
    return book.duration(sums.matched_duration_seconds, about("on entities", person=person))


def other_time(book: FactBook, sums: Statistics, person: str | None = None) -> str:
    """What went into other activities."""
    return book.duration(sums.unmatched_duration_seconds, about("other activities", person=person))


def billable_time(book: FactBook, sums: Statistics, person: str | None = None) -> str:
    """What is billable."""
    return book.duration(sums.billable_duration_seconds, about("billable", person=person))


def entity_time(book: FactBook, row: EntityRow, person: str) -> str:
    """A person's time on an entity, as a row that accounts for it."""
    return book.account(row.duration_seconds, about("time", person=person, entity=str(key_of(row))), row.entry_ids)


def activity_time(book: FactBook, row: ActivityRow, person: str) -> str:
    """A person's time on an activity, as a row that accounts for it."""
    return book.account(row.duration_seconds, about(f"activity {row.description}", person=person), row.entry_ids)
