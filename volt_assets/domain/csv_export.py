"""Toggl's detailed CSV export: from the bytes of a file to rows that are checked cell by cell.

Not here: files, time zones, ids (that is `csv_entries`). Columns: `reference/toggl.md` section 4.4. The web app has a second layout,
with `Member`, `Stop date` and `Stop time`, in which a dash stands for an empty cell.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum

from volt_assets.domain.people import normal_email
from volt_assets.domain.values import Value, clean_text

AGAIN = "export it again from Toggl (Reports, Detailed, Export, CSV)"
DASH = "-"
LONGEST_SHOWN = 60
CLOCK_SHIFTS = (timedelta(minutes=30), timedelta(hours=1))
"""By how much clocks change: Lord Howe's half hour, and everybody else's hour."""

_DURATION = re.compile(r"([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])")
_DECIMAL = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?(?:\s*h)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_OTHER_KINDS: Mapping[bytes, str] = {
    b"PK\x03\x04": "is an Excel workbook or a zip",
    b"%PDF": "is a PDF",
    b"\xff\xfe": "is UTF-16 text, which Excel saves,",
    b"\xfe\xff": "is UTF-16 text, which Excel saves,",
}


class ExportError(ValueError):
    """A file that cannot be imported. The message names line and column where there are some, and the remedy."""


class Column(Enum):
    """What Volt reads, by the headings that Toggl gives it, in lower case. Other columns are ignored."""

    USER = ("user", "member")
    EMAIL = ("email",)
    CLIENT = ("client",)
    PROJECT = ("project",)
    DESCRIPTION = ("description",)
    BILLABLE = ("billable",)
    START_DATE = ("start date",)
    START_TIME = ("start time",)
    END_DATE = ("end date", "stop date")
    END_TIME = ("end time", "stop time")
    DURATION = ("duration",)
    TAGS = ("tags",)


NEEDED = (Column.DESCRIPTION, Column.START_DATE, Column.START_TIME, Column.DURATION)
DASHED = {"member", "stop date", "stop time"}


class ExportedRow(Value):
    """One time entry as a file tells it. `start` and `end` are its owner's wall clock, without a zone; `line` is where it begins.

    `seconds` is None for an entry that is still running. `end` is None where the file has none.
    """

    line: int
    user_name: str
    user_email: str | None
    description: str
    project: str | None
    client: str | None
    tags: tuple[str, ...]
    billable: bool
    start: datetime
    end: datetime | None
    seconds: int | None


def read_export(content: bytes) -> tuple[ExportedRow, ...]:
    """The rows of a detailed CSV export, in the file's order. Raises ExportError for the first thing that is wrong."""
    text = _text(content)
    _check_separator(text.split("\n", 1)[0])
    records = _records(text)
    _, header = next(records, (1, []))
    columns = _Columns(header)
    rows = tuple(_row(_Cells(line, columns, cells)) for line, cells in records)
    if not rows:
        raise ExportError(f"holds no time entry, only a line of headings: choose dates with entries and {AGAIN}.")
    return rows


class _Columns:
    """Where each column is. Raises ExportError for headings that are not a detailed export's."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.headings = [" ".join(clean_text(heading).split()) for heading in headings]
        names = [heading.casefold() for heading in self.headings]
        self.has_dashes = not DASHED.isdisjoint(names)
        self._places: dict[Column, int] = {}
        for column in Column:
            found = [place for place, name in enumerate(names) if name in column.value]
            if len(found) > 1:
                raise ExportError(f"line 1, {self.headings[found[1]]}: this column is there twice: {AGAIN}.")
            if found:
                self._places[column] = found[0]
        self._check_complete()

    def place(self, column: Column) -> int | None:
        """Where a column is; None if it is not there."""
        return self._places.get(column)

    def heading(self, column: Column) -> str:
        """A column's heading as the file has it, or as Toggl would."""
        place = self.place(column)
        return str(column.value[0]).capitalize() if place is None else self.headings[place]

    def _check_complete(self) -> None:
        missing = [self.heading(column) for column in NEEDED if column not in self._places]
        if Column.USER not in self._places and Column.EMAIL not in self._places:
            missing.insert(0, "User or Email")
        if missing:
            there = ", ".join(heading for heading in self.headings if heading)[:200]
            raise ExportError(
                f"line 1: the columns {', '.join(missing)} are missing (there are: {there}). Volt needs the detailed report, not the "
                f"summary or weekly one, with these columns shown: {AGAIN}."
            )


class _Cells:
    """One record: its cells by column, and how to say what is wrong with one."""

    def __init__(self, line: int, columns: _Columns, cells: Sequence[str]) -> None:
        self.line, self._columns, self._cells = line, columns, cells
        self.has_dashes = columns.has_dashes
        if len(cells) != len(columns.headings):
            raise ExportError(
                f"line {line}: {len(cells)} cells, but {len(columns.headings)} headings. A comma or a quote is missing, or one too many: "
                f"{AGAIN}."
            )

    def has(self, column: Column) -> bool:
        """Whether the file has the column."""
        return self._columns.place(column) is not None

    def raw(self, column: Column) -> str:
        """A cell as written; empty where it, or the whole column, is."""
        place = self._columns.place(column)
        cell = "" if place is None else clean_text(self._cells[place].replace("\r\n", "\n"))
        return "" if self.has_dashes and cell.strip() == DASH else cell

    def text(self, column: Column) -> str:
        """A cell without surrounding space."""
        return self.raw(column).strip()

    def problem(self, column: Column, what: str) -> ExportError:
        """The error that names line, column and what the cell holds."""
        written = self.text(column)
        shown = repr(written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}...") if written else "nothing"
        return ExportError(f"line {self.line}, {self._columns.heading(column)}: {shown} {what}.")


