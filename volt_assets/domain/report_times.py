"""The times of a report that add up, said before its sentences are written. Not here: any wording, the rounding itself.

The widest time comes first: its minutes are shared out to people, theirs to their rows; what is summed across people follows from these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from volt_assets.domain.aggregation import DayShare, MatchedEntity, PersonStatistics, PersonTime, ProjectShare, UnmatchedActivity
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import PersonSums, PersonWeek
from volt_assets.domain.person_rows import PersonActivity, PersonEntity

Sums = PersonStatistics | PersonSums
EntityRow = MatchedEntity | PersonEntity
ActivityRow = UnmatchedActivity | PersonActivity


def total_time(book: FactBook, sums: Sums, person: str | None = None) -> str:
    """All time of a person, or of the team."""
    return book.duration(sums.total_duration_seconds, about("total", person=person))


def matched_time(book: FactBook, sums: Sums, person: str | None = None) -> str:
    """What went into entities."""
    return book.duration(sums.matched_duration_seconds, about("on entities", person=person))


def other_time(book: FactBook, sums: Sums, person: str | None = None) -> str:
    """What went into other activities."""
    return book.duration(sums.unmatched_duration_seconds, about("other activities", person=person))


def billable_time(book: FactBook, sums: Sums, person: str | None = None) -> str:
    """What is billable."""
    return book.duration(sums.billable_duration_seconds, about("billable", person=person))


def entity_row_time(book: FactBook, row: EntityRow, person: str) -> str:
    """A person's time on an entity."""
    return book.duration(row.duration_seconds, about("time", person=person, entity=str(identity(row))), row.entry_ids)


def activity_row_time(book: FactBook, row: ActivityRow, person: str) -> str:
    """A person's time on an activity."""
    return book.duration(row.duration_seconds, about(f"activity {row.description}", person=person), row.entry_ids)


def entity_time(book: FactBook, seconds: int, entity: str, entry_ids: Iterable[int]) -> str:
    """Everybody's time on an entity."""
    return book.duration(seconds, about("time", entity=entity), tuple(sorted(entry_ids)))


def activity_time(book: FactBook, seconds: int, description: str, entry_ids: Iterable[int]) -> str:
    """Everybody's time on an activity."""
    return book.duration(seconds, about(f"activity {description}"), tuple(sorted(entry_ids)))


def identity(row: EntityRow) -> EntityKey:
    """The entity of a row; of Toggl's alone as the labels name it."""
    if isinstance(row, PersonEntity):
        return row.entity
    return EntityKey(space=row.entity_database, database=row.entity_type, public_id=row.entity_id)


def add_up_people(book: FactBook, sums: Sums, people: Mapping[str, PersonTime] | Mapping[str, PersonWeek]) -> None:
    """The team's time is that of its people, and theirs that of their rows."""
    book.add_up(total_time(book, sums), [total_time(book, one.statistics, key) for key, one in people.items()])
    for key, one in people.items():
        add_up_person(book, key, one)
    for measure in (matched_time, other_time, billable_time):
        book.add_up(measure(book, sums), [measure(book, one.statistics, key) for key, one in people.items()])


def add_up_person(book: FactBook, key: str, one: PersonTime | PersonWeek) -> None:
    """A person's time is that of their rows; what is billable of it is no more than all of it."""
    sums, total = one.statistics, total_time(book, one.statistics, key)
    entities = [entity_row_time(book, row, key) for row in entity_rows(one)]
    activities = [activity_row_time(book, row, key) for row in activity_rows(one)]
    book.add_up(total, (*entities, *activities))
    book.add_up(matched_time(book, sums, key), entities)
    book.add_up(other_time(book, sums, key), activities)
    not_billable = book.duration(sums.total_duration_seconds - sums.billable_duration_seconds, about("not billable", person=key))
    book.add_up(total, (billable_time(book, sums, key), not_billable))
    book.add_up(total, [day_time(book, day, seconds, key) for day, seconds in seconds_by_day(one.days).items()])
    book.add_up(total, [project_time(book, name, seconds, key) for name, seconds in seconds_by_project(one.projects).items()])


def entity_rows(one: PersonTime | PersonWeek) -> tuple[EntityRow, ...]:
    """A person's rows on entities."""
    return one.matched_entities if isinstance(one, PersonTime) else one.entities


def activity_rows(one: PersonTime | PersonWeek) -> tuple[ActivityRow, ...]:
    """A person's rows on no entity."""
    return one.unmatched_activities if isinstance(one, PersonTime) else one.activities


def day_time(book: FactBook, day: date, seconds: int, person: str | None = None) -> str:
    """Time on a local day."""
    return book.duration(seconds, about(f"day {day}", person=person))


def project_time(book: FactBook, project: str, seconds: int, person: str | None = None) -> str:
    """Time on a Toggl project; the empty name is time without one."""
    return book.duration(seconds, about("project", person=person, project=project))


def seconds_by_day(shares: Iterable[DayShare]) -> dict[date, int]:
    """Time per local day, in order."""
    seconds: dict[date, int] = defaultdict(int)
    for share in shares:
        seconds[share.day] += share.duration_seconds
    return dict(sorted(seconds.items()))


def seconds_by_project(shares: Iterable[ProjectShare]) -> dict[str, int]:
    """Time per Toggl project, most first; the empty name is time without one."""
    seconds: dict[str, int] = defaultdict(int)
    for share in shares:
        seconds[share.project or ""] += share.duration_seconds
    return dict(sorted(seconds.items(), key=lambda item: (-item[1], item[0])))
