"""The oddities of real data, each laid over the regular entries at a known place and under a known name.

Nothing ordinary. Most lie in the last complete week, so that one week shows them; `World.hazards` lists their entries.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.catalogue import BUG, FEATURE, TASK, TICKET, WORK_VERSION
from volt_assets.sandbox.catalogue_side import NEW_TITLE, OLD_TITLE, SHARED_TITLE, SIDE_ITEMS
from volt_assets.sandbox.catalogue_texts import ACTIVITIES
from volt_assets.sandbox.constants import FIBERY_WORKSPACE
from volt_assets.sandbox.descriptions import entity_path, reference
from volt_assets.sandbox.models import Draft, Person, Role, WorkItem
from volt_assets.sandbox.weeks import clock_change_days, instant, local_date, mondays

OVERLAPS: Final = frozenset({"overlap"})
"""The hazards that are allowed to overlap another entry of the same person."""

_HOUR: Final = 3600
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]{4}")


@dataclass(frozen=True, slots=True)
class Hazards:
    """What the hazards need to know of the world."""

    people: tuple[Person, ...]
    items: tuple[WorkItem, ...]
    today: date

    def person(self, role: Role) -> Person:
        """The first person with that role."""
        return next(person for person in self.people if person.role is role)

    def item(self, database: str, index: int) -> WorkItem:
        """The item at that index among those of one database; negative counts from the end."""
        return [item for item in self.items if item.database == database][index]


def with_hazards(drafts: list[Draft], world: Hazards) -> list[Draft]:
    """The drafts with odd texts put over some of them, odd times added, and the running entry at the end."""
    texts = [*_odd_texts(world), *_odd_references(world)]
    changed = _with_cyrillic(_put_over(drafts, texts, world), world)
    changed = _put_over_activities(changed, world)
    return [*_before_running(changed, world), *_odd_times(changed, world), _running(world)]


def _odd_texts(world: Hazards) -> Iterator[tuple[str, Role, str | None]]:
    task = world.item(TASK, -20)
    yield "null description", Role.FRONTEND, None
    yield "empty description", Role.MOBILE, ""
    yield "emoji", Role.FRONTEND, f"🚢 {reference(world.item(TASK, -28))} ✅"
    yield "markdown", Role.QUALITY, "Compare | pipe | table and **bold** _text_, see [link](http://x) `code`"
    yield "html", Role.DESIGN, 'Check <b>bold</b> labels <script>alert("x")</script> & <img src=x onerror=alert(1)>'
    yield "formula", Role.SUPPORT, '=HYPERLINK("http://x","click") for the export check'
    yield "secret", Role.PLATFORM, "Rotate staging login, password: Winter-Kiwi-1987!"
    yield "many spaces", Role.BACKEND, f"  {task.title}   #{task.public_id}  [Scrum]   [Task] [{task.project}]  "
    yield "no project", Role.PRODUCT, "Prepare the customer day"


def _odd_references(world: Hazards) -> Iterator[tuple[str, Role, str]]:
    first, second, ticket = world.item(TASK, -24), world.item(BUG, -9), world.item(TICKET, -6)
    yield "deleted entity", Role.BACKEND, "Old export format #1186 [Scrum] [Task] [Ledger]"
    yield "unlisted type", Role.DESIGN, reference(world.item(WORK_VERSION, -4))
    yield "unknown database", Role.PLATFORM, "Disk full on the build machine #88 [Ops] [Incident] [Platform]"
    yield "two references", Role.QUALITY, f"{reference(first)} + #{second.public_id} [Scrum] [Bug] [{second.project}]"
    yield "pull request", Role.LEAD, "Review PR #1210"
    yield "bare id", Role.LEAD, f"#{world.item(FEATURE, -5).public_id}"
    yield "hash and brackets", Role.SUPPORT, f"[Import] step #9 fails again #{ticket.public_id} [Support] [Ticket] [Portal]"
    yield "url", Role.PRODUCT, _link(world.item(FEATURE, -4))
    yield "url and text", Role.BACKEND, f"Pairing on {_link(first)}?view=board today"
    yield "title only", Role.MOBILE, world.item(TASK, -14).title
    yield "empty project label", Role.SUPPORT, f"{ticket.title} #{ticket.public_id} [Support] [Ticket] []"
    yield "one label", Role.FRONTEND, f"{first.title} #{first.public_id} [Task]"
    yield "unknown id", Role.QUALITY, f"{second.title} #{second.public_id}999 [Scrum] [Bug] [Portal]"


def _link(item: WorkItem) -> str:
    return f"https://{FIBERY_WORKSPACE}.fibery.io{entity_path(item.database, item.title, item.public_id)}"


def _put_over(drafts: list[Draft], texts: list[tuple[str, Role, str | None]], world: Hazards) -> list[Draft]:
    """One short work entry of that role's first person in the last complete week is given up for each text."""
    result = list(drafts)
    for name, role, text in texts:
        index = _victim(result, world, role)
        project = None if name == "no project" else result[index].project
        result[index] = replace(result[index], description=text, item=None, project=project, hazard=name)
    return result


def _aside() -> Iterator[tuple[str, str]]:
    """Words that mean cards on the side: a title that two have, and one by its older name."""
    renamed = next(side.item for side in SIDE_ITEMS if side.item.title == NEW_TITLE)
    yield "shared title", SHARED_TITLE
    yield "renamed entity", f"{OLD_TITLE} #{renamed.public_id} [Scrum] [Task] [{renamed.project}]"
    yield "old title", OLD_TITLE


