"""Toggl's detailed CSV export, written in tests as Toggl writes it. Not here: assertions.

Columns: `reference/toggl.md` section 4.4. The web app's second layout has `Member`, `Stop date`, and a dash for what is empty.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from volt_assets.domain.csv_days import FileDays, ToldBy, days_of_entries
from volt_assets.domain.csv_entries import export_entries
from volt_assets.domain.csv_export import read_export
from volt_assets.domain.csv_plan import WeekImport, plan_weeks
from volt_assets.domain.entries import RawTogglData, TimeEntry
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.world import World

Cells = dict[str, str]

HEADINGS = (
    *("User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date", "Start time", "End date", "End time"),
    *("Duration", "Tags", "Amount (USD)"),
)
SECOND_NAMES = {"User": "Member", "End date": "Stop date", "End time": "Stop time"}
BOM = "\ufeff"
BERLIN = ZoneInfo("Europe/Berlin")


def cells(**changes: str) -> Cells:
    """A row that looks real, with some cells changed; `Start date` is written `start_date`."""
    usual = {
        **dict.fromkeys(HEADINGS, ""),
        "User": "Ana Example",
        "Email": "ana@example.com",
        "Client": "Acme",
        "Project": "Portal",
        "Description": "Fix login page #1234 [Scrum] [Task] [Portal]",
        "Billable": "No",
        "Start date": "2025-10-06",
        "Start time": "09:00:00",
        "End date": "2025-10-06",
        "End time": "10:00:00",
        "Duration": "01:00:00",
        "Tags": "backend",
    }
    return usual | {name.replace("_", " ").capitalize(): value for name, value in changes.items()}


def written(*rows: Cells, headings: Sequence[str] = HEADINGS, line_end: str = "\n") -> bytes:
    """The bytes of a file with these rows, in this order of columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return out.getvalue().encode()


def second_layout(*rows: Cells) -> bytes:
    """The same rows as the web app's second layout has them, everything quoted."""
    names = [SECOND_NAMES.get(heading, heading) for heading in HEADINGS]
    lines = [names, *([row.get(heading, "") or "-" for heading in HEADINGS] for row in rows)]
    return "".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) + "\n" for line in lines).encode()


def as_cells(entry: TimeEntry) -> Cells:
    """An entry as Toggl would export it, in its own local time."""
    end = entry.start + timedelta(seconds=entry.seconds)
    return cells(
        user=entry.user_name,
        email=entry.user_email or "",
        client=entry.client or "",
        project=entry.project or "",
        description=entry.description,
        billable="Yes" if entry.billable else "No",
        duration=length(entry.seconds),
        tags=", ".join(entry.tags),
        **moments(entry.start, end),
    )


def moments(start: datetime, end: datetime) -> dict[str, str]:
    """The four cells of an entry's two moments."""
    dates = {"start_date": start.date().isoformat(), "end_date": end.date().isoformat()}
    return {**dates, "start_time": f"{start:%H:%M:%S}", "end_time": f"{end:%H:%M:%S}"}


def day(month_day: str, **changes: str) -> Cells:
    """A row of a day of 2025, written `10-06`."""
    return cells(start_date=f"2025-{month_day}", end_date=f"2025-{month_day}", **changes)


def imported(content: bytes, zone: ZoneInfo = BERLIN) -> tuple[TimeEntry, ...]:
    """A file's entries."""
    return export_entries(read_export(content), zone)


def plans(
    content: bytes, stored: Sequence[RawTogglData] = (), *, told: tuple[str, str] | None = None, exclude: Sequence[str] = ()
) -> tuple[WeekImport, ...]:
    """What importing a file would make of stored weeks, with the days that it is told to cover, written `10-06`."""
    entries, weeks = imported(content), {Week(monday=data.week): data for data in stored}
    first, last = (date.fromisoformat(f"2025-{one}") for one in told) if told else (None, None)
    days = FileDays(first=first, last=last, told_by=ToldBy.OPTIONS) if first and last else days_of_entries(one.day for one in entries)
    return plan_weeks(entries, weeks, days, workspace_id=None, exclude=frozenset(exclude))


def weeks_of(content: bytes, stored: Sequence[RawTogglData] = (), *, told: tuple[str, str] | None = None) -> list[RawTogglData]:
    """The weeks after an import."""
    return [plan.data for plan in plans(content, stored, told=told)]


def length(seconds: int) -> str:
    """A duration as the export has it: hours go beyond 24."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def sandbox_export(world: World, monday: date) -> bytes:
    """A week of the sandbox as its CSV export would be: each entry in its owner's zone."""
    return written(*(_sandbox_cells(world, entry) for entry in world.entries_of_week(monday)))


def _sandbox_cells(world: World, entry: Entry) -> Cells:
    person = world.person(entry.user_id)
    project = next((one for one in world.projects if one.project_id == entry.project_id), None)
    local = [(entry.start + timedelta(seconds=seconds)).astimezone(ZoneInfo(person.zone)) for seconds in (0, entry.seconds)]
    return cells(
        user=person.name,
        email=person.email or "",
        client=next((one.name for one in world.clients if project and one.client_id == project.client_id), ""),
        project=project.name if project else "",
        description=entry.description or "",
        billable="Yes" if entry.billable else "No",
        duration=length(entry.seconds),
        tags=", ".join(tag.name for tag in world.tags if tag.tag_id in entry.tag_ids),
        **moments(*local),
    )
