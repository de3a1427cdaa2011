"""A CSV export's rows as time entries: their zone, and ids that stay the same from import to import.

Not here: reading the file (`csv_export`), what stored weeks become (`csv_plan`).
The file has neither ids nor a zone (`reference/toggl.md` section 4.4).
"""

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from volt_assets.domain.csv_export import CLOCK_SHIFTS, ExportedRow
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.people import shown_name

FIRST_ID = 2**52
"""Far above Toggl's own ids (about 4e9), and with as many ids above it still exact where JSON numbers are doubles."""


def export_entries(rows: Iterable[ExportedRow], zone: tzinfo) -> tuple[TimeEntry, ...]:
    """The rows as entries, by start and id. The wall clock is taken as `zone`'s, so that each entry keeps its day.

    The same row gets the same ids in every import, whatever the order of the rows and the zone.
    """
    ordered = sorted(rows, key=lambda row: (_identity(row), row.user_name))
    seen: Counter[str] = Counter()
    keys = [_numbered(_identity(row), seen) for row in ordered]
    entry_ids, user_ids = derived_ids(keys), derived_ids(_owner(row) for row in ordered)
    entries = [_entry(row, entry_ids[key], user_ids[_owner(row)], zone) for row, key in zip(ordered, keys, strict=True)]
    return tuple(sorted(entries, key=lambda entry: (entry.start, entry.id)))


def derived_ids(keys: Iterable[str], *, span: int = FIRST_ID) -> dict[str, int]:
    """A number from FIRST_ID up for each text, no two the same. It depends on the text alone, unless two of them meet."""
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for key in sorted(set(keys)):
        ids[key] = next(number for attempt in itertools.count() if (number := _hashed(key, attempt, span)) not in taken)
        taken.add(ids[key])
    return ids


def _entry(row: ExportedRow, entry_id: int, user_id: int, zone: tzinfo) -> TimeEntry:
    return TimeEntry(
        id=entry_id,
        user_id=user_id,
        user_email=row.user_email,
        user_name=shown_name(row.user_name),
        description=row.description,
        start=_moment(row.start, zone),
        stop=_stop(row, zone),
        seconds=row.seconds or 0,
        billable=row.billable,
        project=row.project,
        client=row.client,
        tags=row.tags,
        updated_at=None,
    )


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    """The wall clock with the offset that the zone has then. A skipped hour keeps its clock and day, a doubled one is the first."""
    offset = wall.replace(tzinfo=zone).utcoffset() or timedelta()
    return wall.replace(tzinfo=timezone(offset))


def _stop(row: ExportedRow, zone: tzinfo) -> datetime | None:
    """The start and the duration, unless the file's own end tells something else than a change of the clocks explains."""
    if row.seconds is None:
        return None
    length = timedelta(seconds=row.seconds)
    if row.end and abs(row.end - row.start - length) not in (timedelta(), *CLOCK_SHIFTS):
        return _moment(row.end, zone)
    reached = (_moment(row.start, zone).astimezone(UTC) + length).astimezone(zone)
    return reached.replace(tzinfo=timezone(reached.utcoffset() or timedelta()))


def _owner(row: ExportedRow) -> str:
    """Whose row it is: by e-mail, or by name where there is none. Namesakes without an e-mail cannot be told apart."""
    return json.dumps(["person", "e-mail", row.user_email] if row.user_email else ["person", "name", row.user_name])


def _identity(row: ExportedRow) -> str:
    """All that tells an entry from another."""
    end = row.end.isoformat() if row.end else None
    what = [row.description, row.project, row.client, row.tags, row.billable]
    return json.dumps(["entry", _owner(row), row.start.isoformat(), end, row.seconds, *what])


def _numbered(identity: str, seen: Counter[str]) -> str:
    """The identity with its number among rows that are alike."""
    seen[identity] += 1
    return f"{identity} {seen[identity]}"


def _hashed(key: str, attempt: int, span: int) -> int:
    digest = hashlib.sha256(f"{attempt} {key}".encode()).digest()
    return FIRST_ID + int.from_bytes(digest[:8]) % span
