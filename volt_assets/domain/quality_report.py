"""How reports and checks tell what looks wrong in the entries. Not here: what does, any other part of a report.

Facts about entries, never about how somebody works: a day without entries may be leave. Most important first.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from volt_assets.domain.drafts import Section
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.quality import DayTotal, HiddenText, MistimedEntry, NotedEntry, Overlap, PersonQuality, QualityLimits, WeekQuality
from volt_assets.domain.report_parts import activity_label, day_label, listed, plural
from volt_assets.domain.values import Value

TITLE = "Data quality"
ENTRY_DAY = "entry day"
_LISTED = 10
_WHOLE = 10_000
_UNCHANGED = "Nothing of this was corrected or left out: every finished entry counts as Toggl has it."
_TAKE_OUT = "take it out in Toggl and change it where it is used"
_MAY_BE_LEAVE = "A weekday without entries may be leave, part-time work or a holiday."


class Recorded(Value):
    """Whose entries are told of. `name` is None where the report is about this person alone."""

    key: str
    name: str | None
    quality: PersonQuality


class _Kind(NamedTuple):
    """One kind of oddity: the items of it that a person's week has, and the line that tells of one. Most weeks have none."""

    items: Callable[[PersonQuality], Sequence[Any]]
    tell: Callable[[FactBook, Recorded, Any, QualityLimits], str]


def quality_section(
    book: FactBook, people: Sequence[Recorded], week: WeekQuality, *, so_far: bool, unmatched: tuple[int, int] | None = None
) -> Section:
    """What looks wrong in these people's entries; nothing when all is well.

    `unmatched` are the seconds that name no entity in full, and all seconds: told where their share is above the limit.
    """
    wrong = _WRONG if so_far else (*_WRONG, _STILL_ON)
    first, last = ([line for kind in kinds for line in _listed(book, kind, people, week.limits)] for kinds in (wrong, _ODD))
    bullets = [*first, *_unmatched(book, week, unmatched), *last]
    if not bullets:
        return Section(id="data_quality", title=TITLE)
    has_empty_days = any(person.quality.weekdays_without_entries for person in people)
    sentences = (_UNCHANGED, _MAY_BE_LEAVE) if has_empty_days else (_UNCHANGED,)
    return Section(id="data_quality", title=TITLE, sentences=sentences, bullets=tuple(bullets))


def to_correct(book: FactBook, week: WeekQuality, *, so_far: bool) -> list[str]:
    """The sums of what somebody should correct in Toggl, each in a few words."""
    counts = week.counts
    limit = book.duration(week.limits.max_seconds_a_day, about("limit of a day")) if counts.long_days else ""
    doubled = book.duration(counts.doubled_seconds, about("doubled")) if counts.overlaps else ""
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
        (counts.hidden_texts, "entry with what looks like a secret", "entries with what looks like a secret"),
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


def secrets_advice(book: FactBook, week: WeekQuality) -> list[str]:
    """One recommendation, where something that looks like a secret was typed into an entry."""
    number = week.counts.hidden_texts
    if not number:
        return []
    entries = plural(book, number, "entry", "entries")
    return [f"{entries} with something that looks like a secret in the text, hidden here: {_TAKE_OUT} (the Toggl summary lists them)."]


def unmatched_advice(book: FactBook, week: WeekQuality, unmatched: tuple[int, int]) -> list[str]:
    """One recommendation, where more of the time is on no entity than the limit allows. `unmatched` are those seconds, and all."""
    limit = _unmatched_limit(week)
    if not _is_beyond(limit, *unmatched):
        return []
    share, most = book.share(*unmatched, about("other activities")), book.share(limit, _WHOLE, about("limit of unmatched time"))
    return [f"{share} of the time is on no Fibery entity, more than {most}: name the entity in the description (see the coverage report)."]


def _listed(book: FactBook, kind: _Kind, people: Sequence[Recorded], limits: QualityLimits) -> list[str]:
    """The lines of one kind. Beyond the tenth they are only counted: a report of thousands of lines is read by nobody."""
    found = [(person, item) for person in people for item in kind.items(person.quality)]
    lines = [_line(book, person, kind.tell(book, person, item, limits)) for person, item in found[:_LISTED]]
    rest = len(found) - len(lines)
    return [*lines, f"And {plural(book, rest, 'further one', 'further ones')} of this kind."] if rest else lines


def _line(book: FactBook, person: Recorded, told: str) -> str:
    return f"{book.person(person.name, person.key)}: {told}" if person.name is not None else told


def _unmatched(book: FactBook, week: WeekQuality, unmatched: tuple[int, int] | None) -> list[str]:
    part, whole = unmatched or (0, 0)
    limit = _unmatched_limit(week)
    if not _is_beyond(limit, part, whole):
        return []
    share = book.share(part, whole, about("other activities"))
    return [f"{share} of the time names no Fibery entity in full, more than {book.share(limit, _WHOLE, about('limit of unmatched time'))}."]


def _unmatched_limit(week: WeekQuality) -> int:
    return round(week.limits.max_unmatched_percent * _WHOLE / 100)


