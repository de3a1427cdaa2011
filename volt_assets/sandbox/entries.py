"""Turns the team's work into numbered Toggl entries, and into how far every item came.

No Fibery and no wire format. The order of the numbers is the order of the starts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.catalogue import assign
from volt_assets.sandbox.chance import chance
from volt_assets.sandbox.constants import FIRST_ENTRY_ID
from volt_assets.sandbox.hazards import Hazards, with_hazards
from volt_assets.sandbox.models import Draft, Entry, Person, Progress, Role, WorkItem
from volt_assets.sandbox.people import PEOPLE, TAGS, project_named
from volt_assets.sandbox.schedule import open_desk, work_through
from volt_assets.sandbox.weeks import local_date

_TAG_OF: Final = {Role.BACKEND: "backend", Role.FRONTEND: "frontend", Role.PLATFORM: "on-call", Role.DESIGN: "research"}
_TAGGED_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Tracked:
    """All that was tracked: the entries, the oddities by name, the items' progress, and who worked on what."""

    entries: tuple[Entry, ...]
    hazards: dict[str, tuple[int, ...]]
    progress: dict[str, Progress]
    workers: dict[str, tuple[int, ...]]


def track(items: tuple[WorkItem, ...], today: date, seed: int) -> Tracked:
    """Let the whole team work on these items until `today`."""
    queues = assign(items, PEOPLE)
    desks = [open_desk(person, queues[person.user_id], today, seed) for person in PEOPLE]
    drafts = [draft for desk in desks for draft in work_through(desk, today, seed)]
    drafts = sorted(with_hazards(drafts, Hazards(PEOPLE, items, today)), key=lambda draft: (draft.start, draft.user_id))
    unfinished = {item.uuid for desk in desks for item, _ in desk.left}
    return Tracked(
        entries=tuple(_entry(index, draft, seed) for index, draft in enumerate(drafts)),
        hazards=_hazard_ids(drafts),
        progress=_progress(drafts, unfinished),
        workers=_workers(queues),
    )


def _entry(index: int, draft: Draft, seed: int) -> Entry:
    person = _person(draft.user_id)
    project = project_named(draft.project)
    running = draft.seconds < 0
    stop = None if running else draft.start + timedelta(seconds=draft.seconds)
    random = chance(seed, "entry", draft.user_id, draft.start)
    return Entry(
        entry_id=_entry_id(index),
        user_id=draft.user_id,
        description=draft.description,
        start=draft.start,
        stop=stop,
        seconds=-int(draft.start.timestamp()) if running else draft.seconds,
        day=local_date(draft.start, person.zone),
        project_id=project.project_id if project else None,
        tag_ids=_tags(draft, person, random.random()),
        billable=bool(project and project.billable and draft.item),
        changed_at=(stop or draft.start) + timedelta(seconds=random.choice((0, 1, 1, 2, 3_700, 90_000))),
    )


def _entry_id(index: int) -> int:
    return FIRST_ENTRY_ID + 7 * index


def _person(user_id: int) -> Person:
    return next(person for person in PEOPLE if person.user_id == user_id)


def _tags(draft: Draft, person: Person, chosen: float) -> tuple[int, ...]:
    name = _TAG_OF.get(person.role) if draft.item else "meeting"
    return tuple(tag.tag_id for tag in TAGS if tag.name == name and chosen < _TAGGED_SHARE)


def _hazard_ids(drafts: list[Draft]) -> dict[str, tuple[int, ...]]:
    named = sorted((draft.hazard, _entry_id(index)) for index, draft in enumerate(drafts) if draft.hazard)
    return {name: tuple(entry_id for other, entry_id in named if other == name) for name, _ in named}


def _progress(drafts: list[Draft], unfinished: set[str]) -> dict[str, Progress]:
    progress: dict[str, Progress] = {}
    for draft in drafts:
        if draft.item is None:
            continue
        seconds = max(0, draft.seconds)
        end = draft.start + timedelta(seconds=seconds)
        done = draft.item.uuid not in unfinished
        old = progress.get(draft.item.uuid, Progress(0, draft.start, end, done))
        progress[draft.item.uuid] = Progress(old.seconds + seconds, old.first, max(old.last, end), done)
    return progress


def _workers(queues: dict[int, list[WorkItem]]) -> dict[str, tuple[int, ...]]:
    workers: dict[str, tuple[int, ...]] = {}
    for user_id, items in queues.items():
        for item in items:
            workers[item.uuid] = (*workers.get(item.uuid, ()), user_id)
    return workers
