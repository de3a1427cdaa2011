"""The totals once more: plain loops from raw entries to seconds, sharing no code with Volt. Not here: Volt's own rules.

Whatever a report's facts claim in seconds is looked up here by what they are about: (measure, person, entity, project).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.faith_cast import identity
from benchmarks.faith_weeks import GeneratedWeek
from volt_assets.domain.drafts import Report
from volt_assets.domain.entries import TimeEntry
from volt_assets.domain.facts import Fact, FactKind

Key = tuple[str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Totals:
    """Seconds of a week: as Toggl alone tells them, and with Fibery; and those of the week before."""

    toggl: Mapping[Key, int]
    fibery: Mapping[Key, int]
    toggl_before: Mapping[Key, int]
    fibery_before: Mapping[Key, int]

    def seconds(self, kind: str, key: Key) -> int | None:
        """What a duration of a report of this kind has to be; None where these loops do not tell."""
        now = self.of(kind)
        measure, person, entity, project = key
        if measure in _OF_BEFORE:
            return self.before(kind).get(("total", person, None, None), 0)
        if measure == _GROWTH:
            what = "total" if entity is None and project is None else "time" if entity else "project"
            asked = (what, person, entity, project)
            return now.get(asked, 0) - self.before(kind).get(asked, 0)
        if measure.startswith(_KNOWN) or measure in _EXACTLY:
            return now.get(key, 0)
        return None

    def of(self, kind: str) -> Mapping[Key, int]:
        """This week's sums as a report of this kind tells them."""
        return self.toggl if kind == "toggl_summary" else self.fibery

    def before(self, kind: str) -> Mapping[Key, int]:
        """The week before's."""
        return self.toggl_before if kind == "toggl_summary" else self.fibery_before


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a report's seconds compare with the loops': how many were compared, which differ, and which measures nothing compares.

    `seconds_off` says how far each time as shown is from the exact one.
    """

    compared: int
    differing: tuple[str, ...]
    not_compared: tuple[str, ...]
    seconds_off: tuple[int, ...]


_TIMES = (FactKind.DURATION, FactKind.GROWTH)
_GROWTH = "against the week before"
_OF_BEFORE = frozenset({"total of the week before"})
_KNOWN = ("activity ", "day ", "type ")
_EXACTLY = frozenset(
    {
        *("total", "on entities", "other activities", "billable", "not billable", "project", "time", "found entities", "not read"),
        *("with all below", "with all below, so far", "so far", "could not be asked about", "activities that may be entities"),
        *("does not show", "shared entities", "no description", "labels", "url", "title", "none", "alias", "bare_id", "unasked"),
    }
)


def count_up(week: GeneratedWeek) -> Totals:
    """All totals of a week."""
    return Totals(
        toggl=_summed(week, week.entries, with_fibery=False),
        fibery=_summed(week, week.entries, with_fibery=True),
        toggl_before=_summed(week, week.earlier, with_fibery=False),
        fibery_before=_summed(week, week.earlier, with_fibery=True),
    )


def compare(report: Report, week: GeneratedWeek, totals: Totals) -> Agreement:
    """Every time that a report's facts and accounts claim, to the second, against the loops."""
    compared, differing, unknown = 0, list[str](), list[str]()
    seconds = {entry.id: entry.seconds for entry in week.entries}
    for fact in report.facts:
        if fact.kind not in _TIMES:
            continue
        subject = fact.subject
        expected = totals.seconds(report.kind, (subject.what, subject.person, subject.entity, subject.project))
        if expected is None:
            unknown.append(subject.what)
            continue
        compared += 1
        if expected != fact.value:
            differing.append(f"{report.kind} {report.subject}: {subject} is {fact.value} s, counted {expected} s")
    for account in report.accounts:
        compared += 1
        counted = 0
        for entry_id in account.entry_ids:
            counted += seconds[entry_id]
        if counted != account.seconds:
            differing.append(f"{report.kind} {report.subject}: row {account.fact} is {account.seconds} s, its entries {counted} s")
    return Agreement(
        compared=compared + 1,
        differing=(*differing, *_unaccounted(report, week)),
        not_compared=tuple(unknown),
        seconds_off=tuple(_off(fact) for fact in report.facts if fact.kind in _TIMES),
    )