def _is_beyond(limit: int, part: int, whole: int) -> bool:
    return part * _WHOLE > limit * whole


def _overlap(book: FactBook, person: Recorded, overlap: Overlap, _: QualityLimits) -> str:
    first, second, *others = overlap.entries
    doubled = book.duration(overlap.doubled_seconds, about("doubled", person=person.key), overlap.entry_ids)
    pair = f"{_quoted(book, person, first)} and {_quoted(book, person, second)}"
    if others:
        many = book.count(len(overlap.entries), about("overlapping entries", person=person.key))
        return f"{many} entries from {day_label(book, first.day)} on overlap, among them {pair}: {doubled} counted more than once."
    return f"{pair} overlap on {day_label(book, second.day)}: {doubled} counted twice."


def _over_24_hours(book: FactBook, person: Recorded, entry: NotedEntry, _: QualityLimits) -> str:
    return f"{_named(book, person, entry)} is one entry of {_time(book, person, entry)}, longer than a day."


def _unexplained(quality: PersonQuality) -> list[DayTotal]:
    """The days beyond the limit, but those that one entry longer than a day explains."""
    explained = {entry.day for entry in quality.over_24_hours}
    return [total for total in quality.long_days if total.day not in explained]


def _long_day(book: FactBook, person: Recorded, total: DayTotal, limits: QualityLimits) -> str:
    time = book.duration(total.seconds, about(f"day {total.day}", person=person.key), total.entry_ids)
    return f"{day_label(book, total.day)} has {time}, more than {book.duration(limits.max_seconds_a_day, about('limit of a day'))}."


def _running(book: FactBook, person: Recorded, entry: NotedEntry, _: QualityLimits) -> str:
    return f"{_named(book, person, entry)} still runs and counts nowhere."


def _mistimed(book: FactBook, person: Recorded, entry: MistimedEntry, _: QualityLimits) -> str:
    span = book.duration(entry.span_seconds, about("span of an entry", person=person.key), [entry.entry_id])
    return f"{_named(book, person, entry)} counts {_time(book, person, entry)} as Toggl says; from start to stop it is {span}."


def _outside(book: FactBook, person: Recorded, entry: NotedEntry, _: QualityLimits) -> str:
    return f"{_named(book, person, entry)} began outside this week; its {_time(book, person, entry)} count here, where Toggl has it."


def _zero(book: FactBook, person: Recorded, entry: NotedEntry, _: QualityLimits) -> str:
    return f"{_named(book, person, entry)} is an entry of {_time(book, person, entry)}."


def _undescribed(book: FactBook, person: Recorded, quality: PersonQuality, _: QualityLimits) -> str:
    number = plural(book, len(quality.missing_description), "entry", "entries", person=person.key)
    time = book.duration(quality.missing_description_seconds, about("no description", person=person.key), quality.missing_description)
    return f"{number} without description, {time}."


def _hidden(book: FactBook, person: Recorded, entry: HiddenText, _: QualityLimits) -> str:
    time = book.duration(entry.seconds, about("entry", person=person.key), [entry.entry_id])
    number = book.text(str(entry.entry_id), about("entry number", person=person.key))
    what = "has something that looks like a secret in the text, hidden here"
    return f"Entry {number} of {day_label(book, entry.day)} ({time}) {what}: {_TAKE_OUT}."


def _empty_days(book: FactBook, person: Recorded, quality: PersonQuality, _: QualityLimits) -> str:
    empty = about("weekday without entries", person=person.key)
    return f"No entries on {listed([day_label(book, day, empty) for day in quality.weekdays_without_entries])}."


def _named(book: FactBook, person: Recorded, entry: NotedEntry) -> str:
    return f"{_quoted(book, person, entry)} of {day_label(book, entry.day, about(ENTRY_DAY, person=person.key))}"


def _quoted(book: FactBook, person: Recorded, entry: NotedEntry) -> str:
    return f"“{activity_label(book, ' '.join(entry.description.split()), person.key)}”"


def _time(book: FactBook, person: Recorded, entry: NotedEntry) -> str:
    return book.duration(entry.seconds, about("entry", person=person.key), [entry.entry_id])


_WRONG: tuple[_Kind, ...] = (
    _Kind(lambda quality: quality.hidden_texts, _hidden),
    _Kind(lambda quality: quality.overlaps, _overlap),
    _Kind(lambda quality: quality.over_24_hours, _over_24_hours),
    _Kind(_unexplained, _long_day),
)
_STILL_ON = _Kind(lambda quality: quality.running, _running)
_ODD: tuple[_Kind, ...] = (
    _Kind(lambda quality: quality.mistimed, _mistimed),
    _Kind(lambda quality: quality.outside_the_week, _outside),
    _Kind(lambda quality: quality.zero_seconds, _zero),
    _Kind(lambda quality: [quality] if quality.missing_description else [], _undescribed),
    _Kind(lambda quality: [quality] if quality.weekdays_without_entries else [], _empty_days),
)
