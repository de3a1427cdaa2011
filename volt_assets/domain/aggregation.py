"""A week's entries per person: which entities they name in full, and all other activities. Not here: anything Fibery knows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from volt_assets.domain.entries import DataSource, Drift, RawTogglData, TimeEntry, total_seconds
from volt_assets.domain.people import Person, person_key
from volt_assets.domain.quality import PersonQuality, QualityLimits, QualityRules, WeekQuality, person_quality, week_quality
from volt_assets.domain.references import Reference, ReferenceForm, parse_reference
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

Name = TypeVar("Name")
_ByForm = dict[tuple[ReferenceForm, ...], tuple[Reference, list[TimeEntry]]]


class ConservationError(Exception):
    """Seconds or entries were lost or counted twice. Names the stage, the week and both figures; nothing is stored."""


class Span(NamedTuple):
    """When one entry began, in its owner's zone, and how long it counts. A tuple, as there is one for each entry of the week."""

    entry_id: int
    start: datetime
    seconds: int


class Naming(Value):
    """The entries of a row that name its entity in one form, by a link or by labels. `description` is the first of them."""

    reference: Reference
    description: str
    entry_ids: tuple[int, ...]


class MatchedEntity(Value):
    """A person's time on an entity that the descriptions name in full. `entity_database` and `entity_type` are the labels as written.

    `description` is the first of the week, `other_descriptions` name the same in other words. `namings` share the entries by the form
    in which they name it, the first description's first. `spans` are its entries, first come first.
    """

    entity_database: str
    entity_type: str
    entity_id: str
    project: str | None
    description: str
    other_descriptions: tuple[str, ...] = ()
    namings: tuple[Naming, ...]
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def descriptions(self) -> tuple[str, ...]:
        """All that was written for it."""
        return (self.description, *self.other_descriptions)

    @property
    def reference(self) -> Reference:
        """How the first description names it."""
        return self.namings[0].reference

    @property
    def by_form(self) -> tuple["MatchedEntity", ...]:
        """A row for each form in which it is named, for a link and labels are resolved by different steps."""
        return tuple(self._named(one) for one in self.namings) if len(self.namings) > 1 else (self,)

    def _named(self, naming: Naming) -> "MatchedEntity":
        spans = tuple(span for span in self.spans if span.entry_id in naming.entry_ids)
        return self.model_copy(
            update={
                "description": naming.description,
                "other_descriptions": tuple(text for text in self.descriptions if text != naming.description),
                "namings": (naming,),
                "duration_seconds": sum(span.seconds for span in spans),
                "entries_count": len(spans),
                "entry_ids": naming.entry_ids,
                "spans": spans,
            }
        )


class UnmatchedActivity(Value):
    """A person's time under one description that names no entity in full. `reference` is what it may hint at."""

    description: str
    project: str | None
    reference: Reference | None
    duration_seconds: int
    entries_count: int
    entry_ids: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def descriptions(self) -> tuple[str, ...]:
        """All that was written for it: one text."""
        return (self.description,)

    @property
    def by_form(self) -> tuple["UnmatchedActivity", ...]:
        """Itself: one text names in one form."""
        return (self,)


class PersonStatistics(Value):
    """A person's sums. Durations are seconds."""

    total_duration_seconds: int
    matched_duration_seconds: int
    unmatched_duration_seconds: int
    billable_duration_seconds: int
    total_entries: int
    matched_entries: int
    unmatched_entries: int


class DayShare(Value):
    """Time on one local day."""

    day: date
    duration_seconds: int
    entry_ids: tuple[int, ...]


class ProjectShare(Value):
    """Time on one Toggl project; None is time without a project."""

    project: str | None
    duration_seconds: int
    entry_ids: tuple[int, ...]


class PersonTime(Value):
    """All of one person's week. Each entry is in exactly one of `matched_entities` and `unmatched_activities`.

    `running_references` are those of timers that still run, and so have no time yet.
    """

    user_id: int
    user_name: str
    user_email: str | None
    matched_entities: tuple[MatchedEntity, ...]
    unmatched_activities: tuple[UnmatchedActivity, ...]
    days: tuple[DayShare, ...]
    projects: tuple[ProjectShare, ...]
    running_entries: int
    running_references: tuple[Reference, ...] = ()
    billable_entry_ids: tuple[int, ...] = ()
    statistics: PersonStatistics
    quality: PersonQuality

    @property
    def rows(self) -> tuple["MatchedEntity | UnmatchedActivity", ...]:
        """All rows: each entry is in exactly one."""
        return (*self.matched_entities, *self.unmatched_activities)

    @property
    def rows_by_form(self) -> tuple["MatchedEntity | UnmatchedActivity", ...]:
        """All rows, those of an entity that is named in several forms apart by form: each entry is in exactly one."""
        return tuple(part for row in self.rows for part in row.by_form)


