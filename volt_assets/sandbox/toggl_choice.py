"""Which entries a Toggl report is about, in which order and in which rows, kept for the next page of the same report.

No HTTP and no JSON. Dates are compared with each owner's local date (reference/toggl.md 8.2 and 8.3).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from volt_assets.sandbox.models import Entry
from volt_assets.sandbox.toggl_shown import Shown

_KEPT: Final = 4
"""So many answers are kept: a walk, its totals, and the same of somebody else."""


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A checked report request without its page. Rounding is already the one that applies; `empty` asks for nothing."""

    start: date
    end: date
    ids: tuple[tuple[str, tuple[int | None, ...]], ...] = ()
    description: str | None = None
    billable: bool | None = None
    order_by: str = "date"
    descending: bool = False
    grouped: bool = False
    enriched: bool = False
    rounding: int = 0
    rounding_minutes: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The entries of a report in its order, running ones too, and the same in rows as the detailed report shows them."""

    entries: Sequence[Entry]
    rows: Sequence[tuple[Entry, ...]]


class Answers:
    """The answers to queries. The last few are kept until an entry changes, so that a walk of many pages costs one search."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._kept: OrderedDict[ReportQuery, Answer] = OrderedDict()
        self._state = -1

    def answer(self, query: ReportQuery) -> Answer:
        """What the report holds now."""
        times = self._shown.times
        if times.state != self._state:
            self._kept.clear()
            self._state = times.state
        if query not in self._kept:
            self._kept[query] = _answer(times.entries, query, self._shown)
        self._kept.move_to_end(query)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[query]


def report_day(entry: Entry, query: ReportQuery, shown: Shown) -> date:
    """The day of the report under which an entry's time is counted."""
    day = shown.last_day(entry) if shown.options.entry_day == "stop" else entry.day
    return min(max(day, query.start), query.end)


def finished(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries whose timer is off."""
    return (entry for entry in entries if not entry.running)


def _answer(entries: Sequence[Entry], query: ReportQuery, shown: Shown) -> Answer:
    if query.empty:
        return Answer((), ())
    conditions = list(_conditions(query, shown))
    found = sorted((entry for entry in entries if all(holds(entry) for holds in conditions)), key=_order(query, shown))
    if query.descending:
        found.reverse()
    listed = found if shown.options.running_entries else list(finished(found))
    rows = _grouped(listed, shown) if query.grouped else [(entry,) for entry in listed]
    return Answer(found, rows[: max(0, len(rows) - shown.options.lost_rows)])


_Condition = Callable[[Entry], bool]


def _conditions(query: ReportQuery, shown: Shown) -> Iterator[_Condition]:
    yield _in_range(query, shown)
    if not shown.options.toggl_admin:
        yield lambda entry: entry.user_id == shown.me.user_id
    if query.billable is not None:
        yield lambda entry: entry.billable is query.billable
    if query.description:
        words = query.description.casefold()
        yield lambda entry: words in (entry.description or "").casefold()
    for name, wanted in query.ids:
        yield _has_id(name, frozenset(wanted), shown)


def _in_range(query: ReportQuery, shown: Shown) -> _Condition:
    rules: dict[str, _Condition] = {
        "start": lambda entry: query.start <= entry.day <= query.end,
        "stop": lambda entry: query.start <= shown.last_day(entry) <= query.end,
        "touched": lambda entry: entry.day <= query.end and query.start <= shown.last_day(entry),
    }
    return rules[shown.options.entry_day]


def _has_id(name: str, wanted: frozenset[int | None], shown: Shown) -> _Condition:
    clients: dict[int | None, int | None] = {one.project_id: one.client_id for one in shown.world.projects}
    rules: dict[str, _Condition] = {
        "user_ids": lambda entry: entry.user_id in wanted,
        "time_entry_ids": lambda entry: entry.entry_id in wanted,
        "project_ids": lambda entry: entry.project_id in wanted,
        "client_ids": lambda entry: clients.get(entry.project_id) in wanted,
        "tag_ids": lambda entry: not wanted.isdisjoint(entry.tag_ids or (None,)),
        "task_ids": lambda _: None in wanted,
        "group_ids": lambda _: False,
    }
    return rules[name]


def _order(query: ReportQuery, shown: Shown) -> Callable[[Entry], tuple[object, ...]]:
    keys: dict[str, Callable[[Entry], tuple[object, ...]]] = {
        "date": lambda entry: (entry.start, entry.entry_id),
        "user": lambda entry: (shown.people[entry.user_id].name, entry.start, entry.entry_id),
        "duration": lambda entry: (entry.seconds, entry.start, entry.entry_id),
        "description": lambda entry: (entry.description or "", entry.start, entry.entry_id),
        "last_update": lambda entry: (entry.changed_at, entry.start, entry.entry_id),
    }
    return keys[query.order_by]


def _grouped(entries: Sequence[Entry], shown: Shown) -> list[tuple[Entry, ...]]:
    """All that share user, words, project, billing and tags; the real merge key is not confirmed (reference/toggl.md 3.3)."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        tags = entry.tag_ids if shown.options.grouped_by_tags else ()
        groups.setdefault((entry.user_id, entry.project_id, entry.description, entry.billable, tags), []).append(entry)
    return [tuple(group) for group in groups.values()]