def _off(fact: Fact) -> int:
    """How many seconds a time as shown is from the exact one; `<1m` shows none."""
    hours, _, minutes = fact.display.removesuffix("m").partition("h ")
    return abs(abs(int(fact.value)) - (int(hours) * 3600 + int(minutes) * 60 if minutes else 0))


def _unaccounted(report: Report, week: GeneratedWeek) -> list[str]:
    """Whether a report's rows hold each entry they are to hold once: all, one person's, those on entities, or those on none."""
    mine = []
    for entry in week.entries:
        is_on_entity = week.meant[entry.id].entity is not None
        left_out = {
            "person_report": person_of(entry) != report.subject,
            "work_alignment": not is_on_entity,
            "coverage_report": is_on_entity,
        }
        if not left_out.get(report.kind, False):
            mine.append(entry.id)
    held = list[int]()
    for account in report.accounts:
        held += account.entry_ids
    return [] if sorted(held) == sorted(mine) else [f"{report.kind} {report.subject}: {len(held)} entries in rows, {len(mine)} in the week"]


def _summed(week: GeneratedWeek, entries: Iterable[TimeEntry], *, with_fibery: bool) -> Mapping[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    on: dict[str, set[str]] = defaultdict(set)
    above = {identity(record): [link.entity_id for link in record.parents] for record in week.cast.records}
    for entry in entries:
        meant = week.meant[entry.id]
        entity = meant.entity if with_fibery or meant.in_full else None
        _add_to_person(sums, entry, entity, exists=meant.exists)
        if with_fibery:
            sums[meant.form if meant.exists else "none", None, None, None] += entry.seconds
        if entity is not None:
            on[entity].add(person_of(entry))
            _add_to_entity(sums, entry, entity, above.get(entity, []))
    for entity, people in on.items():
        if len(people) > 1:
            sums["shared entities", None, None, None] += sums["time", None, entity, None]
    return dict(sums)


def _add_to_person(sums: dict[Key, int], entry: TimeEntry, entity: str | None, *, exists: bool) -> None:
    """To the person's sums and to everybody's."""
    for person in (None, person_of(entry)):
        for measure in _measures(entry, has_entity=entity is not None, exists=exists):
            sums[measure, person, None, None] += entry.seconds
        sums["project", person, None, entry.project or ""] += entry.seconds
        if entity is not None:
            sums["time", person, entity, None] += entry.seconds


def _add_to_entity(sums: dict[Key, int], entry: TimeEntry, entity: str, above: Iterable[str]) -> None:
    """To its type's sums, everybody's and the person's, and to its own and those of what it belongs to."""
    for person in (None, person_of(entry)):
        sums[f"type {entity.split(' #', maxsplit=1)[0]}", person, None, None] += entry.seconds
    for whole in (entity, *above):
        for measure in ("with all below", "with all below, so far", "so far"):
            sums[measure, None, whole, None] += entry.seconds


def _measures(entry: TimeEntry, *, has_entity: bool, exists: bool) -> list[str]:
    """What an entry counts towards, for its person and for all."""
    found = ["total", f"day {entry.start.date()}", "billable" if entry.billable else "not billable"]
    if not entry.description:
        found.append("no description")
    if has_entity:
        return [*found, "on entities", *(["found entities"] if exists else ["not read", "does not show"])]
    return [*found, "other activities", activity_of(entry)]


def activity_of(entry: TimeEntry) -> str:
    """The measure of an entry's activity: its words in one line, and what stands behind `password: ` hidden."""
    words, mark, _ = " ".join(entry.description.split()).partition("password: ")
    return f"activity {words}{mark and 'password: [hidden]'}"


def person_of(entry: TimeEntry) -> str:
    """Whose entry it is, by the key that reports use."""
    return entry.user_email or f"user:{entry.user_id}"
