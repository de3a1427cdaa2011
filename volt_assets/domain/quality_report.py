"""How reports and checks tell what looks wrong in the entries. Not here: what does, any other part of a report.

Facts about entries, never about how somebody works: a day without entries may be leave. Most important first.
"""

from collections.abc import Callable, Iterable, Sequence

from volt_assets.domain.drafts import Section
from volt_assets.domain.facts import FactBook
from volt_assets.domain.quality import NotedEntry, Overlap, PersonQuality, WeekQuality
from volt_assets.domain.report_parts import activity_label, day_label, listed, plural
from volt_assets.domain.values import Value

TITLE = "Data quality"
_LISTED = 10
_WHOLE = 10_000
_UNCHANGED = "Nothing of this was corrected or left out: every finished entry counts as Toggl has it."
_MAY_BE_LEAVE = "A weekday without entries may be leave, part-time work or a holiday."


class Subject(Value):
    """Whose entries are told of. `name` is None where the report is about this person alone."""

    key: str
    name: str | None
    quality: PersonQuality


Tell = Callable[[FactBook, Subject, WeekQuality], Iterable[str]]


def quality_section(
    book: FactBook, people: Sequence[Subject], week: WeekQuality, *, so_far: bool, unmatched: tuple[int, int] | None = None
) -> Section:
    """What looks wrong in these people's entries; nothing when all is well.

    `unmatched` are the seconds that name no entity in full, and all seconds: told where their share is above the limit.
    """
    wrong: list[Tell] = [_overlaps, _over_24_hours, _long_days, *([] if so_far else [_running])]
    odd: list[Tell] = [_mistimed, _outside, _zero, _undescribed, _empty_days]
    first, last = ([line for kind in kinds for line in _listed(book, kind, people, week)] for kinds in (wrong, odd))
    bullets = [*first, *_unmatched(book, week, unmatched), *last]
    if not bullets:
        return Section(id="data_quality", title=TITLE)
    has_empty_days = any(person.quality.weekdays_without_entries for person in people)
    sentences = (_UNCHANGED, _MAY_BE_LEAVE) if has_empty_days else (_UNCHANGED,)
    return Section(id="data_quality", title=TITLE, sentences=sentences, bullets=tuple(bullets))


def to_correct(book: FactBook, week: WeekQuality, *, so_far: bool) -> list[str]:
    """The sums of what somebody should correct in Toggl, each in a few words."""
    counts = week.counts
    limit = book.duration(week.limits.max_seconds_a_day, "limit of a day") if counts.long_days else ""
    doubled = book.duration(counts.doubled_seconds, "team, doubled") if counts.overlaps else ""
    running = 0 if so_far else counts.running
    told = [
        (counts.overlaps, "overlap", "overlaps", f" ({doubled} counted more than once)"),
        (counts.over_24_hours, "entry", "entries", " longer than a day"),
        (counts.long_days, "day", "days", f" of one person with more than {limit}"),
        (running, "entry", "entries", " still running"),
    ]
    return [f"{plural(book, number, one, many)}{rest}" for number, one, many, rest in told if number]


def not_to_correct(book: FactBook, week: WeekQuality) -> list[str]:
    """The sums of what may well be right, each in a few words."""
    counts = week.counts
    told = [
        (counts.missing_description, "entry without description", "entries without description"),
        (counts.zero_seconds, "entry of no time", "entries of no time"),
        (counts.mistimed, "entry whose time is not its span", "entries whose time is not their span"),
        (counts.outside_the_week, "entry that began outside the week", "entries that began outside the week"),
        (counts.weekdays_without_entries, "weekday of somebody without entries", "weekdays of somebody without entries"),
    ]
    return [plural(book, number, one, many) for number, one, many in told if number]


def advice(book: FactBook, week: WeekQuality, *, so_far: bool) -> list[str]:
    """One recommendation, where there is something to correct."""
    told = to_correct(book, week, so_far=so_far)
    return [f"{listed(told)} in the time entries: correct the times in Toggl (the Toggl summary lists them)."] if told else []


