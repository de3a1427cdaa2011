"""How a week's report is walked page by page, and when a walk is known to be whole.

Not here: sending the requests (`toggl`). Facts: `reference/toggl.md` sections 3.4 and 8.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from resources.errors import AnswerError, excerpt
from resources.toggl_quota import whole
from resources.toggl_rows import ReportedEntry, ReportedRow
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_CLOCK_SECONDS = 2  # of each timer that is on: whole seconds on both sides, and the way of the answer
FoundEntry = tuple[ReportedRow, ReportedEntry]


class Walk(Value):
    """The report as one walk over its pages found it, by entry id. A partial one stopped before the last page."""

    found: Mapping[int, FoundEntry]
    has_shifted: bool
    is_partial: bool = False

    @property
    def seconds(self) -> int:
        """The sum over the stopped entries."""
        return sum(part.stopped_seconds for _, part in self.found.values())

    @property
    def running(self) -> frozenset[int]:
        """The ids of entries that have no end yet."""
        return frozenset(part.id for _, part in self.found.values() if part.is_running)

    @property
    def rows(self) -> tuple[ReportedRow, ...]:
        """The row of each entry."""
        return tuple(row for row, _ in self.found.values())

    def accounts_for(self, total: "ToldTotal") -> bool:
        """Whether nothing is missing. Toggl's total may hold the time so far of what runs, and then all of it: nothing in between.

        The seconds of grace that a running timer needs could hide an entry, so a walk whose rows have shifted gets none.
        """
        so_far = [(total.moment - part.start).total_seconds() for _, part in self.found.values() if part.is_running]
        slack = 0 if self.has_shifted else _CLOCK_SECONDS * len(so_far)
        return self.seconds == total.seconds or (bool(so_far) and abs(total.seconds - self.seconds - sum(so_far)) <= slack)


class ToldTotal(Value):
    """Toggl's own sum, and the moment at which it added up, by its own clock where it tells that.

    `by_day` are the sums of the range's days, which make up the whole; None where they were not asked for or not told.
    """

    seconds: int
    moment: datetime
    by_day: tuple[int, ...] | None = None


class Page(Value):
    """Where a walk stands: the row to ask for next (0 after the last page) and the entry that Toggl announced there."""

    cursor: int = 1
    announced_id: str | None = None
    has_shifted: bool = False

    @property
    def is_first(self) -> bool:
        """Nothing has been read yet."""
        return self.cursor == 1

    @property
    def is_last(self) -> bool:
        """Everything has been read."""
        return self.cursor == 0

    def following(self, response: httpx.Response, entry_ids: Sequence[int], rows: int) -> "Page":
        """The page after this one. Only a missing cursor ends the walk; a short page does not (section 3.4).

        A first row that is not the announced one, or fewer or more rows than the cursor moves on, mean that rows have shifted.
        """
        header = response.headers.get("X-Next-Row-Number")
        cursor = 0 if header is None else self._advanced(header, is_empty=not entry_ids)
        other_first = self.announced_id is not None and self.announced_id not in {str(entry) for entry in entry_ids[:1]}
        other_number = bool(cursor) and rows != cursor - self.cursor
        return Page(
            cursor=cursor,
            announced_id=response.headers.get("X-Next-ID"),
            has_shifted=self.has_shifted or other_first or other_number,
        )

    def _advanced(self, header: str, *, is_empty: bool) -> int:
        cursor = int(header) if re.fullmatch(r"[0-9]{1,18}", header.strip()) else 0
        if is_empty or cursor <= self.cursor:
            fault = "an empty page" if is_empty else f"a page that ends at row {self.cursor}"
            raise AnswerError(
                f"Toggl sent {fault} and says that row {excerpt(header)} comes next, so the week cannot be read to its "
                "end. Nothing was stored; run the week again."
            )
        return cursor


def week_filters(week: Week, user_ids: Collection[int]) -> dict[str, Any]:
    """What report and total are about."""
    people = {"user_ids": sorted(user_ids)} if user_ids else {}
    return {**range_filters(week, week), **people}


def range_filters(first: Week, last: Week) -> dict[str, Any]:
    """The same for several weeks, of everybody. Rounding is switched off, else the token owner's preference changes seconds."""
    return {"start_date": first.monday.isoformat(), "end_date": last.sunday.isoformat(), "rounding": 0, "rounding_minutes": 0}


def page_size_of(response: httpx.Response, asked: int) -> int:
    """How many rows a page has by Toggl's own word, which may be fewer than were asked for (section 3.5)."""
    told = whole(response.headers.get("X-Page-Size"))
    return told if told and told > 0 else asked


def page_request(filters: Mapping[str, Any], page_size: int, page: Page) -> dict[str, Any]:
    """The next page is asked for by row number alone: with `first_id` Toggl may answer nothing (section 3.4)."""
    shape = {"order_by": "date", "order_dir": "ASC", "grouped": False, "enrich_response": True, "hide_amounts": True}
    cursor = {} if page.is_first else {"first_row_number": page.cursor}
    return {**filters, **shape, "page_size": page_size, **cursor}
