"""Lets the people work through their items, day by day, and says what they tracked.

No special cases: those are laid over the result by `hazards.py`. Minutes are on the person's own wall clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from volt_assets.sandbox.catalogue_texts import ACTIVITIES
from volt_assets.sandbox.chance import chance
from volt_assets.sandbox.descriptions import describe
from volt_assets.sandbox.meetings import Slot, meetings_on
from volt_assets.sandbox.models import Draft, Person, Role, WorkItem
from volt_assets.sandbox.weeks import instant, monday_of, mondays

_MEETING_PROJECT: Final = "Portal - Internal"
_ACTIVITY_SHARE: Final = {Role.LEAD: 0.26, Role.SUPPORT: 0.26, Role.PRODUCT: 0.16}
_USUAL_ACTIVITY_SHARE: Final = 0.10
_PROJECT_SECONDS_PER_DAY: Final = 5.95 * 3600
_BACKLOG: Final = 1.15  # the queue is that much longer than the time, so that some work is still open at the end
_LATEST_MINUTE: Final = 19 * 60
_SHORTEST_MINUTES: Final = 14
_SHORT_MINUTES: Final = 100  # everyday work rarely fills more than that


@dataclass(slots=True)
class Desk:
    """One person's queue of items with the seconds each still needs."""

    person: Person
    random: Random
    left: list[tuple[WorkItem, float]]
    finished: set[str] = field(default_factory=set)

    def pick(self, minutes: int) -> WorkItem | None:
        """The item to work on next: mostly the oldest, sometimes one after it; None for everyday work."""
        share = _ACTIVITY_SHARE.get(self.person.role, _USUAL_ACTIVITY_SHARE)
        if not self.left or self.random.random() < share * (3.0 if minutes < _SHORT_MINUTES else 0.35):
            return None
        return self.left[min(len(self.left) - 1, self.random.choices((0, 1, 2), (0.56, 0.30, 0.14))[0])][0]

    def spend(self, item: WorkItem, seconds: int) -> None:
        """Take time off an item; below half an hour it counts as finished."""
        index, left = next((at, left) for at, (queued, left) in enumerate(self.left) if queued is item)
        if left - seconds > 1800:
            self.left[index] = (item, left - seconds)
            return
        del self.left[index]
        self.finished.add(item.uuid)


def open_desk(person: Person, items: list[WorkItem], today: date, seed: int) -> Desk:
    """A desk whose items need slightly more time than the person has."""
    capacity = sum(1 for day in _days(today) if at_work(person, day, today)) * _PROJECT_SECONDS_PER_DAY
    scale = _BACKLOG * capacity / max(1.0, sum(item.weight for item in items))
    return Desk(person, chance(seed, "desk", person.user_id), [(item, item.weight * scale) for item in items])


def at_work(person: Person, day: date, today: date) -> bool:
    """Whether that day is a working day of that person: no weekend, no leave, not after they left."""
    weeks_back = (monday_of(today) - monday_of(day)).days // 7
    if day.weekday() > 4 or day > today or weeks_back in person.leave_weeks_back:
        return False
    if person.deactivated or person.deleted:
        last_weekday = 2 if person.deleted else 4
        return weeks_back > 1 or (weeks_back == 1 and day.weekday() <= last_weekday)
    return True


def work_through(desk: Desk, today: date, seed: int) -> Iterator[Draft]:
    """Everything the person tracked from the first week to `today`, in order."""
    early_until = mondays(today)[13]
    for day in _days(today):
        random = chance(seed, "day", desk.person.user_id, day)
        if at_work(desk.person, day, today) and random.random() > 0.02:
            yield from _day(desk, day, random, early=day < early_until)


def _days(today: date) -> list[date]:
    first = mondays(today)[0]
    return [first + timedelta(days=offset) for offset in range((today - first).days + 1)]


def _day(desk: Desk, day: date, random: Random, *, early: bool) -> Iterator[Draft]:
    target = round(min(8.5, max(6.0, random.gauss(7.2, 0.45))) * 60)
    lunch = Slot(735 + random.randrange(20), 35 + random.randrange(20), "")
    fixed = sorted([*meetings_on(desk.person, day), lunch], key=lambda slot: slot.minute)
    for slot in _fill(fixed, desk.person.starts_at_minute + random.randrange(-6, 14), target, random):
        if slot.text:
            yield _meeting(desk.person, day, slot, random)
        elif slot is not lunch:
            yield _work(desk, day, slot, random, early=early)


def _fill(fixed: list[Slot], begin: int, target: int, random: Random) -> Iterator[Slot]:
    """The fixed parts of the day with work in between, until the day's minutes are reached."""
    cursor, left = begin, target
    for slot in [*fixed, Slot(_LATEST_MINUTE, 0, "")]:
        for work in _work_slots(cursor, min(slot.minute, cursor + left), random):
            left -= work.minutes
            yield work
        if slot.text and left > 0:
            left -= slot.minutes
            yield slot
        cursor = max(cursor, slot.minute + slot.minutes)


def _work_slots(begin: int, end: int, random: Random) -> list[Slot]:
    free = end - begin
    if free < _SHORTEST_MINUTES + 6:
        return []
    if free < 190 + random.randrange(70):
        return [_trimmed(begin, end, random)]
    cut = begin + round(free * random.uniform(0.38, 0.62))
    return [*_work_slots(begin, cut, random), *_work_slots(cut, end, random)]


def _trimmed(begin: int, end: int, random: Random) -> Slot:
    start = begin + random.randrange(1, 4)
    return Slot(start, end - start - random.randrange(1, 4), "")


def _meeting(person: Person, day: date, slot: Slot, random: Random) -> Draft:
    start = instant(person.zone, day, slot.minute * 60 + random.randrange(40))
    seconds = slot.minutes * 60 - random.randrange(60, 100)
    project = _MEETING_PROJECT if random.random() < 0.6 else None
    return Draft(person.user_id, start, seconds, slot.text, project=project)


def _work(desk: Desk, day: date, slot: Slot, random: Random, *, early: bool) -> Draft:
    start = instant(desk.person.zone, day, slot.minute * 60 + random.randrange(60))
    seconds = slot.minutes * 60 - random.randrange(60)
    item = desk.pick(slot.minutes)
    if item is None:
        text = random.choice(ACTIVITIES[desk.person.role])
        return Draft(desk.person.user_id, start, seconds, text, project=random.choice((_MEETING_PROJECT, None)))
    desk.spend(item, seconds)
    return Draft(desk.person.user_id, start, seconds, describe(item, random, early=early), item, item.project)
