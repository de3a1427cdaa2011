"""Runs as text for a terminal and as JSON. Not here: reading them, options, the display of a run that goes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from volt_assets.cli.run_records import RunRecord, RunStory, weeks_text
from volt_assets.domain.values import clean_text

_SHORT = 8
_HEAD = ("run", "week", "what", "by", "status", "started", "duration", "users")
_MINUTE, _HOUR = 60, 3600


def table(records: Sequence[RunRecord], zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    """A line for each run under a line of headings, in columns."""
    rows = [_HEAD, *(_row(record, zone, now) for record in records)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def lines(record: RunRecord, story: RunStory, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    """All about one run, a line for each thing."""
    ahead = [stage for stage in record.stages if stage not in {*story.stages_completed, *story.stages_failed}]
    told = {
        "Run": record.run_id,
        "Week": ", ".join(week.title for week in record.weeks) or "-",
        "What": f"{record.what}, from {record.start_from}; started by {record.started_by}",
        "Users": users_text(record),
        "Status": status_text(record),
        "Created": moment_text(record.created, zone),
        "Started": moment_text(record.started, zone),
        "Duration": seconds_text(record.seconds(now)),
        "Completed": f"{len(story.stages_completed)} of {len(record.stages)}: {', '.join(story.stages_completed)}".rstrip(": "),
        "Stopped in" if record.status == "canceled" else "Failed": ", ".join(story.stages_failed),
        "Not done": ", ".join(ahead),
        "Error": story.error or "",
    }
    yield from (f"{name + ':':12}{value}" for name, value in told.items() if value)
    yield from (f"{'Files:' if number == 0 else '':12}{file}" for number, file in enumerate(story.files))


def document(record: RunRecord, story: RunStory, now: dt.datetime) -> dict[str, object]:
    """All about one run for programs. Moments are UTC; without a filter `users_filter` is null."""
    return {
        "run_id": record.run_id,
        "created_at": record.created.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "status": record.status,
        "parameters": {
            "start_date": record.weeks[0].monday.isoformat() if record.weeks else None,
            "end_date": record.weeks[-1].sunday.isoformat() if record.weeks else None,
            "users_filter": list(record.users) or None,
            "start_from": record.start_from,
        },
        "stages_completed": list(story.stages_completed),
        "stages_failed": list(story.stages_failed),
        "error_message": story.error,
        "duration_seconds": record.seconds(now),
        "files": list(story.files),
    }


def status_text(record: RunRecord) -> str:
    """The status, and what a run that is in progress waits for."""
    return f"{record.status} ({record.waiting})" if record.waiting else record.status


def users_text(record: RunRecord) -> str:
    """Whom the run is about, in one line."""
    return clean_text(" ".join(", ".join(record.users).split())) or "everybody"


def moment_text(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    """A moment in the configured zone."""
    return "-" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def seconds_text(seconds: float | None) -> str:
    """A length of time as a person says it: `8.2 s`, `3m 05s`, `1h 02m`; whole seconds, as of an estimate, `8 s`."""
    if seconds is None:
        return "-"
    if seconds < _MINUTE:
        return f"{seconds} s" if isinstance(seconds, int) else f"{seconds:.1f} s"
    whole = int(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE:02d}m"


def counted(number: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{number} {one if number == 1 else many}"


def short(run_id: str) -> str:
    """The first characters of an id, which name a run as a rule."""
    return run_id[:_SHORT]


def _row(record: RunRecord, zone: ZoneInfo, now: dt.datetime) -> tuple[str, ...]:
    return (
        short(record.run_id),
        weeks_text(record),
        record.what,
        record.started_by,
        status_text(record),
        moment_text(record.started or record.created, zone),
        seconds_text(record.seconds(now)),
        users_text(record),
    )
