"""Who or what may be meant where a name leads nowhere: a suggestion where it is clear, nothing where it is not."""

import pytest

from tests.domain.builders import ANA_IN_FIBERY, RULES, SCHEMA, entry, raw_week, run_week
from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.schema_fit import nearest_database
from volt_assets.domain.suggestions import likely_user, with_suggestions

NAMES = ("Scrum/Task", "Scrum/Sub-task", "Design/Work Version")


def user(name: str) -> FiberyUser:
    return FiberyUser(id=name, name=name, email=f"{len(name)}@work.example")


@pytest.mark.parametrize("known", ["Ben Muster", "Muster, Ben", "ben muster", "Ben K. Muster", "Ben Mustér"])
def test_a_like_name_is_suggested(known: str) -> None:
    found = likely_user("Ben Muster", [user("Ana Example"), user(known)])

    assert found is not None
    assert found.name == known


@pytest.mark.parametrize(
    "known",
    [["Carla Sample"], [], ["Ben Muster", "Muster Ben"], ["Bea Moser"]],
    ids=["nobody alike", "nobody", "two alike", "another person"],
)
def test_without_one_clear_name_nobody_is_suggested(known: list[str]) -> None:
    assert likely_user("Ben Muster", [user(name) for name in known]) is None


def test_who_is_joined_or_has_no_address_is_suggested_to_nobody() -> None:
    run = run_week(raw_week(entry(1)), users=[ANA_IN_FIBERY])
    taken = with_suggestions(run.resolved, [ANA_IN_FIBERY, FiberyUser(id="x", name="Ana Example")], SCHEMA, RULES)

    assert [person.likely_user for person in taken.people] == [None]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Scrum/Tasks", "Scrum/Task"),
        ("scrum/sub_task", "Scrum/Sub-task"),
        ("Designs/Work Version", "Design/Work Version"),
        ("Delivery/Task", "Scrum/Task"),
        ("Scrum/Bug", None),
        ("Warehouse/Pallet", None),
        ("Scrum/Pallet", None),
        ("Scrum/Tunk", None),
    ],
)
def test_a_database_is_known_by_a_like_name(name: str, nearest: str | None) -> None:
    assert nearest_database(name, NAMES) == nearest


def test_a_workspace_without_databases_has_no_nearest() -> None:
    assert nearest_database("Scrum/Task", []) is None
