"""How a detailed report is cut into pages, with the cursor in the headers and the faults that its paging can have.

No choice of rows (`toggl_choice.py`), no JSON. The cursor is that of reference/toggl.md 3.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from volt_assets.sandbox.answers import JsonObject
from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.toggl_query import BadRequestError, whole_number

Rows = Sequence[tuple[Entry, ...]]

_DEFAULT_PAGE = 50


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page lies: the index of its first row, and how many rows it may have."""

    first: int
    size: int

    @property
    def number(self) -> int:
        """Which page of a walk it is, counted from 1."""
        return self.first // self.size + 1


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page and the headers that say what follows."""

    rows: Rows
    headers: dict[str, str]


def page_size(fields: JsonObject, options: Options) -> int:
    """The rows of a page; raises BadRequestError for a size that is refused."""
    wanted, cap = whole_number(fields, "page_size"), options.page_size_cap
    if wanted is not None and (wanted < 1 or (wanted > cap and options.page_size_above_cap == "refused")):
        raise BadRequestError("Invalid 'page_size' value")
    return min(_DEFAULT_PAGE if wanted is None else wanted, cap)


def first_row(fields: JsonObject, rows: Rows, options: Options) -> int:
    """The index of the page's first row. An id without a timestamp silently finds nothing (reference/toggl.md 3.4)."""
    first_id, timestamp = whole_number(fields, "first_id"), whole_number(fields, "first_timestamp")
    number = whole_number(fields, "first_row_number")
    if first_id is not None and timestamp is None and options.first_id_alone == "empty":
        return len(rows)
    if number is not None:
        if number < 1:
            raise BadRequestError("Invalid 'first_row_number' value")
        return number - 1
    if first_id is not None:
        return next((at for at, row in enumerate(rows) if row[0].entry_id == first_id), len(rows))
    return 0


def page_of(rows: Rows, cut: Cut, options: Options) -> Page:
    """The page at that cut."""
    shown, following = rows[cut.first : cut.first + cut.size], cut.first + cut.size
    headers = {"X-Page-Size": str(cut.size)}
    if following >= len(rows):
        return Page(shown, headers)
    if cut.number == options.paging_fault_page:
        shown, following = _faulty(shown, cut.first, following, options)
    entry = rows[following][0]
    cursor = {
        "X-Next-ID": str(entry.entry_id),
        "X-Next-Row-Number": str(following + 1),
        "X-Next-Timestamp": str(int(entry.start.timestamp())),
    }
    return Page(shown, headers | cursor)


def _faulty(shown: Rows, first: int, following: int, options: Options) -> tuple[Rows, int]:
    if options.paging_fault == "repeats":
        return shown, first
    if options.paging_fault == "empty":
        return (), following
    return (shown[:-1] if options.paging_fault == "shrinks" else shown), following
