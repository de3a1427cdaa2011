"""Weeks that a walk over many has read and proven, put down until a run stores them.

Not here: the walk (`toggl_range`), where they are put down (the caller gives a place), who hands them out.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, ValidationError

from resources.places import Scratch
from resources.toggl_unfinished import LONGEST_SECONDS
from volt_assets.domain.entries import FetchedWeek
from volt_assets.domain.people import Person
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

_FILE = "proven.json"


class ProvenWeek(Value):
    """A week from a walk over `walked`, the first and last day of it; `read_at` is when Toggl's sum proved it."""

    read_at: AwareDatetime
    walked: str
    fetched: FetchedWeek

    def known_to(self, stored: Sequence[Person]) -> FetchedWeek:
        """The week, with people of the stored one whom Toggl may not list any more."""
        everybody = {**{person.user_id: person for person in stored}, **{person.user_id: person for person in self.fetched.people}}
        return self.fetched.model_copy(update={"people": tuple(everybody[user_id] for user_id in sorted(everybody))})


def _now() -> datetime:
    return datetime.now(UTC)


class ProvenWeeks:
    """Proven weeks by week, each in a place of its own. Only those younger than two hours count, as with pages."""

    def __init__(self, place: Callable[[Week], Scratch], now: Callable[[], datetime] = _now) -> None:
        self._place = place
        self._now = now

    def recall(self, week: Week) -> ProvenWeek | None:
        """The week as it was read; None where it was not, or too long ago."""
        stored = self._place(week).read(_FILE)
        try:
            proven = ProvenWeek.model_validate_json(stored) if stored is not None else None
        except ValidationError:
            return None
        return proven if proven and 0 <= (self._now() - proven.read_at).total_seconds() < LONGEST_SECONDS else None

    def keep(self, week: Week, fetched: FetchedWeek, *, walked: str) -> None:
        """Puts a week down."""
        self._place(week).write(_FILE, ProvenWeek(read_at=self._now(), walked=walked, fetched=fetched).model_dump_json().encode())

    def forget(self, week: Week) -> None:
        """The week is stored, or must be asked for again."""
        self._place(week).clear()
