"""The made-up team, its clients, projects and tags.

No entries and no Fibery users; those are made from these.
"""

from typing import Final

from volt_assets.sandbox.constants import (
    FIRST_CLIENT_ID,
    FIRST_MEMBERSHIP_ID,
    FIRST_ORGANIZATION_MEMBERSHIP_ID,
    FIRST_PROJECT_ID,
    FIRST_TAG_ID,
    FIRST_USER_ID,
)
from volt_assets.sandbox.models import Client, Person, Project, Role, Tag

_BERLIN: Final = "Europe/Berlin"
_NEW_YORK: Final = "America/New_York"
_AUCKLAND: Final = "Pacific/Auckland"


def _person(index: int, name: str, email: str, zone: str, role: Role, standup: str, at: int, **more: object) -> Person:
    return Person(
        user_id=FIRST_USER_ID + index,
        membership_id=FIRST_MEMBERSHIP_ID + 3 * index,
        organization_membership_id=FIRST_ORGANIZATION_MEMBERSHIP_ID + 5 * index,
        name=name,
        email=email,
        zone=zone,
        role=role,
        standup=standup,
        starts_at_minute=at,
        **({"fibery_email": email.lower()} | more),  # type: ignore[arg-type]  # the fields are checked by the callers below
    )


PEOPLE: Final = (
    _person(0, "Marta Lindqvist", "marta.lindqvist@larkspur.example", _BERLIN, Role.LEAD, "Daily standup", 572,
            admin=True, leave_weeks_back=(9, 10)),
    _person(1, "Oleksandr Hrytsenko", "oleksandr.hrytsenko@larkspur.example", _BERLIN, Role.BACKEND, "Стендап", 569,
            leave_weeks_back=(5,)),
    _person(2, "Emil Novak", "emil.novak@contract.example", _BERLIN, Role.BACKEND, "", 545,
            deactivated=True, leave_weeks_back=(14,)),
    _person(3, "Katharina Voss", "Katharina.Voss@Larkspur.example", _BERLIN, Role.DESIGN, "Daily standup", 575,
            leave_weeks_back=(3, 17)),
    _person(4, "Pavel Dimitrov", "pavel.dimitrov@larkspur.example", _BERLIN, Role.QUALITY, "standup", 570,
            leave_weeks_back=(7,)),
    _person(5, "Denise Okafor", "denise.okafor@larkspur.example", _NEW_YORK, Role.PRODUCT, "Team standup", 573,
            leave_weeks_back=(12,)),
    _person(6, "Miguel Santoro", "miguel.santoro@larkspur.example", _NEW_YORK, Role.FRONTEND, "Daily standup", 565,
            fibery_email="msantoro@larkspur.example", leave_weeks_back=(2,)),
    _person(7, "Ivy Tran", "", _NEW_YORK, Role.FRONTEND, "", 580,
            deleted=True, fibery_email="ivy.tran@freelance.example", leave_weeks_back=(19,)),
    _person(8, "Hana Mori", "hana.mori@larkspur.example", _AUCKLAND, Role.MOBILE, "Daily standup", 571,
            leave_weeks_back=(16,)),
    _person(9, "Tane Whitlock", "tane.whitlock@larkspur.example", _AUCKLAND, Role.PLATFORM, "", 510,
            fibery_email=None, leave_weeks_back=(21,)),
    _person(10, "Ruby Castellan", "ruby.castellan@larkspur.example", _AUCKLAND, Role.SUPPORT, "Standup", 568,
            leave_weeks_back=(8,)),
)  # fmt: skip

CLIENTS: Final = (
    Client(FIRST_CLIENT_ID, "Brightwater Trades"),
    Client(FIRST_CLIENT_ID + 1, "Nordlicht Handwerk GmbH"),
    Client(FIRST_CLIENT_ID + 2, "Kowhai Builders"),
)

PROJECTS: Final = (
    Project(FIRST_PROJECT_ID, "Ledger", FIRST_CLIENT_ID + 1, "#06a893", active=True, billable=True),
    Project(FIRST_PROJECT_ID + 1, "Portal", FIRST_CLIENT_ID, "#0b83d9", active=True, billable=True),
    Project(FIRST_PROJECT_ID + 2, "Field App", FIRST_CLIENT_ID + 2, "#c7741c", active=True, billable=True),
    Project(FIRST_PROJECT_ID + 3, "Platform", None, "#525266", active=True, billable=False),
    Project(FIRST_PROJECT_ID + 4, "Portal - Internal", None, "#9e5bd9", active=True, billable=False),
    Project(FIRST_PROJECT_ID + 5, "Website 2023", None, "#d94182", active=False, billable=False),
)

TAGS: Final = tuple(Tag(FIRST_TAG_ID + index, name) for index, name in enumerate(("backend", "frontend", "meeting", "on-call", "research")))


def project_named(name: str | None) -> Project | None:
    """The Toggl project of that name, or None."""
    return next((project for project in PROJECTS if project.name == name), None)