class WeekStatistics(PersonStatistics):
    """The week's sums over all people. `excluded_people` are those whom the configuration left out, by user id."""

    people: int
    running_entries: int
    excluded_entries: int
    excluded_seconds: int
    excluded_people: tuple[int, ...] = ()


class TogglAggregated(Value):
    """The week per person, by e-mail or `user:<id>`. `so_far`: it had not ended when its entries were fetched."""

    week: date
    workspace_id: int | None
    source: DataSource
    own_entries_only: bool
    only_users: tuple[str, ...]
    users: dict[str, PersonTime]
    statistics: WeekStatistics
    quality: WeekQuality
    changes: Drift | None
    covered_days: tuple[date, ...] | None = None
    so_far: bool = False


def aggregate(
    raw: RawTogglData, hosts: Iterable[str], *, limits: QualityLimits | None = None, until: date | None = None
) -> TogglAggregated:
    """The week per person. Raises ConservationError when a second or an entry would be lost or doubled.

    `limits` are those of usual hours; of days from `until` on, nobody's time is missed yet.
    """
    rules = QualityRules(week=Week(monday=raw.week), limits=limits or QualityLimits(), until=until, covered=raw.covered_days)
    references = _references((*raw.entries, *raw.running), tuple(hosts))
    people = _people_by_id(raw)
    by_person = _grouped(raw.entries, lambda entry: entry.user_id)
    running = _grouped(raw.running, lambda entry: entry.user_id)
    everyone = [
        _person_time(people[user_id], by_person.get(user_id, ()), running.get(user_id, ()), references, rules) for user_id in sorted(people)
    ]
    accounts = Counter(time.user_email for time in everyone)
    users = dict(sorted((_unique_key(time, accounts), time) for time in everyone))
    result = TogglAggregated(
        week=raw.week,
        workspace_id=raw.workspace_id,
        source=raw.source,
        own_entries_only=raw.own_entries_only,
        only_users=raw.only_users,
        users=users,
        statistics=_week_statistics(raw, users),
        quality=week_quality((time.quality for time in everyone), rules.limits),
        changes=raw.changes,
        covered_days=raw.covered_days,
        so_far=raw.so_far,
    )
    _prove_conserved(raw, result)
    return result


def entry_ids_of(time: PersonTime) -> tuple[int, ...]:
    """Every entry of a person, row by row."""
    return tuple(entry_id for row in time.rows for entry_id in row.entry_ids)


def _prove_conserved(raw: RawTogglData, result: TogglAggregated) -> None:
    held = sorted(entry_id for time in result.users.values() for entry_id in entry_ids_of(time))
    seconds = result.statistics.total_duration_seconds
    if held != sorted(entry.id for entry in raw.entries) or seconds != raw.statistics.seconds:
        raise ConservationError(
            f"Aggregating week {raw.week} would turn {raw.statistics.entries} entries of {raw.statistics.seconds} s into "
            f"{len(held)} entries of {seconds} s. Nothing was stored; please report this with raw_toggl_data.json."
        )


def _people_by_id(raw: RawTogglData) -> dict[int, Person]:
    """One person per user id: the e-mail from whichever entry has one."""
    found: dict[int, Person] = {}
    for entry in (*raw.entries, *raw.running):
        known = found.get(entry.user_id)
        if known is None or (known.email is None and entry.user_email is not None):
            found[entry.user_id] = entry.person
    return found


def _unique_key(time: PersonTime, accounts: Mapping[str | None, int]) -> str:
    """The person's key; two accounts with one e-mail stay apart under their ids."""
    return person_key(time.user_id, time.user_email if accounts[time.user_email] == 1 else None)


def _person_time(
    person: Person,
    entries: Sequence[TimeEntry],
    running: Sequence[TimeEntry],
    references: Mapping[str, Reference | None],
    rules: QualityRules,
) -> PersonTime:
    full, rest = list[TimeEntry](), list[TimeEntry]()
    for entry in entries:
        (full if _is_full(references[entry.description]) else rest).append(entry)
    return PersonTime(
        user_id=person.user_id,
        user_name=person.name,
        user_email=person.email,
        matched_entities=_matched(full, references),
        unmatched_activities=_unmatched(rest, references),
        days=tuple(_day(day, group) for day, group in sorted(_grouped(entries, lambda entry: entry.day).items())),
        projects=_projects(entries),
        running_entries=len(running),
        running_references=tuple(dict.fromkeys(found for entry in running if (found := references[entry.description]))),
        billable_entry_ids=_ids(entry for entry in entries if entry.billable),
        statistics=_statistics(entries, full, rest),
        quality=person_quality(entries, running, rules),
    )


def _references(entries: Iterable[TimeEntry], hosts: tuple[str, ...]) -> dict[str, Reference | None]:
    """What each description of the week refers to: read once, for many people write the same."""
    return {description: parse_reference(description, hosts) for description in {entry.description for entry in entries}}


