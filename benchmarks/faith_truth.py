"""What a reader of a report may be told: the week's people, cards and totals by the words that reports use. Not here: reading it.

All of it comes from the generated week and the independent loops of `faith_totals`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.faith_cast import FIRST_NAMES, LAST_NAMES, NON_LATIN_NAME, PROJECTS, WORKSPACE, identity
from benchmarks.faith_planters import STRANGERS
from benchmarks.faith_totals import Key, Totals, activity_of, person_of
from benchmarks.faith_weeks import GeneratedWeek

ALL_NAMES = (*(f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES), NON_LATIN_NAME, *STRANGERS)
MINUTES_OFF = 6
"""How far a sum of many rows may be from the exact time: it is the sum of its rows as shown, each of which is cut to the minute."""
_ONE_FIGURE = frozenset({"total", "project", "total of the week before", "against the week before"})
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a week, for a report of one kind, about one person (by key) or the team (None)."""

    kind: str
    person: str | None
    totals: Totals
    names: Mapping[str, str]
    titles: Mapping[str, frozenset[str]]
    states: Mapping[str, tuple[str | None, bool]]
    above: Mapping[str, tuple[str, ...]]
    entries: Mapping[tuple[str | None, str | None], int]
    secrets: tuple[str, ...]

    def seconds(self, measure: str, person: str | None = None, entity: str | None = None, project: str | None = None) -> int | None:
        """The seconds of a measure, by the loops."""
        return self.totals.seconds(self.kind, (measure, person, entity, project))

    def shows(
        self, minutes: int, measure: str, person: str | None = None, entity: str | None = None, project: str | None = None
    ) -> bool | None:
        """Whether a measure may be shown by so many minutes; None where the loops do not tell it."""
        seconds = self.seconds(measure, person, entity, project)
        is_one_figure = measure in _ONE_FIGURE or measure.startswith("day ") or (person and measure.startswith(("time", "activity ")))
        return None if seconds is None else is_shown_as(minutes, seconds, within=1 if is_one_figure else MINUTES_OFF)

    def is_some_time(self, minutes: int) -> bool:
        """Whether something of this week or the one before took so many minutes, or so many more or less."""
        now, before = self.totals.of(self.kind), self.totals.before(self.kind)
        return any(
            is_shown_as(minutes, one, within=MINUTES_OFF)
            for key in {**now, **before}
            for one in (now.get(key, 0), before.get(key, 0), now.get(key, 0) - before.get(key, 0))
        )

    def times(self, person: str | None, of_type: str | None = None) -> dict[str, int]:
        """The seconds of each entity, of one type where it is named, by everybody or by a person."""
        times = _times(self.totals.of(self.kind), person)
        return {name: spent for name, spent in times.items() if of_type is None or name.startswith(f"{of_type} #")}

    def leader(self, person: str | None, of_type: str | None = None) -> tuple[str | None, bool]:
        """The entity with the most time, and whether no other has as much."""
        ordered = sorted(self.times(person, of_type).items(), key=lambda one: -one[1])
        if not ordered:
            return None, False
        return ordered[0][0], len(ordered) < 2 or ordered[0][1] > ordered[1][1]

    def entity_times(self) -> dict[str, int]:
        """The seconds of each entity, by everybody or by the report's person."""
        return _times(self.totals.of(self.kind), self.person)

    def largest_change(self, person: str | None, *, by_entity: bool) -> int:
        """By how many seconds the entity or the project grew or shrank that did so most."""
        now, before = self.totals.of(self.kind), self.totals.before(self.kind)
        keys = [key for key in {**now, **before} if key[0] == ("time" if by_entity else "project") and key[1] == person]
        return max((abs(now.get(key, 0) - before.get(key, 0)) for key in keys), default=0)

    def count(self, what: str, person: str | None, entity: str | None) -> int:
        """How many there are of something, by the words of the judge's patterns."""
        times = _times(self.totals.of(self.kind), person)
        people: dict[str, set[str]] = defaultdict(set)
        for who, named in self.entries:
            if who and named in times:
                people[named or ""].add(who)
        counts = {
            "people on it": len(people[entity or ""]),
            "not shown": sum(1 for name in times if name not in self.states),
            "shared": sum(1 for having in people.values() if len(having) > 1),
            "entries": self.entries.get((person, None), 0),
            "people": len({who for who, _ in self.entries if who}),
            "found": sum(1 for name in times if name in self.states),
        }
        return counts[what]

    def address(self, name: str) -> str:
        """Where an entity's link leads."""
        return f"{WORKSPACE}/{name.replace(' #', '/').replace(' ', '_')}"


def truth_of(week: GeneratedWeek, totals: Totals, kind: str, subject: str) -> Truth:
    """The truth for a report of this kind and subject."""
    titles: dict[str, set[str]] = defaultdict(set)
    for record in week.cast.records:
        titles[identity(record)].add(record.name)
        for link in record.parents:
            titles[link.entity_id].add(link.name)
    entries: Counter[tuple[str | None, str | None]] = Counter()
    for entry in (*week.entries, *week.earlier):
        meant = week.meant[entry.id]
        if meant.entity:
            titles[meant.entity] |= {entry.description.split(" #")[0]} if meant.form == "labels" else set()
            titles[meant.entity] |= {""} if meant.form == "url" and kind == "toggl_summary" else set()
    for entry in week.entries:
        for person in (None, person_of(entry)):
            entries[person, None] += 1
            meant = week.meant[entry.id]
            is_on_it = meant.in_full or kind != "toggl_summary"
            entries[person, meant.entity if meant.entity and is_on_it else activity_of(entry)] += 1
    states = {identity(record): (record.state, bool(record.is_final)) for record in week.cast.records}
    above = {link.entity_id: (link.state, bool(link.is_final)) for record in week.cast.records for link in record.parents}
    return Truth(
        kind=kind,
        person=subject if kind == "person_report" else None,
        totals=totals,
        names={member.person.name: member.key for member in week.cast.members},
        titles={name: frozenset(found) for name, found in titles.items()},
        states={**above, **states},
        above={identity(record): tuple(link.entity_id for link in record.parents) for record in week.cast.records},
        entries=entries,
        secrets=week.secrets,
    )


def is_shown_as(minutes: int, seconds: int, *, within: int = 1) -> bool:
    """Whether a time may be shown by so many minutes: the minute below or above, as columns add up as shown."""
    return abs(minutes * _MINUTE - abs(seconds)) < within * _MINUTE


def is_share_shown_as(shown: int, part: int, whole: int) -> bool:
    """Whether a share may be shown by so many percent: the one below or above."""
    return whole > 0 and abs(shown - 100 * part / whole) < 1


def known_projects() -> tuple[str, ...]:
    """The names of Toggl's projects, and what stands for none."""
    return (*PROJECTS, "(no project)", "time without a project")


def _times(sums: Mapping[Key, int], person: str | None) -> dict[str, int]:
    return {key[2]: spent for key, spent in sums.items() if key[0] == "time" and key[1] == person and key[2]}
