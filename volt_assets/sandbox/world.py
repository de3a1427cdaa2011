"""The whole made-up world in one value, and the function that builds it from a date and a seed.

No servers. The same date and seed give the same world, byte for byte; nothing here reads a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from volt_assets.sandbox.catalogue import work_items
from volt_assets.sandbox.constants import WEEKS
from volt_assets.sandbox.entities import database_rows
from volt_assets.sandbox.entries import Tracked, track
from volt_assets.sandbox.enums import enum_rows
from volt_assets.sandbox.fibery_types import COMMENT, USER, Workspace
from volt_assets.sandbox.files import FILE, file_contents, file_rows
from volt_assets.sandbox.models import Client, Entry, Person, Project, Row, Tag, WorkItem
from volt_assets.sandbox.people import CLIENTS, PEOPLE, PROJECTS, TAGS
from volt_assets.sandbox.schema import workspace_types
from volt_assets.sandbox.story import Story
from volt_assets.sandbox.texts import comments, documents
from volt_assets.sandbox.users import user_id, user_rows
from volt_assets.sandbox.weeks import monday_of, mondays


@dataclass(frozen=True, slots=True)
class World:
    """A team with its weeks of work, usually 26: its Toggl side, its Fibery side, and the places of the oddities.

    `hazards` gives the entry ids of each oddity by its name (see `hazards.py`); `entries` are ordered by their start
    and hold the running one too.
    """

    today: date
    seed: int
    people: tuple[Person, ...]
    projects: tuple[Project, ...]
    clients: tuple[Client, ...]
    tags: tuple[Tag, ...]
    items: tuple[WorkItem, ...]
    entries: tuple[Entry, ...]
    hazards: Mapping[str, tuple[int, ...]]
    fibery: Workspace
    week_count: int = WEEKS

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks, oldest first."""
        return mondays(self.today, self.week_count)

    @property
    def last_complete_week(self) -> date:
        """The Monday of the week before the one of `today`; most oddities lie in it."""
        return monday_of(self.today) - timedelta(weeks=1)

    @property
    def running(self) -> Entry:
        """The one entry whose timer is still on."""
        return next(entry for entry in self.entries if entry.running)

    def person(self, user_id: int) -> Person:
        """The person with that Toggl user id; KeyError for nobody's."""
        for person in self.people:
            if person.user_id == user_id:
                return person
        raise KeyError(user_id)

    def person_named(self, first_name: str) -> Person:
        """The person with that first name; StopIteration for nobody's."""
        return next(person for person in self.people if person.first_name == first_name)

    def entry(self, entry_id: int) -> Entry:
        """The entry with that id; StopIteration for an unknown one."""
        return next(entry for entry in self.entries if entry.entry_id == entry_id)

    def hazard(self, name: str) -> Entry:
        """The first entry of the oddity of that name."""
        return self.entry(self.hazards[name][0])

    def entries_of_week(self, monday: date, *, user_id: int | None = None) -> tuple[Entry, ...]:
        """The finished entries whose local start date lies in that week, of everybody or of one person."""
        return tuple(
            entry for entry in self.entries if not entry.running and monday_of(entry.day) == monday and user_id in (None, entry.user_id)
        )

    def seconds_of_week(self, monday: date, *, user_id: int | None = None) -> int:
        """The sum of those entries in seconds."""
        return sum(entry.seconds for entry in self.entries_of_week(monday, user_id=user_id))


def build_world(*, today: date, seed: int = 1) -> World:
    """The world whose last week contains `today`, tracked up to and including that day."""
    items = work_items(seed)
    tracked = track(items, today, seed)
    return World(
        today=today,
        seed=seed,
        people=PEOPLE,
        projects=PROJECTS,
        clients=CLIENTS,
        tags=TAGS,
        items=items,
        entries=tracked.entries,
        hazards=tracked.hazards,
        fibery=_workspace(items, tracked, today, seed),
    )


def _workspace(items: tuple[WorkItem, ...], tracked: Tracked, today: date, seed: int) -> Workspace:
    written = list(comments(items, tracked, seed))
    story = Story(items, tracked, today, seed)
    rows, files = database_rows(story), file_rows(story)
    _attach(rows, written)
    texts = documents(story.all_items, seed) | {str(row["comment/document-secret"]): text for _, row, text in written}
    remarks = tuple(row | {"fibery/public-id": str(number)} for number, (_, row, _) in enumerate(written, start=1))
    every_row = {**rows, **enum_rows(), USER: user_rows(), COMMENT: remarks, FILE: files}
    return Workspace(types=workspace_types(), rows=every_row, documents=texts, owner_id=user_id(PEOPLE[0]), files=file_contents(files))


def _attach(rows: dict[str, tuple[Row, ...]], written: list[tuple[WorkItem, Row, str]]) -> None:
    """Put the comments' ids into the entities they belong to."""
    entities = {row["fibery/id"]: row for database in rows.values() for row in database}
    for item, remark, _ in written:
        owner = entities[item.uuid]
        owner["comments/comments"] = (*_ids(owner["comments/comments"]), str(remark["fibery/id"]))


def _ids(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
