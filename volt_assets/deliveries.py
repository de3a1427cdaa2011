"""Hands the reports of a week on, each version once to each recipient. Not here: who may get what, texts, servers, when it is done.

The ledger of the week is held meanwhile, and written before and after each message: a process that is killed in between may send that
one message again, with the same Message-ID.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from io_managers.json_io import load_value
from io_managers.ledgers import Ledgers
from io_managers.week_store import WeekStore
from resources.errors import RefusedError, ServiceError
from volt_assets.assets.publishing import PAGE_FOLDER, REPORT_FOLDER
from volt_assets.delivery_ways import Sender, Ways
from volt_assets.domain.deliveries import Delivery, Due, Ledger, PersonText, WeekTexts, given_up, recent_weeks, updated, week_deliveries
from volt_assets.domain.person_report import PersonReports
from volt_assets.domain.values import Value
from volt_assets.domain.week_summary import WeekSummary
from volt_assets.domain.weeks import Week, day_in
from volt_assets.settings import Settings
from volt_assets.site.mail import opening_text
from volt_assets.site.weeks import SUMMARY

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_BEING_SENT = "Its process ended, or the store could not be written, while it was being sent, so it may have arrived."


class State(StrEnum):
    """How a delivery ended."""

    SENT = "sent"
    BEFORE = "sent before"
    WAITING = "waits for its next try"
    DUE = "would be sent"
    FAILED = "not sent"


class Outcome(Value):
    """One delivery, and what came of it."""

    delivery: Delivery
    state: State
    problem: str = ""


class NotReadyError(Exception):
    """A week has no finished reports. The message says why, and what to do."""


def deliver_week(
    week: Week, settings: Settings, ways: Ways, now: datetime, *, until: float | None, channels: Sequence[str] = (), only_tell: bool = False
) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """Sends what the recipients of a week do not have yet. Returns what came of each, and the people without an address.

    By itself, it ends at the moment `until` of time.monotonic(), and what failed waits for its next try; by hand, where that is None,
    everything is tried. Raises NotReadyError, StoreError.
    """
    due = due_of(week, settings, ways, now)
    chosen = [one for one in due.deliveries if not channels or one.channel in channels]
    return deliver_all(week.key, chosen, settings, ways, now, until=until, only_tell=only_tell), due.without_address


def deliver_all(
    about: str,
    deliveries: Sequence[Delivery],
    settings: Settings,
    ways: Ways,
    now: datetime,
    *,
    until: float | None,
    only_tell: bool = False,
) -> tuple[Outcome, ...]:
    """Sends those of one ledger that were not sent. Raises StoreError for a damaged ledger, before anything is sent."""
    ledgers = Ledgers(settings.data)
    if only_tell:
        known = ledgers.read(about)
        return tuple(Outcome(delivery=one, state=State.BEFORE if known.is_sent(one) else State.DUE) for one in deliveries)
    outcomes: list[Outcome] = []
    with ledgers.held(about), ways.opened(now) as sender:
        stored = ledgers.read(about)
        ledger = stored if until is None else stored.without_others(deliveries)
        if ledger != stored:
            ledgers.write(ledger)
        for delivery in deliveries:
            one = updated(delivery, ledger)
            if (state := _left(one, ledger, now, until=until)) is not None:
                outcomes.append(Outcome(delivery=one, state=state))
                continue
            # Noted beforehand: where nothing can be noted nothing is sent, or each tick would send it again.
            ledgers.write(ledger.with_failed(one, _BEING_SENT, now, final=False))
            outcome, ledger = _deliver(one, ledger, sender, now)
            ledgers.write(ledger)
            outcomes.append(outcome)
    return tuple(outcomes)


def _left(delivery: Delivery, ledger: Ledger, now: datetime, *, until: float | None) -> State | None:
    """Why something is not sent now; None where it is."""
    if ledger.is_sent(delivery):
        return State.BEFORE
    waits = until is not None and (time.monotonic() > until or not ledger.may_try(delivery, now))
    return State.WAITING if waits else None


def _deliver(delivery: Delivery, ledger: Ledger, sender: Sender, now: datetime) -> tuple[Outcome, Ledger]:
    try:
        sender.send(delivery)
    except ServiceError as error:
        problem = str(error)
        after = ledger.with_failed(delivery, problem, now, final=isinstance(error, RefusedError))
        return Outcome(delivery=delivery, state=State.FAILED, problem=problem), after
    return Outcome(delivery=delivery, state=State.SENT), ledger.with_sent(delivery, now)


def due_of(week: Week, settings: Settings, ways: Ways, now: datetime) -> Due:
    """What the recipients of a week are to have, as the reports stand. Raises NotReadyError."""
    if not has_ended(week, settings, now):
        raise NotReadyError(f"Week {week.key} has not ended: its reports are handed on once it has.")
    return week_deliveries(stored_texts(week, settings), ways.plan(_page(week, settings)))


def _page(week: Week, settings: Settings) -> str:
    """Where recipients find the week's pages; empty where only this machine does, as those that `volt-agent ui` serves beside the UI."""
    is_reached = urlsplit(settings.site_url).hostname not in _OWN_NAMES
    return f"{settings.site_url}/weeks/{week.key}/{PAGE_FOLDER}/index.html" if settings.site_url and is_reached else ""


