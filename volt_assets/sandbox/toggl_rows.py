"""How a row of a detailed report is written, with rounding and names where the request asks for them.

No HTTP and no choice of entries (`toggl_choice.py`). Shapes are those of reference/toggl.md 3.2 and 3.3.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from volt_assets.sandbox.answers import JsonObject
from volt_assets.sandbox.models import Entry, Person
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.toggl_choice import ReportQuery
from volt_assets.sandbox.toggl_shown import Shown
from volt_assets.sandbox.weeks import zone


def rounded(seconds: int, query: ReportQuery) -> int:
    """The seconds that the report shows for an entry."""
    step = query.rounding_minutes * 60
    if query.rounding == 0 or step == 0 or seconds < 0:
        return seconds
    return (seconds + step - 1) // step * step if query.rounding > 0 else seconds // step * step


def row_json(row: Sequence[Entry], number: int, query: ReportQuery, shown: Shown) -> JsonObject:
    """A row as JSON; `number` counts from 1 over all pages."""
    entry, person = row[0], shown.people[row[0].user_id]
    no_tags: list[int] | None = None if shown.options.untagged == "null" else []
    plain: JsonObject = {
        "user_id": person.user_id, "username": person.name, "project_id": entry.project_id, "task_id": None,
        "billable": entry.billable, "description": _description(entry, shown.options), "tag_ids": list(entry.tag_ids) or no_tags,
        "billable_amount_in_cents": None, "hourly_rate_in_cents": None, "currency": "EUR",
    }  # fmt: skip
    enriched = _enriched(entry, person, shown) if query.enriched else {}
    clock = shown.me if shown.options.row_offsets == "requester" else person
    times = [_time(one, clock, query, shown.options) for one in row]
    return plain | enriched | {"time_entries": times, "row_number": number}


def local_time(moment: datetime, person: Person) -> str:
    """The moment with the offset that the person's zone has then."""
    return moment.astimezone(zone(person.zone)).isoformat(timespec="seconds")


def _description(entry: Entry, options: Options) -> str | None:
    if entry.description or options.no_description == "as_entered":
        return entry.description
    return "" if options.no_description == "empty" else None


def _enriched(entry: Entry, person: Person, shown: Shown) -> JsonObject:
    project = shown.projects.get(entry.project_id or 0)
    fields: JsonObject = {
        "email": person.email,
        "project_name": project.name if project else None,
        "project_color": "0" if project else None,
        "project_hex": project.color if project else None,
        "client_name": shown.clients.get(project.client_id or 0) if project else None,
        "task_name": None,
        "tag_names": [shown.tags[tag_id] for tag_id in entry.tag_ids],
        "toggl_accounts_id": f"acc{person.user_id}",
    }
    if not person.email:
        del fields["email"]
    return _as_far_as_given(fields, shown.options)


def _as_far_as_given(fields: JsonObject, options: Options) -> JsonObject:
    if not options.enrich_leaves_out and not options.enrich_nulls:
        return fields
    return {
        name: None if name in options.enrich_nulls else value for name, value in fields.items() if name not in options.enrich_leaves_out
    }


def _time(entry: Entry, person: Person, query: ReportQuery, options: Options) -> JsonObject:
    no_seconds = entry.running and options.running_seconds == "null"
    written: JsonObject = {
        "id": entry.entry_id,
        "seconds": None if no_seconds else rounded(entry.seconds, query),
        "start": local_time(entry.start, person),
        "stop": local_time(entry.stop, person) if entry.stop else None,
        "at": entry.changed_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    if query.enriched:
        written |= _as_far_as_given({"at_tz": local_time(entry.changed_at, person)}, options)
    return written