def _listed(book: FactBook, kind: Tell, people: Sequence[Subject], week: WeekQuality) -> list[str]:
    """The lines of one kind. Beyond the tenth they are only counted: a report of thousands of lines is read by nobody."""
    told = [(person, line) for person in people for line in kind(book, person, week)]
    lines = [f"{book.person(person.name, person.key)}: {line}" if person.name is not None else line for person, line in told[:_LISTED]]
    rest = len(told) - len(lines)
    return [*lines, f"And {plural(book, rest, 'further one', 'further ones')} of this kind."] if rest else lines


def _unmatched(book: FactBook, week: WeekQuality, unmatched: tuple[int, int] | None) -> list[str]:
    part, whole = unmatched or (0, 0)
    limit = round(week.limits.max_unmatched_percent * _WHOLE / 100)
    if part * _WHOLE <= limit * whole:
        return []
    share = book.share(part, whole, "team, other")
    return [f"{share} of the time names no Fibery entity in full, more than {book.share(limit, _WHOLE, 'limit of unmatched time')}."]


def _overlaps(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    return (_overlap(book, person, one) for one in person.quality.overlaps)


def _overlap(book: FactBook, person: Subject, overlap: Overlap) -> str:
    first, second, *others = overlap.entries
    doubled = book.duration(overlap.doubled_seconds, f"{person.key}, doubled", overlap.entry_ids)
    pair = f"{_quoted(book, person, first)} and {_quoted(book, person, second)}"
    if others:
        many = book.count(len(overlap.entries), f"{person.key}, overlapping entries")
        return f"{many} entries from {day_label(book, first.day)} on overlap, among them {pair}: {doubled} counted more than once."
    return f"{pair} overlap on {day_label(book, second.day)}: {doubled} counted twice."


def _over_24_hours(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    for entry in person.quality.over_24_hours:
        yield f"{_named(book, person, entry)} is one entry of {_time(book, person, entry)}, longer than a day."


def _long_days(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    """Days beyond the limit, but those that one entry longer than a day explains."""
    explained = {entry.day for entry in person.quality.over_24_hours}
    limit = week.limits.max_seconds_a_day
    for total in person.quality.long_days:
        if total.day not in explained:
            time = book.duration(total.seconds, f"{person.key}, {total.day}", total.entry_ids)
            yield f"{day_label(book, total.day)} has {time}, more than {book.duration(limit, 'limit of a day')}."


def _running(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    return (f"{_named(book, person, entry)} still runs and counts nowhere." for entry in person.quality.running)


def _mistimed(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    for entry in person.quality.mistimed:
        span = book.duration(entry.span_seconds, f"{person.key}, span of an entry", [entry.entry_id])
        yield f"{_named(book, person, entry)} counts {_time(book, person, entry)} as Toggl says; from start to stop it is {span}."


def _outside(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    for entry in person.quality.outside_the_week:
        yield f"{_named(book, person, entry)} began outside this week; its {_time(book, person, entry)} count here, where Toggl has it."


def _zero(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    return (f"{_named(book, person, entry)} is an entry of {_time(book, person, entry)}." for entry in person.quality.zero_seconds)


def _undescribed(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    quality = person.quality
    if quality.missing_description:
        number = plural(book, len(quality.missing_description), "entry", "entries")
        time = book.duration(quality.missing_description_seconds, f"{person.key}, no description", quality.missing_description)
        yield f"{number} without description, {time}."


def _empty_days(book: FactBook, person: Subject, week: WeekQuality) -> Iterable[str]:
    del week
    days = [day_label(book, day) for day in person.quality.weekdays_without_entries]
    return [f"No entries on {listed(days)}."] if days else []


def _named(book: FactBook, person: Subject, entry: NotedEntry) -> str:
    return f"{_quoted(book, person, entry)} of {day_label(book, entry.day)}"


def _quoted(book: FactBook, person: Subject, entry: NotedEntry) -> str:
    return f"“{activity_label(book, ' '.join(entry.description.split()), f'{person.key}, entry {entry.entry_id}')}”"


def _time(book: FactBook, person: Subject, entry: NotedEntry) -> str:
    return book.duration(entry.seconds, f"{person.key}, entry", [entry.entry_id])
