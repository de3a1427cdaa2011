"""By what Toggl and Fibery are said to agree about an entity or not. Not here: the report of it, the join, reading Fibery.

States are judged by `workflow/Type` and `workflow/Final`, never by their names. Fibery tells when a card last changed, not when its
state did: so it is certain only that a state is no younger than that. What was completed on an earlier day by a date field of its own was
closed by the end of that day, whoever touched the card later. No rule here claims more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from volt_assets.domain.aggregation import Span
from volt_assets.domain.completion import completion_day, is_done
from volt_assets.domain.enrichment import AssignedWithoutTime
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.matching import Outcome
from volt_assets.domain.report_parts import Frame
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import day_in

STARTED, NOT_STARTED = "Started", "Not started"
_SECONDS_IN_MINUTE = 60


class AlignmentLimits(Value):
    """From where on a difference is worth somebody's time.

    Less than `min_minutes` asks nobody for anything. Time begun at most `grace_hours` after a card was closed belongs to it. Work in
    progress without time is asked about when its card lay untouched for `stale_after_days`. What meets a limit exactly is beyond
    `min_minutes` and `stale_after_days`, and within `grace_hours`.
    """

    min_minutes: float = 15
    grace_hours: float = 8
    stale_after_days: float = 7


class Category(StrEnum):
    """How Toggl and Fibery stand to each other about one entity. Each entity is in exactly one."""

    PROPERLY_TRACKED = "properly_tracked"
    FIBERY_NOT_UPDATED = "fibery_not_updated"
    ASSIGNED_WITHOUT_TIME = "assigned_without_time"
    OPEN = "open"


class Finding(StrEnum):
    """What exactly is the case with an entity."""

    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    NOT_STARTED = "not_started"
    TIME_AFTER_CLOSING = "time_after_closing"
    IDLE = "idle"
    TIME_BELOW = "time_below"
    TOUCHED = "touched"
    CHANGED_SINCE = "changed_since"
    MAY_HAVE_TIME = "may_have_time"
    TOO_LITTLE_TIME = "too_little_time"
    NOT_STARTED_NOW = "not_started_now"
    NO_STATE = "no_state"
    NO_STATE_TYPE = "no_state_type"
    NOT_SHOWN = "not_shown"
    UNKNOWN_TYPE = "unknown_type"
    NOT_ASKED = "not_asked"


class Verdict(Value):
    """What a finding means: its category, what is the case in words, and what to do about it, if anything."""

    category: Category
    reason: str
    to_do: str | None = None


VERDICTS: Mapping[Finding, Verdict] = {
    Finding.IN_PROGRESS: Verdict(category=Category.PROPERLY_TRACKED, reason="time this week, and a started state"),
    Finding.CLOSED: Verdict(category=Category.PROPERLY_TRACKED, reason="time this week, and a final state now"),
    Finding.NOT_STARTED: Verdict(
        category=Category.FIBERY_NOT_UPDATED,
        reason="time this week, but its state counts as not started",
        to_do="Move its card on; if it was put back on purpose, leave it.",
    ),
    Finding.TIME_AFTER_CLOSING: Verdict(
        category=Category.FIBERY_NOT_UPDATED,
        reason="closed, and time was tracked on it later",
        to_do="Open it again, or give the later time an entity of its own.",
    ),
    Finding.IDLE: Verdict(
        category=Category.ASSIGNED_WITHOUT_TIME,
        reason="assigned and in progress, without time this week",
        to_do="Still in progress? If not, move its card.",
    ),
    Finding.TIME_BELOW: Verdict(
        category=Category.ASSIGNED_WITHOUT_TIME, reason="assigned and in progress; the time went into what belongs to it"
    ),
    Finding.TOUCHED: Verdict(
        category=Category.ASSIGNED_WITHOUT_TIME, reason="assigned and in progress, without time, but its card changed lately"
    ),
    Finding.CHANGED_SINCE: Verdict(
        category=Category.ASSIGNED_WITHOUT_TIME,
        reason="assigned and in progress now, without time; its card changed after the week, so its state then is not known",
    ),
    Finding.MAY_HAVE_TIME: Verdict(
        category=Category.ASSIGNED_WITHOUT_TIME, reason="assigned and in progress; whether it got time is not known"
    ),
    Finding.NOT_STARTED_NOW: Verdict(
        category=Category.OPEN,
        reason="its state counts as not started now, but its card changed long after the week, so its state then is not known",
    ),
    Finding.TOO_LITTLE_TIME: Verdict(category=Category.OPEN, reason="its state counts as not started, but it got little time"),
    Finding.NO_STATE: Verdict(category=Category.OPEN, reason="its database has no states, or it has none"),
    Finding.NO_STATE_TYPE: Verdict(
        category=Category.OPEN,
        reason="Fibery does not say whether its state counts as started",
        to_do="Give the states of its database a type, in Fibery's workflow settings.",
    ),
    Finding.NOT_SHOWN: Verdict(
        category=Category.OPEN,
        reason="Fibery does not show it",
        to_do="Correct the reference in Toggl, or bring the entity back.",
    ),
    Finding.UNKNOWN_TYPE: Verdict(
        category=Category.OPEN,
        reason="Fibery has no database of this name",
        to_do="Say in label_aliases which database it means (see the coverage report), or correct it where it is written.",
    ),
    Finding.NOT_ASKED: Verdict(
        category=Category.OPEN,
        reason="Fibery could not be asked about it",
        to_do="Refresh the Fibery side of this week.",
    ),
}
_UNREAD = {Outcome.NOT_FOUND: Finding.NOT_SHOWN, Outcome.UNKNOWN_TYPE: Finding.UNKNOWN_TYPE}
_FOR_THE_TEAM = frozenset({Finding.NO_STATE_TYPE, Finding.NOT_ASKED})


class Alignment(Value):
    """One entity and how the two systems stand about it. `people` are those with time, or the assignees where nobody has any.

    `since` is the day of its first time this week if it is not started, else that on which it was closed or its card last changed, where
    that matters; `is_closing_day` tells that it was closed on that very day, not on it or before. `later_seconds` is the time tracked
    after it was closed, by person, `later_entry_ids` its entries. `seconds_so_far` are everybody's in this week and the stored ones before
    it. `to_do` is None where nothing needs to be done.
    """

    category: Category
    finding: Finding
    entity: EntityKey
    name: str
    url: str | None
    state: str | None
    reason: str
    since: date | None
    is_closing_day: bool = False
    to_do: str | None
    people: tuple[str, ...]
    seconds_by_person: dict[str, int]
    later_seconds: dict[str, int]
    later_entry_ids: dict[str, tuple[int, ...]]
    duration_seconds: int
    seconds_so_far: int
    entry_ids: tuple[int, ...]

    @property
    def concerned(self) -> tuple[str, ...]:
        """Who can do something about it: after a card was closed, only those with later time; of the configuration, nobody alone."""
        if self.to_do is None or self.finding in _FOR_THE_TEAM:
            return ()
        return tuple(self.later_seconds) or self.people


def judge(data: EnrichedData, frame: Frame, limits: AlignmentLimits) -> tuple[Alignment, ...]:
    """The week's entities, each in one category; in it, most time first, then what lay longest."""
    above = {link.entity_id for entity in data.entities for link in entity.parents}
    rules, spans = _Rules(frame, limits, above, unseen=why_time_is_unseen(data)), _spans_by_entity(data)
    found = [*(rules.timed(one, spans[one.key]) for one in data.entities), *(rules.untimed(one) for one in data.assigned_without_time)]
    return tuple(sorted(found, key=_order))


