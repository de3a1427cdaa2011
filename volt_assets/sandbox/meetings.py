"""The team's regular meetings: at what time of which days, for whom.

No work on entities. Times are minutes after midnight on the wall clock of each person's own office.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from volt_assets.sandbox.models import Person, Role
from volt_assets.sandbox.people import PEOPLE

_TEAM: Final = frozenset({Role.LEAD, Role.BACKEND, Role.FRONTEND, Role.MOBILE, Role.QUALITY, Role.PRODUCT, Role.DESIGN})
_STANDUP_MINUTES: Final = 15
_EPOCH: Final = date(2024, 1, 1)  # a Monday: sprints of two weeks are counted from it


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of somebody's day with fixed words."""

    minute: int
    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class _Meeting:
    text: str
    weekday: int
    minute: int
    minutes: int
    roles: frozenset[Role]
    sprint_week: int | None = None


_MEETINGS: Final = (
    _Meeting("Sprint planning", 0, 600, 60, _TEAM, sprint_week=0),
    _Meeting("Sprint review and retro", 4, 840, 60, _TEAM, sprint_week=1),
    _Meeting("Backlog refinement", 2, 660, 45, _TEAM - {Role.DESIGN}, sprint_week=1),
    _Meeting("Design review", 3, 900, 45, frozenset({Role.DESIGN, Role.PRODUCT, Role.FRONTEND})),
    _Meeting("On-call handover", 0, 990, 20, frozenset({Role.PLATFORM, Role.SUPPORT})),
    _Meeting("Leads meeting", 1, 960, 45, frozenset({Role.LEAD, Role.PRODUCT})),
)


def sprint_start(monday: date) -> date:
    """The Monday on which the two-week sprint that contains this week began."""
    return monday - timedelta(weeks=_sprint_week(monday))


def meetings_on(person: Person, day: date) -> list[Slot]:
    """That person's meetings on that day, earliest first."""
    slots = [*_standup(person), *_shared(person, day), *_one_to_one(person, day)]
    return sorted(slots, key=lambda slot: slot.minute)


def _sprint_week(monday: date) -> int:
    return (monday - _EPOCH).days // 7 % 2


def _standup(person: Person) -> list[Slot]:
    return [Slot(570, _STANDUP_MINUTES, person.standup)] if person.standup else []


def _shared(person: Person, day: date) -> list[Slot]:
    week = _sprint_week(day - timedelta(days=day.weekday()))
    return [
        Slot(meeting.minute, meeting.minutes, meeting.text)
        for meeting in _MEETINGS
        if day.weekday() == meeting.weekday and person.role in meeting.roles and meeting.sprint_week in (None, week)
    ]


def _one_to_one(person: Person, day: date) -> list[Slot]:
    lead = next(somebody for somebody in PEOPLE if somebody.role is Role.LEAD)
    if person is lead:
        partners = [somebody for somebody in PEOPLE if somebody.zone == lead.zone and somebody is not lead]
        partner = partners[(day - _EPOCH).days // 7 % len(partners)]
        return [Slot(825, 30, f"1:1 with {partner.first_name}")] if day.weekday() == 1 else []
    weekday, week = person.user_id % 4, person.user_id % 2
    due = day.weekday() == weekday and _sprint_week(day - timedelta(days=day.weekday())) == week
    return [Slot(795, 30, f"1:1 {person.first_name} / {lead.first_name}")] if due else []
