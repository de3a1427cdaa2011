"""The identity of an entity."""

from tests.domain.builders import key
from volt_assets.domain.entities import EntityRecord


def test_an_entity_is_named_by_space_database_and_number() -> None:
    assert str(key("Product Management/Feature", "8")) == "Product Management/Feature #8"


def test_one_number_in_two_databases_is_two_entities() -> None:
    assert key("Scrum/Task", "12") != key("Scrum/Bug", "12")
    assert len({key("Scrum/Task", "12"), key("Scrum/Bug", "12"), key("Scrum/Task", "12")}) == 2


def test_entities_are_sorted_by_database_and_then_by_number_not_by_digits() -> None:
    mixed = [key("Scrum/Task", "100"), key("Scrum/Task", "9"), key("Design/Sketch", "11"), key("Scrum/Bug", "12")]

    assert [str(one) for one in sorted(mixed, key=lambda one: one.sort_key)] == [
        "Design/Sketch #11",
        "Scrum/Bug #12",
        "Scrum/Task #9",
        "Scrum/Task #100",
    ]


def test_an_id_that_is_no_number_can_still_be_sorted() -> None:
    assert key("Scrum/Task", "draft").sort_key < key("Scrum/Task", "1").sort_key


def test_a_record_without_a_state_does_not_claim_to_be_open() -> None:
    assert EntityRecord(key=key("To-dos/To Do", "1"), name="Water the plants").is_final is None
