"""A world of any size for benchmarks: many people, plain weeks, the usual kinds of descriptions, no entities in Fibery.

No oddities and no story: those are the usual world's (`world.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from volt_assets.sandbox.catalogue import work_items
from volt_assets.sandbox.catalogue_texts import ACTIVITIES
from volt_assets.sandbox.chance import chance
from volt_assets.sandbox.constants import (
    FIRST_ENTRY_ID,
    FIRST_MEMBERSHIP_ID,
    FIRST_ORGANIZATION_MEMBERSHIP_ID,
    FIRST_USER_ID,
)
from volt_assets.sandbox.enums import enum_rows
from volt_assets.sandbox.fibery_types import COMMENT, USER, Workspace
from volt_assets.sandbox.models import Entry, Person, Role
from volt_assets.sandbox.people import CLIENTS, PEOPLE, PROJECTS, TAGS, project_named
from volt_assets.sandbox.schema import workspace_types
from volt_assets.sandbox.users import user_id
from volt_assets.sandbox.weeks import instant, mondays
from volt_assets.sandbox.world import World

ZONES: Final = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "America/Sao_Paulo")

_FIRST_NAMES: Final = ("Ada", "Bruno", "Chiara", "Dmytro", "Élise", "Farid", "Greta", "Hiro", "Inés", "Jonas", "Kaia", "Lwazi", "Mira")
_LAST_NAMES: Final = ("Abara", "Brandt", "Castro", "Dvořák", "Eriksen", "Farkas", "Gupta", "Hoshino", "Ivanova", "Jensen", "Kovač")
_WORKDAYS: Final = 5
_FIRST_SECOND: Final = 8 * 3600 + 1800
_DAY_SECONDS: Final = 8 * 3600
_MOST_A_DAY: Final = _DAY_SECONDS // 60
_REFERENCED_SHARE: Final = 0.8
_ITEMS_EACH: Final = 6
_FIRST_PUBLIC_ID: Final = 100


@dataclass(frozen=True, slots=True)
class _Work:
    """Something to track time on: its words and its Toggl project."""

    words: str
    project_id: int | None
    billable: bool


def build_crowd(*, today: date, people: int, entries_per_week: int, weeks: int, seed: int = 1) -> World:
    """A world with exactly that many entries in each of the weeks that end with the week of `today`, all of it.

    People have a zone each, work on weekdays between 8:30 and 16:30, and do one thing at a time. Four entries in five name
    an entity in full, the others are activities; Fibery has the usual databases without entities. The same arguments give
    the same world. Raises ValueError where there is nobody, or where somebody would begin more than one entry a minute.
    """
    if people < 1 or weeks < 1 or not 0 <= entries_per_week <= people * _WORKDAYS * _MOST_A_DAY:
        raise ValueError(
            f"A crowd of {people} people cannot track {entries_per_week} entries a week in {weeks} weeks: it takes somebody, "
            f"a week, and at most {_WORKDAYS * _MOST_A_DAY} entries a person."
        )
    crowd = tuple(_person(index) for index in range(people))
    days = [monday + timedelta(days=day) for monday in mondays(today, weeks) for day in range(_WORKDAYS)]
    shares = _shares(entries_per_week, people * _WORKDAYS)
    works = _Works(people, seed)
    blocks = [block for at, day in enumerate(days) for block in _day(crowd, day, shares[at % _WORKDAYS :: _WORKDAYS], works, seed)]
    return World(
        today=today,
        seed=seed,
        people=crowd,
        projects=PROJECTS,
        clients=CLIENTS,
        tags=TAGS,
        items=(),
        entries=tuple(_numbered(blocks)),
        hazards={},
        fibery=_empty_workspace(),
        week_count=weeks,
    )


def _person(index: int) -> Person:
    first, last = _FIRST_NAMES[index % len(_FIRST_NAMES)], _LAST_NAMES[index // len(_FIRST_NAMES) % len(_LAST_NAMES)]
    return Person(
        user_id=FIRST_USER_ID + index,
        membership_id=FIRST_MEMBERSHIP_ID + 3 * index,
        organization_membership_id=FIRST_ORGANIZATION_MEMBERSHIP_ID + 5 * index,
        name=f"{first} {last} {index + 1}",
        email=f"person{index + 1}@crowd.example",
        zone=ZONES[index % len(ZONES)],
        role=tuple(Role)[index % len(Role)],
        standup="",
        starts_at_minute=_FIRST_SECOND // 60,
        admin=index == 0,
        fibery_email=f"person{index + 1}@crowd.example",
    )


def _shares(total: int, parts: int) -> list[int]:
    """`total` in so many parts that differ by one at most."""
    return [(total * (at + 1)) // parts - (total * at) // parts for at in range(parts)]


class _Works:
    """What everybody works on: some items of their own, and the activities of their role."""

    def __init__(self, people: int, seed: int) -> None:
        titles = [item for item in work_items(seed) if item.database.startswith("Scrum/")]
        random = chance(seed, "crowd", "works")
        self._items: list[_Work] = []
        for public_id in range(_FIRST_PUBLIC_ID, _FIRST_PUBLIC_ID + people * _ITEMS_EACH):
            item = random.choice(titles)
            words = f"{item.title} #{public_id} [{item.space}] [{item.label}] [{item.project}]"
            self._items.append(_work(words, item.project, billable=True))
        self._activities = {role: tuple(_work(words, None, billable=False) for words in texts) for role, texts in ACTIVITIES.items()}

    def pick(self, index: int, role: Role, random: Random) -> _Work:
        """What the person at that index does next."""
        if random.random() < _REFERENCED_SHARE:
            return self._items[index * _ITEMS_EACH + int(random.random() * _ITEMS_EACH)]
        activities = self._activities[role]
        return activities[int(random.random() * len(activities))]


def _work(words: str, project_name: str | None, *, billable: bool) -> _Work:
    project = project_named(project_name)
    return _Work(words, project.project_id if project else None, bool(billable and project and project.billable))


_Block = tuple[datetime, int, int, date, _Work]
"""Start, user id, seconds, local day and work of an entry that has no id yet."""


def _day(crowd: tuple[Person, ...], day: date, counts: list[int], works: _Works, seed: int) -> Iterator[_Block]:
    """Everybody's entries of a day, one after the other with a short break behind each."""
    random = chance(seed, "crowd", day)
    opening = {name: instant(name, day, _FIRST_SECOND) for name in ZONES}
    for index, (person, count) in enumerate(zip(crowd, counts, strict=True)):
        slot = _DAY_SECONDS // max(1, count)
        for at in range(count):
            start = opening[person.zone] + timedelta(seconds=at * slot + int(random.random() * slot * 0.05))
            seconds = int(slot * (0.6 + 0.35 * random.random()))
            yield start, person.user_id, seconds, day, works.pick(index, person.role, random)


def _numbered(blocks: list[_Block]) -> Iterator[Entry]:
    blocks.sort(key=lambda block: block[:2])
    for index, (start, owner, seconds, day, work) in enumerate(blocks):
        stop = start + timedelta(seconds=seconds)
        yield Entry(
            entry_id=FIRST_ENTRY_ID + 7 * index,
            user_id=owner,
            description=work.words,
            start=start,
            stop=stop,
            seconds=seconds,
            day=day,
            project_id=work.project_id,
            tag_ids=(),
            billable=work.billable,
            changed_at=stop,
        )


def _empty_workspace() -> Workspace:
    rows = {**enum_rows(), USER: (), COMMENT: ()}
    return Workspace(types=workspace_types(), rows=rows, documents={}, owner_id=user_id(PEOPLE[0]))