def _put_over_activities(drafts: list[Draft], world: Hazards) -> list[Draft]:
    """The shortest everyday activities of the last complete week are given up for these, so that no item loses time."""
    result, monday = list(drafts), mondays(world.today)[-2]
    zones = {person.user_id: person.zone for person in world.people}
    usual = {text for texts in ACTIVITIES.values() for text in texts}
    for name, text in _aside():
        found = [at for at, draft in enumerate(result) if draft.item is None and draft.hazard is None and draft.description in usual]
        week = [at for at in found if monday <= local_date(result[at].start, zones[result[at].user_id]) < monday + timedelta(days=7)]
        index = min(week, key=lambda at: (result[at].seconds, result[at].start))
        result[index] = replace(result[index], description=text, hazard=name)
    return result


def _with_cyrillic(drafts: list[Draft], world: Hazards) -> list[Draft]:
    """The first of the last complete week's many Cyrillic texts, named as the one to look at."""
    monday = mondays(world.today)[-2]
    zones = {person.user_id: person.zone for person in world.people}
    found = [index for index, draft in enumerate(drafts) if _CYRILLIC.search(draft.description or "") and draft.hazard is None]
    first = min(
        (index for index in found if local_date(drafts[index].start, zones[drafts[index].user_id]) >= monday),
        key=lambda index: drafts[index].start,
    )
    return [*drafts[:first], replace(drafts[first], hazard="cyrillic"), *drafts[first + 1 :]]


def _victim(drafts: list[Draft], world: Hazards, role: Role) -> int:
    person, monday = world.person(role), mondays(world.today)[-2]
    found = [index for index, draft in enumerate(drafts) if _free(draft, person, monday)]
    return min(found, key=lambda index: drafts[index].seconds)


def _free(draft: Draft, person: Person, monday: date) -> bool:
    if draft.user_id != person.user_id or draft.item is None:
        return False
    return monday <= local_date(draft.start, person.zone) < monday + timedelta(days=7)


def _odd_times(drafts: list[Draft], world: Hazards) -> Iterator[Draft]:
    last = mondays(world.today)[-2]
    tane, ruby, oleksandr = (world.person(role) for role in (Role.PLATFORM, Role.SUPPORT, Role.BACKEND))
    task, bug = world.item(TASK, -18), world.item(BUG, -6)
    yield _at(oleksandr, last + timedelta(days=2), 23.25, 1.75, task, "across midnight")
    yield _at(ruby, last + timedelta(days=6), 23.5, 1.25, None, "across the week's end", "Phone rota: water damage at a customer")
    yield _at(world.person(Role.MOBILE), last + timedelta(days=3), 20.5, 0, bug, "zero seconds")
    yield _at(tane, _free_saturday(tane, last), 9.0, 26.5, None, "over 24 hours", "Move the build cluster")
    yield _overlap(drafts, world, last)
    yield from _clock_change(world)


def _at(person: Person, day: date, hour: float, hours: float, item: WorkItem | None, hazard: str, text: str = "") -> Draft:
    start = instant(person.zone, day, round(hour * _HOUR))
    project = item.project if item else "Platform"
    return Draft(person.user_id, start, round(hours * _HOUR), text or reference(item or _no_item()), item, project, hazard)


def _free_saturday(person: Person, monday: date) -> date:
    """The last Saturday before that week that is not followed by a change of the clocks, which has an entry of its own."""
    changes = clock_change_days(person.zone, monday - timedelta(days=1), monday - timedelta(days=1))
    return monday - timedelta(days=9 if changes else 2)


def _no_item() -> WorkItem:
    raise ValueError("an entry without an item needs a text of its own")


def _overlap(drafts: list[Draft], world: Hazards, monday: date) -> Draft:
    """A second timer that somebody started by hand while the first one was on."""
    lead = world.person(Role.LEAD)
    other = max((draft for draft in drafts if _free(draft, lead, monday)), key=lambda draft: draft.seconds)
    start = other.start + timedelta(seconds=other.seconds - 1500)
    return Draft(lead.user_id, start, 900, "Call with the bank about test data", None, "Ledger", "overlap")


def _clock_change(world: Hazards) -> Iterator[Draft]:
    """Night work while the clocks changed, in each zone that changed them in these weeks."""
    first, last = mondays(world.today)[0], world.today
    for role in (Role.BACKEND, Role.FRONTEND, Role.PLATFORM):
        person = world.person(role)
        for day in clock_change_days(person.zone, first, last - timedelta(days=1)):
            yield _at(person, day, 0.5, 3.5, None, "clock change", "Release night: move invoices to the new table")


def _before_running(drafts: list[Draft], world: Hazards) -> list[Draft]:
    running = _running(world)
    return [draft for draft in drafts if draft.user_id != running.user_id or draft.start + timedelta(seconds=draft.seconds) < running.start]


def _running(world: Hazards) -> Draft:
    """The lead's timer, started on the afternoon of `today` and still on."""
    lead, item = world.person(Role.LEAD), world.item(TASK, -16)
    start = instant(lead.zone, world.today, round(15.2 * _HOUR) + 17)
    return Draft(lead.user_id, start, -1, reference(item), item, item.project, "running")
