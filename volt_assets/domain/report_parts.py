"""What all reports share: the frame of a week, labels, tables by day and project, footnotes. Not here: any one report."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from volt_assets.domain.aggregation import DayShare, ProjectShare, TogglAggregated
from volt_assets.domain.drafts import Table
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entries import DataSource, EntryChanges
from volt_assets.domain.facts import FactBook, Subject, about
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.matching import Outcome
from volt_assets.domain.person_rows import PersonActivity
from volt_assets.domain.report_times import People, Sums, billable_time, day_time, project_time, seconds_by_day, seconds_by_project
from volt_assets.domain.sources import ReadWeek, Sources
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week, unbroken

NO_DESCRIPTION = "(no description)"
NO_PROJECT = "(no project)"
OTHER_ACTIVITIES = "(other activities)"
NOBODY_IN_FIBERY = "nobody in Fibery"
SO_FAR = ", so far"
"""What the name of a week ends with that has not ended."""
FETCHED = "only their time was fetched"
NOT_SHOWN, NOT_ANSWERED = "does not show", "could not be asked about"
"""What Fibery did with an entity that is not found, in a report's words."""
CSV_NOTE = "From a CSV export: ids of entries and people are Volt's own, and times are the export's clock, which names no time zone."
FIBERY_NOTE = "States and fields are as they stood in Fibery when this report was made."


class Frame(Value):
    """What a report must say about its week. `so_far`: the week has not ended yet. Workspaces are empty where none is known.

    `toggl_web` is the address of Toggl's own pages; empty where there are none to lead to.
    """

    week: Week
    timezone: str
    so_far: bool = False
    toggl_workspace: str = ""
    fibery_workspace: str = ""
    toggl_web: str = ""

    def day_pages(self, user_id: int | None = None) -> Callable[[date], str | None]:
        """Where Toggl shows the entries of a day: of everybody or of one person. Its address is no part of its documented interface."""
        if not (self.toggl_web and re.fullmatch(r"[0-9]{1,18}", self.toggl_workspace)):
            return lambda _: None
        start, end = f"{self.toggl_web}/reports/detailed/{self.toggl_workspace}", "" if user_id is None else f"/users/{user_id}"
        return lambda day: f"{start}/from/{day}/to/{day}{end}"


class Scope(Value):
    """What the week's data does not cover, or covers apart. `names` are people's, by key and by e-mail.

    `is_joined`: Fibery's side is in it. `changes` are those since the figures were first published. `covered_days`: the days that the
    data tells of; None means all.
    """

    source: DataSource = DataSource.TOGGL
    is_joined: bool = False
    own_entries_only: bool
    only_users: tuple[str, ...]
    names: dict[str, str]
    running_entries: int
    excluded_entries: int
    excluded_seconds: int
    changes: EntryChanges | None = None
    covered_days: tuple[date, ...] | None = None


def week_words(book: FactBook, frame: Frame) -> str:
    """The week as a title names it."""
    return book.week(frame.week.title + (SO_FAR if frame.so_far else ""))


def entity_label(book: FactBook, title: str, key: EntityKey, url: str | None = None, *, told: str = "entity") -> str:
    """An entity's title with its full identity; `told` is what naming it says."""
    return book.entity(title, str(key), url, told=told)


def activity_label(book: FactBook, description: str, person: str | None = None) -> str:
    """A description as written, or that there is none."""
    return book.text(description or NO_DESCRIPTION, about("activity", person=person))


def project_label(book: FactBook, project: str | None) -> str:
    """A project's name, or that there is none."""
    return book.text(project or NO_PROJECT, about("project"))


def day_label(book: FactBook, day: date, subject: Subject | None = None) -> str:
    """A local day with its weekday; `subject` says of what it is the day."""
    return book.day(day, subject or about("day"))


def day_table(book: FactBook, days: Iterable[DayShare], total: int, person: str | None = None) -> Table:
    """Time per local day with its share."""
    seconds = seconds_by_day(days)
    shares = book.shares([*seconds.values()], total, [about(f"day {day}", person=person) for day in seconds])
    told = zip(seconds.items(), shares, strict=True)
    rows = [(day_label(book, day), day_time(book, day, spent, person), share) for (day, spent), share in told]
    return Table(columns=("Day", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))


def project_table(book: FactBook, projects: Iterable[ProjectShare], total: int, person: str | None = None) -> Table:
    """Time per Toggl project with its share, most first."""
    seconds = seconds_by_project(projects)
    shares = book.shares([*seconds.values()], total, [about("project", person=person, project=name) for name in seconds])
    told = zip(seconds.items(), shares, strict=True)
    rows = [(project_label(book, name), project_time(book, name, spent, person), share) for (name, spent), share in told]
    return Table(columns=("Toggl project", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))


def portions(book: FactBook, parts: Sequence[tuple[int, Subject]], whole: int) -> list[str]:
    """Times that make up a whole, each with its share."""
    shares = book.shares([seconds for seconds, _ in parts], whole, [subject for _, subject in parts])
    return [f"{book.duration(seconds, subject)} ({share})" for (seconds, subject), share in zip(parts, shares, strict=True)]