def _row(cells: _Cells) -> ExportedRow:
    email = normal_email(cells.text(Column.EMAIL))
    if email and not _EMAIL.fullmatch(email):
        raise cells.problem(Column.EMAIL, "is no e-mail: leave it empty where there is none")
    if not email and not cells.text(Column.USER):
        raise cells.problem(Column.USER, "tells whose entry it is, and there is no e-mail either: fill in one of the two")
    start, end = _start(cells), _end(cells)
    seconds = _seconds(cells, start, end)
    _check_order(cells, start, end, seconds)
    return ExportedRow(
        line=cells.line,
        user_name=cells.text(Column.USER),
        user_email=email,
        description=cells.raw(Column.DESCRIPTION),
        project=cells.text(Column.PROJECT) or None,
        client=cells.text(Column.CLIENT) or None,
        tags=tuple(tag.strip() for tag in cells.text(Column.TAGS).split(",") if tag.strip()),
        billable=_billable(cells),
        start=start,
        end=end,
        seconds=seconds,
    )


def _start(cells: _Cells) -> datetime:
    return datetime.combine(_date(cells, Column.START_DATE), _clock(cells, Column.START_TIME))


def _end(cells: _Cells) -> datetime | None:
    if not cells.text(Column.END_DATE) and not cells.text(Column.END_TIME):
        return None
    if not cells.has(Column.END_DATE) or not cells.has(Column.END_TIME):
        return None
    return datetime.combine(_date(cells, Column.END_DATE), _clock(cells, Column.END_TIME))


def _seconds(cells: _Cells, start: datetime, end: datetime | None) -> int | None:
    """What Toggl counts; None while the entry runs. Toggl's duration is the truth, not the difference of two clocks (section 8.5)."""
    written = cells.text(Column.DURATION)
    found = _DURATION.fullmatch(written)
    if found:
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
    if written:
        why = "is a decimal" if _DECIMAL.fullmatch(written) else "is no duration as 01:30:00"
        remedy = f"set the duration format to HH:MM:SS in Toggl's profile settings, then {AGAIN}"
        raise cells.problem(Column.DURATION, f"{why}, and seconds would be guessed: {remedy}")
    if end is None and cells.has(Column.END_DATE) and cells.has(Column.END_TIME):
        return None
    if cells.has_dashes and end in (None, start):
        return 0
    raise cells.problem(Column.DURATION, f"is no duration: write it as 01:30:00, or {AGAIN}")


def _check_order(cells: _Cells, start: datetime, end: datetime | None, seconds: int | None) -> None:
    """An end before the start is only possible where the clock was set back meanwhile, and then the duration shows it."""
    if end is None or end >= start:
        return
    if start - end + timedelta(seconds=seconds or 0) not in CLOCK_SHIFTS:
        raise cells.problem(Column.END_DATE, f"with the end time {end:%H:%M:%S} lies before the start, {start}: correct it in Toggl")


def _date(cells: _Cells, column: Column) -> date:
    written = cells.text(column)
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        raise cells.problem(column, "is no day of the calendar: correct it") from None
    raise cells.problem(column, f"is no date as 2025-10-06; a spreadsheet may have rewritten it: {AGAIN}")


def _clock(cells: _Cells, column: Column) -> time:
    found = _CLOCK.fullmatch(cells.text(column))
    if not found:
        raise cells.problem(column, f"is no time of day as 09:30:00; a spreadsheet may have rewritten it: {AGAIN}")
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise cells.problem(column, "is no time of day: with AM or PM the hour is 1 to 12")
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        raise cells.problem(column, "is no time of day: hours go to 23, minutes and seconds to 59") from None


def _billable(cells: _Cells) -> bool:
    written = cells.text(Column.BILLABLE).casefold()
    if written not in ("yes", "no", ""):
        raise cells.problem(Column.BILLABLE, "should be Yes or No")
    return written == "yes"


def _text(content: bytes) -> str:
    """The file's text, without a byte order mark. Raises ExportError for what is no UTF-8 text."""
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise ExportError(f"is empty: {AGAIN}.")
    for beginning, kind in _OTHER_KINDS.items():
        if content.startswith(beginning):
            raise ExportError(f"{kind} and no CSV: {AGAIN}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ExportError(f"line {line}: is not UTF-8 text; a spreadsheet may have saved it: {AGAIN}.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ExportError(f"line {line}: has a NUL character in it, so it is damaged or no text: {AGAIN}.")
    return text


def _check_separator(first_line: str) -> None:
    separator = next((name for sign, name in ((";", "semicolons"), ("\t", "tabs")) if sign in first_line), None)
    if separator and "," not in first_line:
        raise ExportError(
            f"line 1: the columns are separated by {separator}, as spreadsheets save them; Toggl separates by commas: {AGAIN}."
        )


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on, as an editor counts them. Empty ones are passed over."""
    # Not str.splitlines, which also ends a line at a form feed or U+2028 inside a description.
    reader = csv.reader((f"{line}\n" for line in text.removesuffix("\n").split("\n")), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ExportError(f"line {line}: {_csv_problem(error)}: {AGAIN}.") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _csv_problem(error: csv.Error) -> str:
    """Python's words for a broken record in a user's."""
    told = str(error)
    if "unexpected end" in told:
        return "a quote opens in this row and is never closed"
    if "field limit" in told:
        return f"a cell is longer than {csv.field_size_limit()} characters, so a quote that opens in this row may not be closed"
    if "expected after" in told:
        return "a quote stands inside a cell or is missing at its end (inside a quoted cell, quotes are doubled)"
    return f"this row is no CSV ({told})"