def _is_full(reference: Reference | None) -> bool:
    return reference is not None and reference.is_full


def _matched(entries: Sequence[TimeEntry], references: Mapping[str, Reference | None]) -> tuple[MatchedEntity, ...]:
    groups: dict[tuple[str, ...], _ByForm] = defaultdict(dict)
    for description, written in _grouped(entries, lambda entry: entry.description).items():
        reference = references[description]
        if reference is not None:
            groups[reference.names].setdefault(reference.forms, (reference, []))[1].extend(written)
    rows = [_matched_row(tuple(named.values())) for named in groups.values()]
    return tuple(sorted(rows, key=lambda row: (-row.duration_seconds, row.entity_database, row.entity_type, row.entity_id)))


def _matched_row(named: Sequence[tuple[Reference, Sequence[TimeEntry]]]) -> MatchedEntity:
    reference, [first, *_] = named[0]
    entries = [entry for _, group in named for entry in group]
    others = {entry.description for entry in entries} - {first.description}
    return MatchedEntity(
        entity_database=reference.space or "",
        entity_type=reference.database or "",
        entity_id=reference.public_id,
        project=reference.project or _main_project(entries),
        description=first.description,
        other_descriptions=tuple(sorted(others)),
        namings=tuple(Naming(reference=one, description=group[0].description, entry_ids=_ids(group)) for one, group in named),
        duration_seconds=total_seconds(entries),
        entries_count=len(entries),
        entry_ids=_ids(entries),
        spans=_spans(entries),
    )


def _unmatched(entries: Sequence[TimeEntry], references: Mapping[str, Reference | None]) -> tuple[UnmatchedActivity, ...]:
    shown = {description: " ".join(description.split()) for description in {entry.description for entry in entries}}
    groups = _grouped(entries, lambda entry: shown[entry.description])
    rows = [_activity_row(description, group, references[group[0].description]) for description, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.duration_seconds, row.description)))


def _activity_row(description: str, entries: Sequence[TimeEntry], reference: Reference | None) -> UnmatchedActivity:
    return UnmatchedActivity(
        description=description,
        project=_main_project(entries),
        reference=reference,
        duration_seconds=total_seconds(entries),
        entries_count=len(entries),
        entry_ids=_ids(entries),
        spans=_spans(entries),
    )


def _spans(entries: Iterable[TimeEntry]) -> tuple[Span, ...]:
    ordered = sorted(entries, key=lambda entry: (entry.start, entry.id))
    return tuple(Span(entry_id=entry.id, start=entry.start, seconds=entry.seconds) for entry in ordered)


def _projects(entries: Sequence[TimeEntry]) -> tuple[ProjectShare, ...]:
    groups = _grouped(entries, lambda entry: entry.project or "")
    shares = [
        ProjectShare(project=name or None, duration_seconds=total_seconds(group), entry_ids=_ids(group)) for name, group in groups.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.duration_seconds, share.project or "")))


def _main_project(entries: Sequence[TimeEntry]) -> str | None:
    """The project with the most time among these entries; of several, the first by name."""
    seconds: dict[str, int] = defaultdict(int)
    for entry in entries:
        seconds[entry.project or ""] += entry.seconds
    return min(seconds, key=lambda name: (-seconds[name], name)) or None


def _day(day: date, entries: Sequence[TimeEntry]) -> DayShare:
    return DayShare(day=day, duration_seconds=total_seconds(entries), entry_ids=_ids(entries))


def _statistics(entries: Sequence[TimeEntry], full: Sequence[TimeEntry], rest: Sequence[TimeEntry]) -> PersonStatistics:
    return PersonStatistics(
        total_duration_seconds=total_seconds(entries),
        matched_duration_seconds=total_seconds(full),
        unmatched_duration_seconds=total_seconds(rest),
        billable_duration_seconds=total_seconds(entry for entry in entries if entry.billable),
        total_entries=len(entries),
        matched_entries=len(full),
        unmatched_entries=len(rest),
    )


def _week_statistics(raw: RawTogglData, users: Mapping[str, PersonTime]) -> WeekStatistics:
    each = [time.statistics for time in users.values()]
    sums = {name: sum(getattr(one, name) for one in each) for name in PersonStatistics.model_fields}
    return WeekStatistics(
        people=sum(1 for one in each if one.total_entries),
        running_entries=len(raw.running),
        excluded_entries=raw.statistics.excluded_entries,
        excluded_seconds=raw.statistics.excluded_seconds,
        excluded_people=tuple(sorted({one.user_id for one in raw.statistics.excluded})),
        **sums,
    )


def _ids(entries: Iterable[TimeEntry]) -> tuple[int, ...]:
    return tuple(sorted(entry.id for entry in entries))


def _grouped(entries: Iterable[TimeEntry], by: Callable[[TimeEntry], Name]) -> dict[Name, list[TimeEntry]]:
    groups: dict[Name, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        groups[by(entry)].append(entry)
    return groups
