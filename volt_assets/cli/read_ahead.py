"""Toggl weeks of a backfill, read many at a time before their runs. Not here: the walk and its proof (`resources`), running weeks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import dagster as dg
import httpx
from pydantic import Field

from io_managers.week_store import WeekStore
from resources.errors import AnswerError, GarbledError, ServiceError
from resources.places import Scratch
from resources.toggl import TogglClient, TogglResource
from resources.toggl_proven import ProvenWeeks
from resources.toggl_range import MOST_WEEKS, RangeRead
from volt_assets.domain.backfill import rows_of_weeks
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.weeks import Week

Tell = Callable[[str], None]


class RangedToggl(TogglResource):
    """A Toggl workspace whose weeks may have been read ahead: those are handed out, all others are fetched."""

    root: str = Field(description="The store, which keeps what was read until a run has stored it.")

    @property
    def weeks_ahead(self) -> ProvenWeeks:
        """The weeks that were read ahead with this account."""
        store = WeekStore(self.root)
        return ProvenWeeks(lambda week: store.scratch("toggl", f"{self.account} {week.key} read ahead"))

    def range_place(self, first: Week, last: Week) -> Scratch:
        """Where the pages of a walk over these weeks are kept until it is through."""
        return WeekStore(self.root).scratch("toggl", f"{self.account} {first.key} to {last.key}")

    @contextlib.asynccontextmanager
    async def client(
        self,
        *,
        scratch: Scratch | None = None,
        proven: ProvenWeeks | None = None,
        tell: Tell = lambda _: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> AsyncIterator[TogglClient]:
        """A client that knows the weeks read ahead."""
        async with super().client(scratch=scratch, proven=proven or self.weeks_ahead, tell=tell, transport=transport) as client:
            yield client


def ranged(toggl: TogglResource, root: str) -> RangedToggl:
    """The same workspace, with weeks read ahead into this store."""
    fields = {name: getattr(toggl, name) for name in TogglResource.model_fields}
    return RangedToggl(**fields, root=root)


class ReadAhead:
    """Reads the weeks that a backfill will ask Toggl for: `weeks` have ended, and are wanted for everybody, in this order.

    What cannot be read ahead is left to the week's own run, which says what is wrong.
    """

    def __init__(self, toggl: RangedToggl, weeks: Sequence[Week], tell: Tell) -> None:
        self._toggl = toggl
        self._weeks = list(weeks)
        self._tell = tell
        self._longest = MOST_WEEKS
        self._alone: set[Week] = set()
        self.requests = 0

    def prepare(self, week: Week, stored_at: datetime | None = None) -> None:
        """Sees to it that a week is read, along with those after it. Does nothing where it is read, or has to be fetched alone.

        `stored_at` is when a run last stored it: what was read before that may be older than what is stored, and is dropped.
        """
        with dg.build_resources({"toggl": self._toggl}) as built:
            toggl: RangedToggl = built.toggl
            held = toggl.weeks_ahead.recall(week)
            if held and stored_at and held.read_at < stored_at:
                toggl.weeks_ahead.forget(week)
            while len(row := self._row_from(week, toggl.weeks_ahead)) > 1:
                try:
                    read = asyncio.run(self._read(toggl, row))
                except (AnswerError, GarbledError):
                    self._longest = len(row) // 2  # too long for Toggl, perhaps: section 3.5 of its reference
                except ServiceError as error:
                    self._tell(f"Toggl: weeks cannot be read ahead now. {error}")
                    return
                else:
                    self._longest = min(MOST_WEEKS, 2 * self._longest)
                    lost = {one for one in read.proven if not toggl.weeks_ahead.recall(one)}  # as on a full disk: not read over and over
                    self._alone |= {*read.doubtful, *lost}

    @property
    def held(self) -> frozenset[Week]:
        """The weeks that were read already, by a backfill that was interrupted."""
        if not self._weeks:
            return frozenset()  # nor need there be a token
        with dg.build_resources({"toggl": self._toggl}) as built:
            return frozenset(week for week in self._weeks if built.toggl.weeks_ahead.recall(week))

    def stored(self, week: Week) -> None:
        """A run has stored this week: what was read of it is dropped."""
        with dg.build_resources({"toggl": self._toggl}) as built:
            built.toggl.weeks_ahead.forget(week)

    def _row_from(self, week: Week, ahead: ProvenWeeks) -> tuple[Week, ...]:
        """The weeks in a row from this one that are not read yet, as many as one walk may be over."""
        if week in self._alone or week not in self._weeks or ahead.recall(week):
            return ()
        row = rows_of_weeks(self._weeks[self._weeks.index(week) :])[0][: self._longest]
        known = [at for at, one in enumerate(row) if at and (one in self._alone or ahead.recall(one))]
        return row[: known[0]] if known else row

    async def _read(self, toggl: RangedToggl, row: Sequence[Week]) -> RangeRead:
        name = f"{row[0].key} to {row[-1].sunday}"
        self._tell(f"Toggl: reading {len(row)} weeks at once, {name}")
        async with toggl.client(scratch=toggl.range_place(row[0], row[-1]), tell=self._tell) as client:
            try:

                def keep(week: Week, fetched: FetchedWeek) -> None:
                    toggl.weeks_ahead.keep(week, fetched, walked=name)

                read = await client.weeks(row, keep=keep, tell=self._tell)
            finally:
                self.requests += client.requests_made
        self._tell(f"Toggl: {len(read.proven)} weeks read and proven in {client.requests_made} requests")
        return read
