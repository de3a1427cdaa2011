"""Toggl's detailed report: walked page by page, proven by Toggl's own total, with the names that its rows lack.

Not here: what a page or a walk is (`toggl_walk`), whose hours are asked for (`toggl`), many weeks at once (`toggl_range`).
Facts: `reference/toggl.md` sections 3 and 4.
"""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from resources.errors import AnswerError, PlanError, RefusedError
from resources.toggl_api import TogglApi, answered_at
from resources.toggl_rows import Names, ReportedRow, Total, read_day_sums, read_named, read_part, read_rows
from resources.toggl_walk import FoundEntry, Page, ToldTotal, Walk, page_request, page_size_of

Enough = Callable[[int, date], bool]
"""Whether a walk may stop here: after so many pages, the last of which ends with an entry of that local day."""


class DetailedReport:
    """Reads the entries of one workspace. `page_size` is what is asked for; Toggl may send fewer."""

    def __init__(self, api: TogglApi, *, page_size: int, now: Callable[[], datetime]) -> None:
        self._api = api
        self._page_size = page_size
        self._now = now

    async def proven_walk(self, filters: Mapping[str, Any], entries_expected: int) -> Walk:
        """A walk that Toggl's total confirms. Somebody may edit meanwhile, so it is walked twice before giving up.

        A walk of which pages were remembered does not count: what was edited since then is no edit meanwhile.
        """
        walk = await self.walk(filters, entries_expected)
        for _ in range(2 if self._api.unfinished.recalled else 1):
            if not walk.has_shifted and walk.accounts_for(await self.total(filters)):
                return walk
            self._api.unfinished.forget()
            walk = await self.walk(filters, entries_expected)
        total = await self.total(filters)
        if not walk.accounts_for(total):
            raise AnswerError(
                f"Toggl's entries of {filters['start_date']} to {filters['end_date']} add up to {walk.seconds} s, but "
                f"its own total is {total.seconds} s, also after reading twice. Nothing was stored; run the week again."
            )
        return walk

    async def walk(self, filters: Mapping[str, Any], entries_expected: int, is_enough: Enough = lambda _pages, _day: False) -> Walk:
        """Page by page until there is no cursor, or until it is enough. Rows shift when somebody edits, so entries are kept by id."""
        found: dict[int, FoundEntry] = {}
        page, size, pages = Page(cursor=1), self._page_size, 0
        await self._api.afford(_pages(entries_expected, size) + 1)
        while True:
            response = await self._api.report("", page_request(filters, self._page_size, page))
            rows = read_rows(self._api.decode(response), page.cursor)
            parts = {part.id: (row, part) for row in rows for part in row.time_entries}
            page = page.following(response, tuple(parts), len(rows))
            found |= parts
            pages += 1
            if page.is_last or is_enough(pages, max(part.start.date() for _, part in parts.values())):
                return Walk(found=found, has_shifted=page.has_shifted, is_partial=not page.is_last)
            if page_size_of(response, size) != size:
                size = page_size_of(response, size)
                await self._api.afford(_pages(entries_expected - len(found), size) + 1)

    async def total(self, filters: Mapping[str, Any], *, days: int = 0) -> ToldTotal:
        """Never a remembered one: it is the proof. `days` of the range: the sums of each day are asked for too."""
        by_day = {"with_graph": True, "granularity": "day"} if days else {}
        response = await self._api.report("/totals", {**filters, **by_day}, fresh=True)
        answer = self._api.decode(response)
        seconds = read_part(Total, answer, "the total").seconds or 0
        return ToldTotal(seconds=seconds, moment=answered_at(response) or self._now(), by_day=read_day_sums(answer, days))

    async def names_for(self, rows: Sequence[ReportedRow]) -> Names:
        """The workspace's own lists, each only if a row lacks a name that it would tell."""
        with_project = [row for row in rows if row.project_id is not None]
        lacks_clients = bool(with_project) and not any(row.tells_client for row in with_project)
        if lacks_clients or any(row.lacks_project for row in rows):
            projects = read_named(await _allowed(self._api.get_pages("/projects", active="both")), "projects")
            clients = read_named(await _allowed(self._api.get_list("/clients", status="both")), "clients")
        else:
            projects = clients = {}
        lacks_tags = any(row.lacks_tags for row in rows)
        tags = read_named(await _allowed(self._api.get_list("/tags")), "tags") if lacks_tags else {}
        return Names(projects=projects, clients=clients, tags=tags)


def _pages(entries: int, size: int) -> int:
    """How many pages so many entries fill; there is always one."""
    return max(1, math.ceil(entries / size))


async def _allowed(items: Awaitable[list[Any]]) -> list[Any]:
    """A list of names, empty where the token may not see it: hours without a project's name are still hours."""
    try:
        return await items
    except (RefusedError, PlanError):
        return []
