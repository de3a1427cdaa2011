"""The team as users of Fibery.

No Toggl people (`people.py`); whoever has no Fibery account is none of these.
"""

from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.models import Person, Role, Row
from volt_assets.sandbox.people import PEOPLE


def user_id(person: Person) -> str:
    """The uuid of a person's Fibery user."""
    return stable_uuid("user", person.user_id)


def user_rows() -> tuple[Row, ...]:
    """The Fibery users: the whole team but for whoever has no Fibery account."""
    return tuple(_user(index, person) for index, person in enumerate(PEOPLE, start=1) if person.fibery_email)


def of_role(role: Role) -> Person:
    """The first person with that role."""
    return next(person for person in PEOPLE if person.role is role)


def _user(index: int, person: Person) -> Row:
    return {
        "fibery/id": user_id(person), "fibery/public-id": str(index), "user/name": person.name,
        "user/email": person.fibery_email, "fibery/active?": not (person.deactivated or person.deleted),
        "fibery/admin?": person.admin, "fibery/guest?": False, "fibery/role": person.role.name.capitalize(),
        "fibery/user-groups": (), "avatar/avatars": (), "icon/icon": None, "user/Office": person.zone.split("/")[1],
        "fibery/creation-date": "2023-02-01T08:00:00.000Z", "fibery/modification-date": "2024-03-01T08:00:00.000Z",
        "fibery/rank": index * 1_000,
    }  # fmt: skip