def unread_sentences(
    book: FactBook, times: Sequence[tuple[EntityTime, int]], activities: Sequence[PersonActivity], person: str | None = None
) -> list[str]:
    """What went into entities that Fibery does not show, and what it could not be asked about, where anything did."""
    waiting = [row.duration_seconds for row in activities if row.outcome is Outcome.UNREACHABLE]
    time = book.duration(sum(waiting), about("activities that may be entities", person=person))
    maybe = [f"{time} of the other activities may belong to entities, for Fibery could not be asked."] if waiting else []
    kinds = {
        NOT_SHOWN: [seconds for entity, seconds in times if not (entity.found or entity.is_unanswered)],
        NOT_ANSWERED: [seconds for entity, seconds in times if entity.is_unanswered],
    }
    read = [
        f"{book.duration(sum(kind), about(why, person=person))} went into "
        f"{plural(book, len(kind), 'entity', 'entities', person=person)} that Fibery {why}."
        for why, kind in kinds.items()
        if kind
    ]
    return [*read, *maybe]


def billable_sentence(book: FactBook, sums: Sums, person: str | None = None) -> list[str]:
    """What is billable, where anything is."""
    if not sums.billable_duration_seconds:
        return []
    share = book.share(sums.billable_duration_seconds, sums.total_duration_seconds, about("billable", person=person))
    return [f"{billable_time(book, sums, person)} ({share}) is billable."]


def plural(book: FactBook, number: int, one: str, many: str, *, person: str | None = None, entity: str | None = None) -> str:
    """A count with its noun: of a person's things, of an entity's, or of everybody's."""
    return f"{book.count(number, about(many, person=person, entity=entity))} {one if number == 1 else many}"


def listed(parts: Sequence[str]) -> str:
    """Several things in a row."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def has_clear_lead(seconds: Iterable[int]) -> bool:
    """Whether the first of several times, most first, is truly the longest."""
    first, second = [*seconds, 0, 0][:2]
    return first > second


def week_scope(data: TogglAggregated | EnrichedData, people: People) -> Scope:
    """What a week's data does not cover."""
    return Scope(
        source=data.source,
        is_joined=isinstance(data, EnrichedData),
        own_entries_only=data.own_entries_only,
        only_users=data.only_users,
        names={name: person.user_name for key, person in people.items() for name in (key, person.user_email or key)},
        running_entries=data.statistics.running_entries,
        excluded_entries=data.statistics.excluded_entries,
        excluded_seconds=data.statistics.excluded_seconds,
        changes=data.changes,
        covered_days=data.covered_days,
    )


def scope_notes(book: FactBook, frame: Frame, scope: Scope) -> tuple[str, ...]:
    """The footnotes that every report of the week carries."""
    zone = book.text(frame.timezone, about("time zone"))
    notes = [f"Week {week_words(book, frame)}; days are each person's own local days, the week closes in {zone}."]
    read = sources(frame, scope)
    asked = {"Toggl": read.toggl_workspace, "Fibery": read.fibery_workspace}
    named = [f"the {service} workspace {book.text(name, about('workspace'))}" for service, name in asked.items() if name]
    if named:
        notes.append(f"From {listed(named)}.")
    if frame.so_far:
        notes.append("The week has not ended: these are the figures so far.")
    if scope.source is DataSource.CSV:
        notes.append(CSV_NOTE)
    if scope.covered_days is not None:
        spans = [_span_words(book, span) for span in unbroken(scope.covered_days)]
        notes.append(f"The data covers {listed(spans)} only: of the week's other days nothing is known.")
    if scope.own_entries_only:
        notes.append("The Toggl token sees its owner's time only, so other people's hours are missing.")
    if scope.only_users:
        names = ", ".join(book.person(scope.names.get(key, "somebody"), key, told=FETCHED) for key in scope.only_users)
        notes.append(f"Only these people's time was fetched: {names}.")
    return (*notes, *_left_out(book, scope), *_changed(book, scope.changes))


def sources(frame: Frame, scope: Scope, weeks: Sequence[ReadWeek] = ()) -> Sources:
    """What the report of a week is made from; `weeks` are the stored ones that were read."""
    return Sources(
        timezone=frame.timezone,
        so_far=frame.so_far,
        time_entries=scope.source,
        toggl_workspace=(frame.toggl_workspace or None) if scope.source is DataSource.TOGGL else None,
        fibery_workspace=(frame.fibery_workspace or None) if scope.is_joined else None,
        stored_weeks=tuple(weeks),
        changes=scope.changes,
    )


def _span_words(book: FactBook, span: tuple[date, date]) -> str:
    return " to ".join(day_label(book, day) for day in dict.fromkeys(span))


def _changed(book: FactBook, changes: EntryChanges | None) -> Sequence[str]:
    """What readers of the first published figures will miss."""
    if changes is None:
        return ()
    added = f"{plural(book, changes.added, 'entry was', 'entries were')} added" if changes.added else "no entry was added"
    changed = book.count(changes.changed, about("changed entries")) if changes.changed else "none"
    removed = book.count(changes.removed, about("removed entries")) if changes.removed else "none"
    time = book.duration(abs(changes.seconds), about(f"{'rise' if changes.seconds > 0 else 'fall'} since first published"))
    hours = f"the time {'rose' if changes.seconds > 0 else 'fell'} by {time}" if changes.seconds else "the time is the same"
    return (f"Since these figures were first published, {added}, {changed} changed and {removed} removed; {hours}.",)


def _left_out(book: FactBook, scope: Scope) -> Sequence[str]:
    notes = []
    if scope.running_entries:
        notes.append(f"{plural(book, scope.running_entries, 'entry is', 'entries are')} still running and counted nowhere.")
    if scope.excluded_entries:
        time = book.duration(scope.excluded_seconds, about("excluded people"))
        notes.append(
            f"{plural(book, scope.excluded_entries, 'entry', 'entries')} ({time}) of people excluded by the configuration are left out."
        )
    return notes
