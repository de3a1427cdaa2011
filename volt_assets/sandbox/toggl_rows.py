"""Which entries a Toggl report shows, in which order, and how each is written.

No HTTP. Dates are compared with each owner's local date; rounding is applied where the request or the user's
preference asks for it (reference/toggl.md 3 and 8).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from volt_assets.sandbox.models import Entry, Person
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.weeks import zone
from volt_assets.sandbox.world import World

ENRICHED: Final = (
    "email", "project_name", "project_color", "project_hex", "client_name", "task_name", "tag_names", "toggl_accounts_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A checked report request. Rounding is already the one that applies."""

    start: date
    end: date
    ids: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    description: str | None = None
    billable: bool | None = None
    order_by: str = "date"
    descending: bool = False
    grouped: bool = False
    enriched: bool = False
    rounding: int = 0
    rounding_minutes: int = 0


def requester(world: World, options: Options) -> Person:
    """Whose token it is: the admin's, or with `toggl_admin=False` a plain user's."""
    return world.people[0] if options.toggl_admin else world.people[1]


def rounded(seconds: int, query: ReportQuery) -> int:
    """The seconds that the report shows for an entry."""
    step = query.rounding_minutes * 60
    if query.rounding == 0 or step == 0 or seconds < 0:
        return seconds
    return (seconds + step - 1) // step * step if query.rounding > 0 else seconds // step * step


class Report:
    """The rows of one report request."""

    def __init__(self, world: World, options: Options, query: ReportQuery) -> None:
        self._world = world
        self._options = options
        self._query = query
        self._people = {person.user_id: person for person in world.people}
        self._projects = {project.project_id: project for project in world.projects}
        self._clients = {client.client_id: client.name for client in world.clients}
        self._tags = {tag.tag_id: tag.name for tag in world.tags}

    def entries(self) -> list[Entry]:
        """The entries in the order of the report."""
        found = [entry for entry in self._world.entries if self._shown(entry) and self._matches(entry)]
        return sorted(found, key=self._order, reverse=self._query.descending)

    def rows(self) -> list[list[Entry]]:
        """The entries of each row: one, or with `grouped` all that share user, words, project, tags and billing."""
        if not self._query.grouped:
            return [[entry] for entry in self.entries()]
        groups: dict[tuple[object, ...], list[Entry]] = {}
        for entry in self.entries():
            key = (entry.user_id, entry.project_id, entry.description, entry.billable, entry.tag_ids)
            groups.setdefault(key, []).append(entry)
        return list(groups.values())

    def written(self, row: list[Entry], number: int) -> dict[str, object]:
        """A row as JSON; `number` counts from 1 over all pages."""
        entry, person = row[0], self._people[row[0].user_id]
        plain = {
            "user_id": person.user_id, "username": person.name, "project_id": entry.project_id, "task_id": None,
            "billable": entry.billable, "description": entry.description, "tag_ids": list(entry.tag_ids),
            "billable_amount_in_cents": None, "hourly_rate_in_cents": None, "currency": "EUR",
        }  # fmt: skip
        enriched = self._enriched(entry, person) if self._query.enriched else {}
        times = [self._time(one, person) for one in row]
        return plain | enriched | {"time_entries": times, "row_number": number}

    def _shown(self, entry: Entry) -> bool:
        if entry.running and not self._options.running_entries:
            return False
        return self._options.toggl_admin or entry.user_id == requester(self._world, self._options).user_id

    def _matches(self, entry: Entry) -> bool:
        query = self._query
        return (
            query.start <= entry.day <= query.end
            and query.billable in (None, entry.billable)
            and (query.description or "").casefold() in (entry.description or "").casefold()
            and all(self._has_id(entry, name, wanted) for name, wanted in query.ids.items())
        )

    def _has_id(self, entry: Entry, name: str, wanted: tuple[int | None, ...]) -> bool:
        project = self._projects.get(entry.project_id or 0)
        own: dict[str, Iterable[int | None]] = {
            "user_ids": (entry.user_id,),
            "time_entry_ids": (entry.entry_id,),
            "project_ids": (entry.project_id,),
            "client_ids": (project.client_id if project else None,),
            "tag_ids": entry.tag_ids or (None,),
            "task_ids": (None,),
            "group_ids": (),
        }
        return any(value in wanted for value in own[name])

    def _order(self, entry: Entry) -> tuple[object, ...]:
        keys: dict[str, object] = {
            "date": entry.start,
            "user": self._people[entry.user_id].name,
            "duration": entry.seconds,
            "description": entry.description or "",
            "last_update": entry.changed_at,
        }
        return (keys[self._query.order_by], entry.start, entry.entry_id)

    def _enriched(self, entry: Entry, person: Person) -> dict[str, object]:
        project = self._projects.get(entry.project_id or 0)
        fields: dict[str, object] = {
            "email": person.email,
            "project_name": project.name if project else None,
            "project_color": "0" if project else None,
            "project_hex": project.color if project else None,
            "client_name": self._clients.get(project.client_id or 0) if project else None,
            "task_name": None,
            "tag_names": [self._tags[tag_id] for tag_id in entry.tag_ids],
            "toggl_accounts_id": f"acc{person.user_id}",
        }
        left_out = self._options.enrich_leaves_out | (frozenset() if person.email else {"email"})
        return {name: value for name, value in fields.items() if name not in left_out}

    def _time(self, entry: Entry, person: Person) -> dict[str, object]:
        written: dict[str, object] = {
            "id": entry.entry_id,
            "seconds": rounded(entry.seconds, self._query),
            "start": local_time(entry.start, person),
            "stop": local_time(entry.stop, person) if entry.stop else None,
            "at": utc_time(entry.changed_at),
        }
        return written | ({"at_tz": local_time(entry.changed_at, person)} if self._query.enriched else {})


def local_time(moment: datetime, person: Person) -> str:
    """The moment with the offset that the owner's zone has then."""
    return moment.astimezone(zone(person.zone)).isoformat(timespec="seconds")


def utc_time(moment: datetime) -> str:
    """The moment in UTC, with a numeric offset."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def finished(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries whose timer is off."""
    return (entry for entry in entries if not entry.running)
