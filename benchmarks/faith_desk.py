"""Writes the entries of a generated week, and keeps what each is for. Not here: hazards, which weeks there are.

What an entry is meant for is known because it was written here; it is never read back out of a description.
"""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from benchmarks.faith_cast import ACTIVITIES, WORKSPACE, Cast, Member, identity
from volt_assets.domain.entities import EntityRecord
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.weeks import Week


@dataclass(frozen=True, slots=True)
class Meant:
    """What an entry is for: an entity by its name in reports, and the form in which it is named; None is no entity."""

    entity: str | None = None
    form: str = "none"
    exists: bool = True

    @property
    def in_full(self) -> bool:
        """Whether Toggl alone tells which entity it is."""
        return self.form in {"labels", "url"}


class Desk:
    """Writes the entries of a week, one after the other, with what each is meant for."""

    def __init__(self, chance: random.Random, week: Week, cast: Cast) -> None:
        self.chance = chance
        self.week = week
        self.cast = cast
        self.records = {identity(record): record for record in cast.records}
        self._entries: list[TimeEntry] = []
        self._running: list[TimeEntry] = []
        self._earlier: list[TimeEntry] = []
        self._meant: dict[int, Meant] = {}
        self._earlier_meant: dict[int, Meant] = {}
        self._numbers = itertools.count(10_001, 3)
        self._saturday = 0
        self.secrets: list[str] = [member.person.email for member in cast.members if member.person.email]
        self._pace: dict[str, int] = {}
        self._own = {member.key: chance.sample(cast.records, 8) for member in cast.members}
        self._projects = {name: chance.choice(cast.projects) for name in self.records}

    @property
    def running(self) -> Sequence[TimeEntry]:
        """The timers that are still on."""
        return tuple(self._running)

    @property
    def meant(self) -> Mapping[int, Meant]:
        """What each entry of this week and the one before is for, by its id."""
        return {**self._meant, **self._earlier_meant}

    def work(self, member: Member, count: int) -> None:
        """So many entries of a person, on five days, one thing at a time; and fewer in the week before."""
        self._pace[member.key] = max(1, -(-count // 5))
        for at in range(count):
            self._usual(member, at)
        for at in range(self.chance.randint(count // 3, count + count // 3)):
            text, meant, project = self._thing(member)
            start, number = self._slot(member, at) - timedelta(weeks=1), 900_000 + len(self._earlier)
            self._earlier.append(self._entry(member, text, start, self._length(member), project, number=number))
            self._earlier_meant[number] = meant

    def fill(self, total: int) -> None:
        """As many more entries as are missing."""
        for at in range(total - len(self._entries)):
            self._usual(self.cast.members[at % len(self.cast.members)], at)

    def member(self) -> Member:
        """Anybody of the team, but for the first: they may be on leave."""
        return self.chance.choice(self.cast.members[1:] or self.cast.members)

    def add(
        self,
        text: str,
        meant: Meant,
        *,
        who: Member | None = None,
        start: datetime | None = None,
        seconds: int | None = None,
        project: str | None = None,
    ) -> TimeEntry:
        """One entry more, with what it is for."""
        member = who or self.member()
        begun = start or self._free(member)
        entry = self._entry(member, text, begun, self._length(member) if seconds is None else seconds, project)
        self._entries.append(entry)
        self._meant[entry.id] = meant
        return entry

    def run(self, text: str) -> None:
        """A timer that is still on."""
        member = self.member()
        start = self.local(member, 4, 17)
        entry = self._entry(member, text, start, 0, None, number=800_000 + len(self._running))
        self._running.append(entry.model_copy(update={"stop": None}))

    @property
    def entries(self) -> Sequence[TimeEntry]:
        """The week's entries so far."""
        return tuple(self._entries)

    @property
    def earlier(self) -> Sequence[TimeEntry]:
        """Those of the week before."""
        return tuple(self._earlier)

    def drop(self, gone: Callable[[TimeEntry], bool]) -> None:
        """Takes entries back."""
        for entry in [entry for entry in self._entries if gone(entry)]:
            self._entries.remove(entry)
            del self._meant[entry.id]

    def local(self, member: Member, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of a day of the week as the person's clock shows it; day 0 is Monday."""
        return datetime.combine(self.week.days[day], time(hour, minute), tzinfo=member.zone)

    def full(self, record: EntityRecord, title: str | None = None) -> str:
        """A reference as Fibery's formula writes it."""
        key = record.key
        project = self._projects[identity(record)]
        return f"{title or record.name} #{key.public_id} [{key.space}] [{key.database}] [{project}]"

    def _usual(self, member: Member, at: int) -> None:
        text, meant, project = self._thing(member)
        self.add(text, meant, who=member, start=self._slot(member, at), project=project)

    def _thing(self, member: Member) -> tuple[str, Meant, str | None]:
        """What somebody does next: mostly a card named in full, else by link or title, or no card at all."""
        form = self.chance.choices(("labels", "link", "title", "none"), weights=(60, 10, 8, 22))[0]
        record = self.chance.choice(self._own[member.key])
        name, project = identity(record), self._projects[identity(record)]
        if form == "labels":
            return self.full(record), Meant(name, "labels"), project
        if form == "link":
            return f"{WORKSPACE}/{name.replace(' #', '/card-').replace(' ', '_')}", Meant(name, "url"), project
        if form == "title" and not record.is_final:
            return record.name, Meant(name, "title"), project
        return self.chance.choice(ACTIVITIES), Meant(), self.chance.choice((None, *self.cast.projects))

    def _slot(self, member: Member, at: int) -> datetime:
        pace = self._pace.get(member.key, 1)
        minutes = 9 * 60 + (at % pace) * (480 // pace) if pace <= 480 else 9 * 60
        return self.local(member, (at // pace) % 5, minutes // 60, minutes % 60)

    def _free(self, member: Member) -> datetime:
        """An hour of Saturday that nothing else has."""
        self._saturday += 1
        return self.local(member, 5, 21 - self._saturday % 12)

    def _length(self, member: Member) -> int:
        """Seconds that fit between two starts of a person's day."""
        between = 480 // min(480, self._pace.get(member.key, 1)) * 60
        return self.chance.randint(between // 4, min(between, 3 * 3600))

    def _entry(
        self, member: Member, text: str, start: datetime, seconds: int, project: str | None, *, number: int | None = None
    ) -> TimeEntry:
        fixed = datetime.fromisoformat(start.isoformat())
        person = member.person
        return TimeEntry(
            id=number or next(self._numbers),
            user_id=person.user_id,
            user_email=person.email,
            user_name=person.name,
            description=text,
            start=fixed,
            stop=fixed + timedelta(seconds=seconds),
            seconds=seconds,
            billable=project is not None and self.chance.random() < 1 / 2,
            project=project,
            client=None,
            tags=(),
            updated_at=datetime.combine(self.week.sunday, time(), tzinfo=UTC) + timedelta(days=1),
        )
