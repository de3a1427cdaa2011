"""Who and what a generated week is made of: people, cards in four databases with the same numbers, words. Not here: their time.

All of it is made up. `deal` draws one week's share of it with a seed.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from volt_assets.domain.entities import Assignee, EntityKey, EntityLink, EntityRecord, FiberyUser
from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Schema
from volt_assets.domain.people import Person

WORKSPACE = "https://acme.fibery.io"
HOSTS = ("acme.fibery.io",)
CLOSING_ZONE = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")
FIRST_NAMES = ("Ana", "Ben", "Carla", "Dev", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaia", "Lena", "Mira", "Noor", "Otto")
LAST_NAMES = ("Adler", "Brandt", "Castro", "Dvorak", "Eriksen", "Farkas", "Gupta", "Hoshino", "Ivanova", "Jensen", "Kovac", "Lund")
NON_LATIN_NAME = "Олена Шевченко"
PROJECTS = ("Harbour", "Lantern", "Meadow", "Orchard", "Quarry")
FEATURES = ("Onboarding tour", "Invoice export", "Offline mode", "Search rewrite", "Audit trail")
VERBS = ("Repair", "Sketch", "Rename", "Speed up", "Document", "Translate", "Measure", "Split", "Cache", "Review")
THINGS = ("the login form", "the price list", "the sync queue", "the start page", "the map view", "the backup job", "the mail footer")
ACTIVITIES = ("Standup", "Inbox", "Planning with the client", "Hiring talks", "Team lunch talk", "Reading papers", "Clean the wiki")
DATABASES = ("Scrum/Task", "Scrum/Bug", "Design/Sketch", "Support/Ticket")
FEATURE_DATABASE = "Scrum/Feature"
NUMBERS = 14
"""How many cards each database has; all have the numbers from 1 on."""
_FIRST_USER = 7001
_STATES = {
    "Not started": ("Open", "Backlog"),
    "Started": ("In Progress", "In Review"),
    "Finished": ("Done", "Released"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team with the zone they live in. `secret_mail` is the part of their address that no report may show."""

    person: Person
    zone: ZoneInfo
    fibery: FiberyUser | None

    @property
    def key(self) -> str:
        return self.person.key


@dataclass(frozen=True, slots=True)
class Cast:
    """A week's people, the cards of its workspace, and its Toggl projects."""

    members: tuple[Member, ...]
    records: tuple[EntityRecord, ...]
    projects: tuple[str, ...]

    @property
    def users(self) -> tuple[FiberyUser, ...]:
        """Fibery's users: those of the people who have an account there."""
        return tuple(member.fibery for member in self.members if member.fibery)


def schema() -> Schema:
    """The workspace's databases: four with states, people and an end date, and the features above their cards."""
    return Schema(databases=tuple(_database(name) for name in (*DATABASES, FEATURE_DATABASE)))


def deal(chance: random.Random, monday: date, people: int, *, non_latin: bool) -> Cast:
    """A cast with so many people. `non_latin`: one of them has a name in other letters."""
    members = _members(chance, people, non_latin=non_latin)
    features = _features(chance)
    titles = _titles(chance)
    records = [
        _record(chance, EntityKey(space=space, database=kind, public_id=str(number)), titles.pop(), monday, members, features)
        for space, kind in (name.split("/") for name in DATABASES)
        for number in range(1, NUMBERS + 1)
    ]
    return Cast(members=members, records=tuple(records), projects=tuple(chance.sample(PROJECTS, chance.randint(2, len(PROJECTS)))))


def identity(record: EntityRecord) -> str:
    """An entity's name in every report: `Space/Database #id`."""
    return f"{record.key.space}/{record.key.database} #{record.key.public_id}"


def _database(name: str) -> Database:
    space = name.split("/", maxsplit=1)[0]
    text = Field(name=f"{space}/Name", type="fibery/text", kind=FieldKind.PRIMITIVE)
    size = Field(name=f"{space}/Priority", type="fibery/text", kind=FieldKind.PRIMITIVE)
    end = Field(name=f"{space}/Actual End", type="fibery/date", kind=FieldKind.PRIMITIVE)
    estimate = Field(name=f"{space}/Estimate (hours)", type="fibery/decimal", kind=FieldKind.PRIMITIVE)
    return Database(
        name=name,
        title_field=f"{space}/Name",
        fields=(text, size, end, estimate),
        has_workflow=True,
        has_state_type=True,
        has_assignees=True,
    )


def _members(chance: random.Random, people: int, *, non_latin: bool) -> tuple[Member, ...]:
    firsts, lasts = chance.sample(FIRST_NAMES, people), [chance.choice(LAST_NAMES) for _ in range(people)]
    names = [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
    if non_latin:
        names[-1] = NON_LATIN_NAME
    return tuple(_member(chance, at, name) for at, name in enumerate(names))


def _member(chance: random.Random, at: int, name: str) -> Member:
    """Two in three are known in Fibery; one in eight has no address at all."""
    number = _FIRST_USER + at
    email = None if chance.random() < 1 / 8 else f"canary{chance.randrange(10**6):06d}.{number}@acme.example"
    fibery = FiberyUser(id=f"u-{number}", name=name, email=email) if email and chance.random() < 2 / 3 else None
    return Member(person=Person(user_id=number, name=name, email=email), zone=ZoneInfo(chance.choice(ZONES)), fibery=fibery)


def _titles(chance: random.Random) -> list[str]:
    """A title for each card, no two alike."""
    found = [f"{verb} {thing}" for verb in VERBS for thing in THINGS]
    chance.shuffle(found)
    return found


def _features(chance: random.Random) -> tuple[EntityLink, ...]:
    return tuple(_feature(chance, at, name) for at, name in enumerate(FEATURES, 1))


def _feature(chance: random.Random, at: int, name: str) -> EntityLink:
    kind = chance.choice(tuple(_STATES))
    key = EntityKey(space="Scrum", database="Feature", public_id=str(at))
    return EntityLink(
        relation="Feature", entity_id=str(key), name=name, entity=key, state=chance.choice(_STATES[kind]), is_final=kind == "Finished"
    )


def _record(
    chance: random.Random, key: EntityKey, title: str, monday: date, members: Sequence[Member], features: Sequence[EntityLink]
) -> EntityRecord:
    kind = chance.choices(tuple(_STATES), weights=(2, 5, 3))[0]
    known = [member.fibery for member in members if member.fibery]
    assigned = chance.sample(known, min(len(known), chance.choice((0, 1, 1, 2))))
    changed = datetime.combine(monday, datetime.min.time(), tzinfo=CLOSING_ZONE) + timedelta(hours=chance.randint(-900, 260))
    fields: dict[str, object] = {"Priority": chance.choice(("High", "Low", None))}
    if kind == "Finished" and chance.random() < 2 / 3:
        fields["Actual End"] = changed.date().isoformat()
    if chance.random() < 1 / 4:
        fields["Estimate (hours)"] = chance.choice((2, 5, 12, 40))
    return EntityRecord(
        key=key,
        name=title,
        state=chance.choice(_STATES[kind]),
        state_type=kind,
        is_final=kind == "Finished",
        assignees=tuple(Assignee(name=user.name, email=user.email) for user in assigned),
        parents=(chance.choice(features),) if chance.random() < 1 / 2 else (),
        fields=fields,
        created_at=changed - timedelta(days=60),
        modified_at=changed,
        fibery_id=f"id-{key}",
    )
