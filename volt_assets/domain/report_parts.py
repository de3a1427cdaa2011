"""What all reports share: the frame of a week, labels, tables by day and project, footnotes. Not here: any one report."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from volt_assets.domain.aggregation import DayShare, ProjectShare
from volt_assets.domain.drafts import Table
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entries import DataSource, EntryChanges
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week, unbroken

NO_DESCRIPTION = "(no description)"
NO_PROJECT = "(no project)"
CSV_NOTE = "From a CSV export: ids of entries and people are Volt's own, and times are the export's clock, which names no time zone."
FIBERY_NOTE = "States and fields are as they stood in Fibery when this report was made."


class Frame(Value):
    """What a report must say about its week. `so_far`: the week has not ended yet."""

    week: Week
    timezone: str
    so_far: bool = False


class Scope(Value):
    """What the week's data does not cover, or covers apart. `names` are people's, by key and by e-mail.

    `changes` are those since the figures were first published. `covered_days`: the days that the data tells of; None means all.
    """

    source: DataSource = DataSource.TOGGL
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
    return book.week(frame.week.title + (", so far" if frame.so_far else ""))


def entity_label(book: FactBook, title: str, key: EntityKey, url: str | None = None) -> str:
    """An entity's title with its full identity."""
    return book.entity(title, str(key), url)


def activity_label(book: FactBook, description: str, person: str | None = None) -> str:
    """A description as written, or that there is none."""
    return book.text(description or NO_DESCRIPTION, about("activity", person=person))


def project_label(book: FactBook, project: str | None) -> str:
    """A project's name, or that there is none."""
    return book.text(project or NO_PROJECT, about("project"))


def day_label(book: FactBook, day: date) -> str:
    """A local day with its weekday."""
    return book.text(f"{day:%a} {day.isoformat()}", about("day"))


def day_table(book: FactBook, days: Iterable[DayShare], total: int, subject: str) -> Table:
    """Time per local day with its share."""
    seconds: dict[date, int] = defaultdict(int)
    for share in days:
        seconds[share.day] += share.duration_seconds
    rows = [
        (
            day_label(book, day),
            book.duration(spent, f"{subject}, {day}"),
            book.share(spent, total, f"{subject}, {day}"),
        )
        for day, spent in sorted(seconds.items())
    ]
    return Table(columns=("Day", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))


def project_table(book: FactBook, shares: Iterable[ProjectShare], total: int, subject: str) -> Table:
    """Time per Toggl project with its share, most first."""
    seconds: dict[str, int] = defaultdict(int)
    for share in shares:
        seconds[share.project or ""] += share.duration_seconds
    ordered = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    rows = [
        (
            project_label(book, name),
            book.duration(spent, f"{subject}, project {name}"),
            book.share(spent, total, f"{subject}, project {name}"),
        )
        for name, spent in ordered
    ]
    return Table(columns=("Toggl project", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))


def portion(book: FactBook, part: int, whole: int, subject: str) -> str:
    """A time with its share of a whole."""
    return f"{book.duration(part, subject)} ({book.share(part, whole, subject)})"


def lost_sentence(book: FactBook, lost: Sequence[int], subject: str) -> list[str]:
    """What went into entities that Fibery does not show, where anything did."""
    time = book.duration(sum(lost), subject)
    return [f"{time} went into {plural(book, len(lost), 'entity', 'entities')} that Fibery does not show."] if lost else []


def billable_sentence(book: FactBook, billable: int, whole: int, subject: str) -> list[str]:
    """What is billable, where anything is."""
    return [f"{portion(book, billable, whole, subject)} is billable."] if billable else []


def plural(book: FactBook, number: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{book.count(number, many)} {one if number == 1 else many}"


def listed(parts: Sequence[str]) -> str:
    """Several things in a row."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def has_clear_lead(seconds: Iterable[int]) -> bool:
    """Whether the first of several times, most first, is truly the longest."""
    first, second = [*seconds, 0, 0][:2]
    return first > second


def data_scope(data: EnrichedData) -> Scope:
    """What the joined week's data does not cover."""
    return Scope(
        source=data.source,
        own_entries_only=data.own_entries_only,
        only_users=data.only_users,
        names={name: person.user_name for key, person in data.people.items() for name in (key, person.user_email or key)},
        running_entries=data.statistics.running_entries,
        excluded_entries=data.statistics.excluded_entries,
        excluded_seconds=data.statistics.excluded_seconds,
        changes=data.changes,
        covered_days=data.covered_days,
    )


def scope_notes(book: FactBook, frame: Frame, scope: Scope) -> tuple[str, ...]:
    """The footnotes that every report of the week carries."""
    notes = [f"Week {week_words(book, frame)}; days are each person's own local days, the week closes in {frame.timezone}."]
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
        names = ", ".join(book.person(scope.names.get(key, "somebody"), key) for key in scope.only_users)
        notes.append(f"Only these people's time was fetched: {names}.")
    return (*notes, *_left_out(book, scope), *_changed(book, scope.changes))


def _span_words(book: FactBook, span: tuple[date, date]) -> str:
    return " to ".join(day_label(book, day) for day in dict.fromkeys(span))


def _changed(book: FactBook, changes: EntryChanges | None) -> Sequence[str]:
    """What readers of the first published figures will miss."""
    if changes is None:
        return ()
    added = f"{plural(book, changes.added, 'entry was', 'entries were')} added" if changes.added else "no entry was added"
    changed, removed = (book.count(number, about("entries")) if number else "none" for number in (changes.changed, changes.removed))
    time = book.duration(abs(changes.seconds), about("changed since first published"))
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