def stored_texts(week: Week, settings: Settings) -> WeekTexts:
    """The finished reports of a week as they stand, with what people changed in them. Raises NotReadyError."""
    store = WeekStore(settings.data)
    persons = load_value(store, week.key, "person_reports", PersonReports)
    team, summary = store.read(week.key, f"{REPORT_FOLDER}/team_summary.md"), _summary(store, week)
    again = f"Run it: volt-agent run --start-date {week.key} --end-date {week.sunday}"
    if persons is None or team is None or summary is None:
        raise NotReadyError(f"Week {week.key} has no reports in {settings.data}. {again}")
    if summary.so_far:
        raise NotReadyError(f"The reports of week {week.key} were made before it ended. {again}")
    files = {key: store.read(week.key, f"{REPORT_FOLDER}/individual/{file}") for key, file in persons.files.items()}
    texts = {
        key: PersonText(user_id=persons.user_ids[key], text=content.decode(errors="replace")) for key, content in files.items() if content
    }
    text = team.decode(errors="replace")
    return WeekTexts(week=week, headline=_headline(summary), summary=opening_text(text), team=text, persons=texts)


def has_ended(week: Week, settings: Settings, now: datetime) -> bool:
    """Whether a week is over in the configured zone."""
    return now >= week.moments(ZoneInfo(settings.week.timezone))[1]


def ended_lately(settings: Settings, now: datetime) -> tuple[Week, ...]:
    """The weeks whose reports go out by themselves, latest first."""
    return recent_weeks(Week.containing(day_in(now, ZoneInfo(settings.week.timezone))), settings.deliveries.weeks)


def undelivered(settings: Settings, now: datetime) -> tuple[str, ...]:
    """What of the last weeks could not be sent, a line each. Raises StoreError for a damaged ledger."""
    ledgers = Ledgers(settings.data)
    return given_up(ledgers.read(week.key) for week in ended_lately(settings, now))


def problems_of(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What was not sent, a line each."""
    return tuple(f"{one.delivery.about}, {one.delivery.told}: {one.problem}" for one in outcomes if one.state is State.FAILED)


def count(outcomes: Sequence[Outcome]) -> Mapping[str, int]:
    """How many ended how."""
    return {state.value: found for state in State if (found := sum(one.state is state for one in outcomes))}


def _summary(store: WeekStore, week: Week) -> WeekSummary | None:
    stored = store.read(week.key, f"{PAGE_FOLDER}/{SUMMARY}")
    try:
        return WeekSummary.model_validate_json(stored) if stored is not None else None
    except ValidationError:
        return None


def _headline(summary: WeekSummary) -> str:
    share = f", {summary.share} of it on entities found in Fibery" if summary.share else ""
    return f"{summary.time or 'No time'} of {summary.people} people{share}."
