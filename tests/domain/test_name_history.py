"""What was called otherwise before, by ids: what is certain, and what nobody can know. Not here: what is said of it."""

import json
from typing import Any

from tests.domain.schemas import BUG, EPIC, TASK, TYPES, database, title
from volt_assets.domain.fibery_schema import Lost, Rename, Schema, read_schema
from volt_assets.domain.name_history import NameHistory

Types = list[dict[str, Any]]


def renamed(types: Types) -> Types:
    """The bugs as defects whose severity is an urgency, with the ids of before."""
    text = json.dumps(types).replace(f'"fibery/name": "{BUG}"', '"fibery/name": "Scrum/Defect"')
    text = text.replace(f'"fibery/type": "{BUG}"', '"fibery/type": "Scrum/Defect"')
    return list(json.loads(text.replace('"fibery/name": "Scrum/Severity"', '"fibery/name": "Scrum/Urgency"')))


def after(*looks: Types) -> Schema:
    """The last of these schemas, with what the others tell."""
    history = NameHistory()
    for types in looks:
        history = history.after({"fibery/types": types})
    return NameHistory.model_validate_json(history.model_dump_json()).of(read_schema({"fibery/types": looks[-1]}))


def without(name: str, *others: dict[str, Any]) -> Types:
    return [*(kind for kind in TYPES if kind["fibery/name"] != name), *others]


def test_a_database_and_a_field_of_the_same_id_have_a_new_name() -> None:
    schema = after(TYPES, renamed(TYPES))
    defect = schema.database("Scrum/Defect")

    assert schema.renamed == (Rename(old=BUG, new="Scrum/Defect"),)
    assert defect is not None
    assert defect.renamed == (Rename(old="Scrum/Severity", new="Scrum/Urgency"),)
    assert schema.lost == ()


def test_a_name_that_came_back_is_no_old_name() -> None:
    schema = after(TYPES, renamed(TYPES), TYPES)

    assert schema.renamed == (Rename(old="Scrum/Defect", new=BUG),)


def test_a_database_of_another_id_that_has_the_name_now_is_what_the_name_means() -> None:
    another = {**database(BUG, title("Scrum/Name")), "fibery/id": "id of the new bugs"}

    assert after(TYPES, [*renamed(TYPES), another]).renamed == ()


def test_what_two_databases_were_called_is_nobodys_certain_old_name() -> None:
    crate = {**database("Shop/Crate", title("Shop/Name")), "fibery/id": "1"}
    box = {**database("Shop/Box", title("Shop/Name")), "fibery/id": "2"}
    looks = [
        [crate],
        [{**crate, "fibery/name": "Shop/Chest"}, {**box, "fibery/name": "Shop/Crate"}],
        [{**crate, "fibery/name": "Shop/Chest"}, box],
    ]

    assert after(*looks).renamed == ()


def test_a_database_that_is_gone_comes_with_those_that_are_new_since() -> None:
    wish = {**database("Product/Wish", title("Product/Name")), "fibery/id": "id of the wishes"}
    idea = {**database("Product/Idea", title("Product/Name")), "fibery/id": "id of the ideas"}

    schema = after(TYPES, [*TYPES, wish], without(EPIC, wish, idea))

    assert schema.lost == (Lost(name=EPIC, since=("Product/Idea",)),)
    assert schema.renamed == ()


def test_the_same_names_are_no_new_look_and_a_type_without_an_id_is_left_out() -> None:
    history = NameHistory().after({"fibery/types": TYPES})
    nameless = {key: value for key, value in database("Shop/Box", title("Shop/Name")).items() if key != "fibery/id"}

    assert history.after({"fibery/types": [*TYPES, nameless]}) is history
    assert f"id of {TASK}" in history.databases
