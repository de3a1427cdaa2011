"""The times of a report that add up, said before its sentences are written. Not here: any wording, the rounding itself.

The widest time comes first: its minutes are shared out to people, theirs to their rows; what is summed across people follows from these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from volt_assets.domain.aggregation import DayShare, MatchedEntity, PersonStatistics, PersonTime, ProjectShare, UnmatchedActivity
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import PersonSums, PersonWeek
from volt_assets.domain.person_rows import PersonActivity, PersonEntity

Sums = PersonStatistics | PersonSums
EntityRow = MatchedEntity | PersonEntity
ActivityRow = UnmatchedActivity | PersonActivity
People = Mapping[str, PersonTime] | Mapping[str, PersonWeek]
Rows = Iterable[tuple[str, EntityRow | ActivityRow]]
Somebody = TypeVar("Somebody", PersonTime, PersonWeek)


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


def activity_time(book: FactBook, description: str, rows: Rows) -> str:
    """Everybody's time on an activity."""
    return book.duration(rows_seconds(rows), about(f"activity {description}"), rows_entry_ids(rows))


def by_name(people: Mapping[str, Somebody]) -> list[tuple[str, Somebody]]:
    """People by name: no ranking of people by hours."""
    return sorted(people.items(), key=lambda item: (item[1].user_name.casefold(), item[0]))


def activity_groups(people: People) -> list[tuple[str, list[tuple[str, ActivityRow]]]]:
    """Each activity once, with the rows of everybody who had it by person; most time first."""
    groups: dict[str, list[tuple[str, ActivityRow]]] = defaultdict(list)
    for key, one in people.items():
        for row in activity_rows(one):
            groups[row.description].append((key, row))
    return sorted(groups.items(), key=lambda item: (-rows_seconds(item[1]), item[0]))


def rows_seconds(rows: Rows) -> int:
    """The time of people's rows."""
    return sum(row.duration_seconds for _, row in rows)


def rows_entry_ids(rows: Rows) -> list[int]:
    """The entries of people's rows."""
    return sorted(entry_id for _, row in rows for entry_id in row.entry_ids)


def identity(row: EntityRow) -> EntityKey:
    """The entity of a row; of Toggl's alone as the labels name it."""
    if isinstance(row, PersonEntity):
        return row.entity
    return EntityKey(space=row.entity_database, database=row.entity_type, public_id=row.entity_id)


def add_up_people(book: FactBook, sums: Sums, people: People) -> None:
    """The team's time is that of its people, and theirs that of their rows; activities, days and projects are summed over all of them."""
    book.add_up(total_time(book, sums), [total_time(book, one.statistics, key) for key, one in people.items()])
    for key, one in people.items():
        add_up_person(book, key, one)
    for measure in (matched_time, other_time, billable_time):
        book.add_up(measure(book, sums), [measure(book, one.statistics, key) for key, one in people.items()])
    for description, rows in activity_groups(people):
        book.add_up(activity_time(book, description, rows), [activity_row_time(book, row, key) for key, row in rows])
    everyone = people.values()
    _add_up_shares(book, sums, [day for one in everyone for day in one.days], [share for one in everyone for share in one.projects])


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
    _add_up_shares(book, sums, one.days, one.projects, key)


def _add_up_shares(
    book: FactBook, sums: Sums, days: Iterable[DayShare], projects: Iterable[ProjectShare], person: str | None = None
) -> None:
    """All time is that of the days, and that of the projects."""
    total = total_time(book, sums, person)
    book.add_up(total, [day_time(book, day, seconds, person) for day, seconds in seconds_by_day(days).items()])
    book.add_up(total, [project_time(book, name, seconds, person) for name, seconds in seconds_by_project(projects).items()])


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
