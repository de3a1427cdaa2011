"""Many weeks from one walk: which week an entry belongs to, and which weeks of the walk are proven complete.

Not here: one page (`toggl_report`), keeping proven weeks (`toggl_proven`), choosing ranges. Facts: `reference/toggl.md`
sections 3.5, 4.1 and 8.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from resources.errors import AnswerError, QuotaError
from resources.toggl_quota import QuotaLedger
from resources.toggl_report import DetailedReport
from resources.toggl_unfinished import UnfinishedFetch
from resources.toggl_walk import FoundEntry, ToldTotal, Walk, range_filters, week_filters
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

MOST_WEEKS = 52
"""364 days: a report covers a year at most."""
MOST_PAGES = 120
"""So many pages are read before the weeks in them are proven and put down: two minutes at Toggl's pace."""
REQUESTS_IN_HAND = 4
"""What the proof and the lists of names may take once the pages are read."""
MOST_EMPTY_WEEKS = 4
"""A longer range without any entry is not believed: so a range may look that Toggl finds too long."""
_DAYS_BETWEEN_ZONES = 2
_PAGES_TOLD = 20
Tell = Callable[[str], None]


class RangeWeek(Value):
    """A week's part of a walk."""

    week: Week
    found: Mapping[int, FoundEntry]

    @property
    def seconds(self) -> int:
        """The sum over its stopped entries."""
        return sum(part.stopped_seconds for _, part in self.found.values())

    @property
    def has_running(self) -> bool:
        """Whether a timer is still on: then Toggl's sum proves nothing about this week alone."""
        return any(part.is_running for _, part in self.found.values())

    def agrees_with(self, seconds: int) -> bool:
        """Whether Toggl's own sum of this week is exactly this part's."""
        return not self.has_running and self.seconds == seconds


class RangeRead(Value):
    """The weeks that one walk read and proved, and those that it could not prove, which have to be fetched alone."""

    proven: Mapping[Week, FetchedWeek] = {}
    doubtful: tuple[Week, ...] = ()


def whole_weeks(weeks: Sequence[Week], last_day: date) -> tuple[Week, ...]:
    """The weeks of which nothing can follow in a walk by time that has come to an entry of this local day, in whatever zone."""
    return tuple(week for week in weeks if week.sunday + timedelta(days=_DAYS_BETWEEN_ZONES) < last_day)


def last_day_of(walk: Walk) -> date:
    """The latest local day on which an entry of a walk started."""
    return max((part.start.date() for _, part in walk.found.values()), default=date.min)


def split_walk(walk: Walk, weeks: Sequence[Week]) -> tuple[RangeWeek, ...]:
    """A walk's entries by the week of their local start date (section 8.2): each in one week at most.

    What started on no day of these weeks is in none of them: the rest of a walk that stopped early, and entries that Toggl
    counts by another rule than their start, whose week then does not agree with Toggl's own sum. Raises ValueError where
    an entry would be lost or counted twice.
    """
    found: dict[Week, dict[int, FoundEntry]] = {week: {} for week in weeks}
    outside = 0
    for entry_id, entry in walk.found.items():
        week = Week.containing(entry[1].start.date())
        if week in found:
            found[week][entry_id] = entry
        else:
            outside += 1
    if sum(map(len, found.values())) + outside != len(walk.found):
        raise ValueError("a walk over several weeks was not split exactly")
    return tuple(RangeWeek(week=week, found=entries) for week, entries in found.items())


def agreeing_weeks(parts: Sequence[RangeWeek], total: ToldTotal) -> frozenset[Week]:
    """The weeks that Toggl's own sums by day prove complete; none where it told no such sums. The parts are weeks in a row."""
    if total.by_day is None:
        return frozenset()
    sums = [sum(total.by_day[7 * at : 7 * at + 7]) for at in range(len(parts))]
    return frozenset(part.week for part, seconds in zip(parts, sums, strict=True) if part.agrees_with(seconds))


class RangeReader:
    """Walks over weeks in a row. It stops early where much is read already, or where the hour's quota nears its end."""

    def __init__(self, report: DetailedReport, unfinished: UnfinishedFetch, ledger: QuotaLedger) -> None:
        self._report = report
        self._unfinished = unfinished
        self._ledger = ledger

    async def read(self, weeks: Sequence[Week], tell: Tell) -> tuple[tuple[RangeWeek, ...], frozenset[Week]]:
        """The weeks that were read whole, from the first, and which of them are proven.

        Rows shift when somebody edits, and what was remembered may be edited since: then it is walked a second time. What two
        walks could not prove is proven by no sum. Raises AnswerError for a long range without entries.
        """
        for _ in range(2):
            recalled = self._unfinished.recalled
            walk = await self._walk(weeks, tell)
            if not walk.found and len(weeks) > MOST_EMPTY_WEEKS:
                raise AnswerError(f"Toggl shows no entry in the {len(weeks)} weeks from {weeks[0].key} on, as where a range is too long.")
            parts = split_walk(walk, whole_weeks(weeks, last_day_of(walk)) if walk.is_partial else weeks)
            agreeing = frozenset() if walk.has_shifted else await self._agreeing(parts)
            is_told = len(agreeing) == len(parts) or self._unfinished.recalled == recalled
            if is_told and not walk.has_shifted:
                break
            self._unfinished.forget()
        return parts, agreeing

    async def _walk(self, weeks: Sequence[Week], tell: Tell) -> Walk:
        def is_enough(pages: int, day: date) -> bool:
            if pages % _PAGES_TOLD == 0:
                tell(f"Toggl: {pages} pages of entries read, up to {day}")
            left = self._ledger.remaining()
            is_spent = left is not None and 0 <= left <= REQUESTS_IN_HAND
            return (is_spent or pages >= MOST_PAGES) and bool(whole_weeks(weeks, day))

        return await self._report.walk(range_filters(weeks[0], weeks[-1]), 0, is_enough)

    async def _agreeing(self, parts: Sequence[RangeWeek]) -> frozenset[Week]:
        """The weeks that Toggl's sums prove: those of the days, and where they do not, the week's own."""
        total = await self._report.total(range_filters(parts[0].week, parts[-1].week), days=7 * len(parts))
        agreeing = set(agreeing_weeks(parts, total))
        for part in parts:
            if part.week in agreeing or part.has_running:
                continue
            try:
                alone = await self._report.total(week_filters(part.week, ()))
            except QuotaError:
                break  # what is proven is of use, and the next hour has requests again
            if part.agrees_with(alone.seconds):
                agreeing.add(part.week)
        return frozenset(agreeing)