def _order(one: Alignment) -> tuple[int, int, int, date, tuple[str, str, int, str]]:
    findings, categories = list(Finding), list(Category)
    longest = one.since or date.min
    return categories.index(one.category), -one.duration_seconds, findings.index(one.finding), longest, one.entity.sort_key


def _spans_by_entity(data: EnrichedData) -> dict[EntityKey, list[tuple[str, Span]]]:
    spans: dict[EntityKey, list[tuple[str, Span]]] = defaultdict(list)
    for key, person in data.people.items():
        for row in person.entities:
            spans[row.entity] += [(key, span) for span in row.spans]
    return spans


def why_time_is_unseen(data: EnrichedData) -> str | None:
    """Why an entity may have time that is not seen to be its own, whichever it is; None where all can be seen."""
    if data.gaps:
        return "not all time of this week is in the data"
    if data.missing_databases and any(entity.outcome is Outcome.UNKNOWN_TYPE for entity in data.entities):
        return "a configured database is not in Fibery, so what its time belongs to is not known"
    return "titles could not be compared, so time under its title alone is not seen" if data.titles_not_compared else None


class _Closing(NamedTuple):
    """By which moment an entity was closed, its day, and whether that is the very day."""

    moment: datetime
    day: date
    is_the_day: bool


class _Rules:
    """The rules of one week. `above` names the entities to which others with time belong, `unseen` is why time of any may be missed."""

    def __init__(self, frame: Frame, limits: AlignmentLimits, above: AbstractSet[str], *, unseen: str | None) -> None:
        self._above = above
        self._unseen = unseen
        self._zone = ZoneInfo(frame.timezone)
        self._week = frame.week
        self._end = self._midnight(frame.week.shifted(1).monday)
        # In the week after, reports are read and cards are touched; what changed later may have been put back since.
        self._next_end = self._midnight(frame.week.shifted(2).monday)
        # Of a running week only what lay still before it began is known to have been left.
        self._untouched_until = self._midnight(frame.week.monday) if frame.so_far else self._end
        self._limits = limits

    def timed(self, entity: EntityTime, spans: Iterable[tuple[str, Span]]) -> Alignment:
        """An entity with time."""
        tracked, closing = list(spans), self._closing(entity)
        later = self._later(closing, tracked)
        later_seconds = {person: sum(span.seconds for span in spans) for person, spans in later.items()}
        finding = self._of_timed(entity, later_seconds)
        verdict = VERDICTS[finding]
        is_late = finding is Finding.TIME_AFTER_CLOSING
        since = closing.day if is_late and closing else min(span.start for _, span in tracked).date()
        return Alignment(
            category=verdict.category,
            finding=finding,
            entity=entity.key,
            name=mask_secrets(entity.name),
            url=entity.url,
            state=entity.state,
            reason=verdict.reason if entity.found else (entity.reason or verdict.reason),
            since=since if verdict.category is Category.FIBERY_NOT_UPDATED else None,
            is_closing_day=bool(is_late and closing and closing.is_the_day),
            to_do=verdict.to_do,
            people=tuple(entity.people),
            seconds_by_person=entity.people,
            later_seconds=later_seconds if is_late else {},
            later_entry_ids={person: tuple(span.entry_id for span in spans) for person, spans in later.items()} if is_late else {},
            duration_seconds=entity.duration_seconds,
            seconds_so_far=entity.seconds_so_far,
            entry_ids=entity.entry_ids,
        )

    def untimed(self, waiting: AssignedWithoutTime) -> Alignment:
        """A started entity of somebody of the week on which no time was found."""
        finding = self._of_untimed(waiting)
        verdict = VERDICTS[finding]
        return Alignment(
            category=verdict.category,
            finding=finding,
            entity=waiting.entity,
            name=mask_secrets(waiting.name),
            url=waiting.url,
            state=waiting.state,
            reason=(waiting.may_have_time or self._unseen or verdict.reason) if finding is Finding.MAY_HAVE_TIME else verdict.reason,
            since=day_in(waiting.modified_at, self._zone) if waiting.modified_at else None,
            to_do=verdict.to_do,
            people=waiting.people,
            seconds_by_person={},
            later_seconds={},
            later_entry_ids={},
            duration_seconds=0,
            seconds_so_far=0,
            entry_ids=(),
        )

    def _of_timed(self, entity: EntityTime, later: Mapping[str, int]) -> Finding:
        if not entity.found:
            return _UNREAD.get(entity.outcome, Finding.NOT_ASKED)
        if is_done(entity):
            return Finding.TIME_AFTER_CLOSING if self._counts(sum(later.values())) else Finding.CLOSED
        if entity.state_type == STARTED:
            return Finding.IN_PROGRESS
        if entity.state_type == NOT_STARTED:
            if entity.modified_at and entity.modified_at >= self._next_end:
                return Finding.NOT_STARTED_NOW
            return Finding.NOT_STARTED if self._counts(entity.duration_seconds) else Finding.TOO_LITTLE_TIME
        return Finding.NO_STATE if entity.state is None else Finding.NO_STATE_TYPE

    def _of_untimed(self, waiting: AssignedWithoutTime) -> Finding:
        changed = waiting.modified_at
        if str(waiting.entity) in self._above:
            return Finding.TIME_BELOW
        if waiting.may_have_time or self._unseen:
            return Finding.MAY_HAVE_TIME
        if changed is None or changed <= self._untouched_until - timedelta(days=self._limits.stale_after_days):
            return Finding.IDLE
        return Finding.TOUCHED if changed < self._end else Finding.CHANGED_SINCE

    def _closing(self, entity: EntityTime) -> _Closing | None:
        """By when an entity was closed, if it is: at its card's last change, or by the end of the day on which it was completed before."""
        changed, completed = entity.modified_at, completion_day(entity, self._week, self._zone)
        by_change = _Closing(changed, day := day_in(changed, self._zone), day == completed) if changed else None
        by_date = _Closing(self._midnight(completed + timedelta(days=1)), completed, is_the_day=True) if completed else None
        return min((one for one in (by_date, by_change) if one), key=lambda one: one.moment, default=None)

    def _later(self, closing: _Closing | None, spans: Iterable[tuple[str, Span]]) -> dict[str, list[Span]]:
        """By person the entries that began after the card was closed."""
        later: dict[str, list[Span]] = defaultdict(list)
        for person, span in spans:
            if closing and span.start - timedelta(hours=self._limits.grace_hours) > closing.moment:
                later[person].append(span)
        return dict(later)

    def _counts(self, seconds: int) -> bool:
        return seconds > 0 and seconds >= self._limits.min_minutes * _SECONDS_IN_MINUTE

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self._zone)
