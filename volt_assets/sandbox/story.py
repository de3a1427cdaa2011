"""What becomes of each item besides its time: when it was planned and created, where its card stands, when it was last touched.

No rows: `entities.py` makes them from this. States follow the tracked time, except where people forgot, and in every week
somebody forgets: one card stays at its beginning and one is closed while work on it goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from volt_assets.sandbox.catalogue import BUG, SUB_TASK, TASK
from volt_assets.sandbox.catalogue_side import SIDE_ITEMS, SideItem
from volt_assets.sandbox.chance import chance
from volt_assets.sandbox.entries import Tracked
from volt_assets.sandbox.enums import FINISHED, NOT_STARTED, STARTED, states_of
from volt_assets.sandbox.models import Progress, WorkItem
from volt_assets.sandbox.weeks import monday_of, mondays

_FORGOTTEN: Final = {NOT_STARTED: 0.2, STARTED: 0.3, FINISHED: 0.05}
_INSTEAD: Final = {NOT_STARTED: (STARTED,), STARTED: (NOT_STARTED, NOT_STARTED, FINISHED), FINISHED: (STARTED,)}
_LIKELY: Final = (6, 3, 1)  # how likely the states of one kind are, in the order of the board
_EARLY: Final = timedelta(days=4)
_TOUCHED_AGAIN: Final = 0.15
_SIDE: Final = {side.item.uuid: side for side in SIDE_ITEMS}


@dataclass(frozen=True)
class Story:
    """What the entities are made from. `items` are those that people track time on."""

    items: tuple[WorkItem, ...]
    tracked: Tracked
    today: date
    seed: int

    @property
    def all_items(self) -> tuple[WorkItem, ...]:
        """The items that are entities: these, and those on the side."""
        return (*self.items, *(side.item for side in SIDE_ITEMS))

    def children(self, parent: str, database: str) -> tuple[str, ...]:
        """The uuids of an item's children in one database."""
        return tuple(item.uuid for item in self.items if item.parent == parent and item.database == database)

    def item(self, uuid: str | None) -> WorkItem | None:
        """The item with that uuid, or None."""
        return next((item for item in self.items if item.uuid == uuid), None)

    def progress(self, item: WorkItem) -> Progress | None:
        """How far the item came by what was tracked; None where nothing was."""
        return self.tracked.progress.get(item.uuid)

    @cached_property
    def left_behind(self) -> frozenset[str]:
        """For each finished week one item that was done in it and whose card nobody ever moved."""
        return frozenset(next((one.uuid for one in items), "") for items in self._done_by_week())

    @cached_property
    def closed_early(self) -> frozenset[str]:
        """For each finished week one item, worked on for some days until then, that was closed before its last hours."""
        found = ((one.uuid for one in items[1:] if self._took_days(one)) for items in self._done_by_week())
        return frozenset(next(uuids, "") for uuids in found)

    def _done_by_week(self) -> Iterator[list[WorkItem]]:
        done = [
            item for item in self.items if item.database in (TASK, SUB_TASK, BUG) and _kind(self.progress(item), self.today) == FINISHED
        ]
        for monday in mondays(self.today)[:-1]:
            yield [item for item in done if (progress := self.progress(item)) and monday_of(progress.last.date()) == monday]

    def _took_days(self, item: WorkItem) -> bool:
        progress = self.progress(item)
        return progress is not None and progress.last - progress.first > timedelta(days=1)


def iso(moment: datetime) -> str:
    """A date-time as Fibery writes it: UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def planned_week(item: WorkItem, story: Story) -> date:
    """The Monday in which work on the item was meant to begin; what is not begun is planned for the weeks to come."""
    if item.uuid in _SIDE:
        return _planned_aside(_SIDE[item.uuid], story)
    random = chance(story.seed, "planned", item.uuid)
    begun = story.progress(item)
    if begun:
        return monday_of(begun.first.date()) + timedelta(weeks=random.choice((-1, 0, 0, 0, 1)))
    return monday_of(story.today) + timedelta(weeks=random.choice((-1, 0, 1, 1, 2, 3)))


def created_at(item: WorkItem, story: Story) -> datetime:
    """When the card was made: some days before it was planned for, before anybody worked on it, and before today."""
    planned = planned_week(item, story) - timedelta(days=chance(story.seed, "age", item.uuid).randrange(4, 24))
    begun = story.progress(item)
    day = min(planned, (begun.first.date() if begun else story.today) - timedelta(days=1))
    return datetime.fromisoformat(f"{day}T14:{int(item.position * 59):02d}:05+00:00")


def modified_at(item: WorkItem, story: Story) -> datetime:
    """When the card was last touched: with the last work, when it was closed, or long after all that, in somebody's tidying up."""
    created, progress = created_at(item, story), story.progress(item)
    if progress is None or item.uuid in story.left_behind:
        return created
    last = closed_at(item, story) or progress.last
    random = chance(story.seed, "touched", item.uuid)
    later = last + timedelta(days=random.randrange(20, 70))
    again = random.random() < _TOUCHED_AGAIN and last == progress.last and later.date() < story.today
    return max(created, later if again else last)


def closed_at(item: WorkItem, story: Story) -> datetime | None:
    """When the card was closed; one that was closed too early got time afterwards. None while it is open."""
    progress = story.progress(item)
    if progress is None or state_kind(item, story) != FINISHED:
        return None
    early = item.uuid in story.closed_early or not progress.finished
    return max(progress.first, progress.last - _EARLY) if early else progress.last


def state_name(item: WorkItem, story: Story) -> str:
    """The state that the card is in."""
    if item.uuid in _SIDE:
        return _SIDE[item.uuid].state
    kind = state_kind(item, story)
    names = states_of(item.database, kind)
    if kind == FINISHED or item.uuid in story.left_behind:
        return names[0]
    return chance(story.seed, "state", item.uuid).choices(names, _LIKELY[: len(names)])[0]


def state_kind(item: WorkItem, story: Story) -> str:
    """The kind of the item's state; now and then nobody moved the card, or somebody closed it too early."""
    if item.uuid in story.left_behind:
        return NOT_STARTED
    kind = _kind(story.progress(item), story.today)
    if item.uuid in story.closed_early:
        return kind
    random = chance(story.seed, "forgotten", item.uuid)
    return random.choice(_INSTEAD[kind]) if random.random() < _FORGOTTEN[kind] else kind


def _kind(progress: Progress | None, today: date) -> str:
    if progress is None:
        return NOT_STARTED
    return FINISHED if progress.finished and progress.last.date() < today else STARTED


def _planned_aside(side: SideItem, story: Story) -> date:
    """Before the first week, or that many weeks before today."""
    start = mondays(story.today)[0] if side.weeks_before > 0 else monday_of(story.today)
    return start - timedelta(weeks=abs(side.weeks_before))
