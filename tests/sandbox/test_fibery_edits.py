"""People go on working in Fibery while the sandbox runs: entities and the schema change, and the world stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.world import World

from .conftest import Open, ask

TASK = "Scrum/Task"
FEATURE = "Product Management/Feature"


@pytest.fixture
def public_id(world: World) -> str:
    return str(world.fibery.entities(TASK)[0]["fibery/public-id"])


def one(client: httpx.Client, database: str, public_id: str, select: object) -> dict[str, Any] | None:
    rows = ask(client, database, select, where=["=", ["fibery/public-id"], "$id"], params={"$id": public_id})["result"]
    assert len(rows) < 2
    return rows[0] if rows else None


def schema(client: httpx.Client, **params: str) -> dict[str, dict[str, Any]]:
    types = client.get("/api/schema", params=params).json()["fibery/types"]
    return {kind["fibery/name"]: {field["fibery/name"]: field for field in kind["fibery/fields"]} | {"": kind} for kind in types}


def code(envelope: dict[str, Any]) -> str:
    assert envelope["success"] is False, envelope
    return str(envelope["result"]["name"]).removeprefix("entity.error/")


def test_an_entity_can_be_renamed_and_moved_and_says_that_it_was_changed(with_fibery: Open, world: World, public_id: str) -> None:
    select = {"name": "Scrum/Name", "state": ["workflow/state", "enum/name"], "changed": "fibery/modification-date"}
    with with_fibery() as (sandbox, client):
        before = one(client, TASK, public_id, select)
        sandbox.fibery.rename_entity(TASK, public_id, "Another name")
        sandbox.fibery.move_entity(TASK, public_id, "Blocked")
        after = one(client, TASK, public_id, select)
    assert before
    assert after
    assert (after["name"], after["state"]) == ("Another name", "Blocked")
    assert after["changed"] > before["changed"]
    assert world.fibery.entities(TASK)[0]["Scrum/Name"] == before["name"]


def test_any_value_of_an_entity_can_be_changed(with_fibery: Open, public_id: str) -> None:
    values = {"Scrum/Estimate (D)": 40, "Scrum/Feature": None, "fibery/modification-date": "2025-10-14T08:00:00.000Z"}
    with with_fibery() as (sandbox, client):
        sandbox.fibery.change_entity(TASK, public_id, values)
        row = one(client, TASK, public_id, ["Scrum/Estimate (D)", "fibery/modification-date", {"Scrum/Feature": ["fibery/id"]}])
    assert row == values


@pytest.mark.parametrize("edit", ["delete_entity", "hide_entity"])
def test_a_deleted_and_a_hidden_entity_are_both_simply_not_there(with_fibery: Open, world: World, edit: str) -> None:
    feature = world.fibery.entities(FEATURE)[0]
    public_id = str(feature["fibery/public-id"])
    with with_fibery() as (sandbox, client):
        getattr(sandbox.fibery, edit)(FEATURE, public_id)
        assert one(client, FEATURE, public_id, ["fibery/id"]) is None
        lost = [row for row in ask(client, TASK, {"feature": ["Scrum/Feature", "fibery/public-id"]})["result"] if row["feature"] is None]
        page = httpx.get(f"{sandbox.url}/fibery/Product_Management/Feature/{public_id}")
    assert len(lost) == sum(1 for row in world.fibery.entities(TASK) if row["Scrum/Feature"] in (feature["fibery/id"], None))
    assert page.status_code == 404


def test_a_hidden_entity_can_be_shown_again(with_fibery: Open, public_id: str) -> None:
    with with_fibery() as (sandbox, client):
        sandbox.fibery.hide_entity(TASK, public_id)
        sandbox.fibery.show_entity(TASK, public_id)
        assert one(client, TASK, public_id, ["fibery/id"])


@pytest.mark.parametrize("switch", ["hidden_entities", "deleted_entities"])
def test_entities_can_be_hidden_or_deleted_from_the_start(with_fibery: Open, public_id: str, switch: str) -> None:
    with with_fibery() as (_, client):
        assert one(client, TASK, public_id, ["fibery/id"])
    with with_fibery(**{switch: [(TASK, public_id)]}) as (_, client):
        assert one(client, TASK, public_id, ["fibery/id"]) is None


def test_an_entity_stays_hidden_when_its_database_is_renamed(with_fibery: Open, public_id: str) -> None:
    with with_fibery(hidden_entities=[(TASK, public_id)]) as (sandbox, client):
        sandbox.fibery.rename_database(TASK, "Scrum/Story")
        assert one(client, "Scrum/Story", public_id, ["fibery/id"]) is None


def test_all_edits_can_be_taken_back(with_fibery: Open, public_id: str) -> None:
    with with_fibery() as (sandbox, client):
        before = client.get("/api/schema").content, one(client, TASK, public_id, ["Scrum/Name"])
        sandbox.fibery.rename_entity(TASK, public_id, "Another name")
        sandbox.fibery.rename_space("Scrum", "Delivery")
        sandbox.fibery.restore()
        assert (client.get("/api/schema").content, one(client, TASK, public_id, ["Scrum/Name"])) == before


def test_edits_of_many_threads_are_all_kept(with_fibery: Open, world: World) -> None:
    ids = [str(row["fibery/public-id"]) for row in world.fibery.entities(TASK)[:60]]
    with with_fibery() as (sandbox, client), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda public_id: sandbox.fibery.rename_entity(TASK, public_id, f"Now {public_id}"), ids))
        names = {row["id"]: row["name"] for row in ask(client, TASK, {"id": "fibery/public-id", "name": "Scrum/Name"})["result"]}
    assert [names[public_id] for public_id in ids] == [f"Now {public_id}" for public_id in ids]


def test_an_entity_can_be_added(with_fibery: Open) -> None:
    new = {
        "fibery/id": "0a000000-0000-4000-8000-000000000001",
        "fibery/public-id": "9001",
        "fibery/creation-date": "2025-10-14T08:00:00.000Z",
    }
    with with_fibery() as (sandbox, client):
        sandbox.fibery.add_entity(TASK, {**new, "Scrum/Name": "Forgotten until today"})
        row = one(client, TASK, "9001", ["Scrum/Name", "fibery/modification-date", {"workflow/state": ["enum/name"]}])
    assert row == {"Scrum/Name": "Forgotten until today", "fibery/modification-date": new["fibery/creation-date"], "workflow/state": None}


def test_a_text_can_be_written_anew_or_lost(with_fibery: Open, world: World) -> None:
    feature = world.fibery.entities(FEATURE)[0]
    place = (FEATURE, str(feature["fibery/public-id"]), "Product Management/Description")
    path = f"/api/documents/{feature['Product Management/Description']}"
    with with_fibery() as (sandbox, client):
        sandbox.fibery.change_text(*place, "x" * 2_000_000)
        assert len(client.get(path).json()["content"]) == 2_000_000
        sandbox.fibery.change_text(*place, None)
        assert client.get(path).status_code == 404


def test_an_edit_of_an_entity_leaves_the_schemas_tag_alone_and_one_of_the_schema_does_not(with_fibery: Open, public_id: str) -> None:
    with with_fibery() as (sandbox, client):
        first = client.get("/api/schema")
        known = {"If-None-Match": first.headers["ETag"]}
        sandbox.fibery.rename_entity(TASK, public_id, "Another name")
        assert client.get("/api/schema", headers=known).status_code == 304
        sandbox.fibery.rename_field(TASK, "Scrum/Estimate (D)", "Scrum/Size (D)")
        second = client.get("/api/schema", headers=known)
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    assert second.json()["fibery/version"] == first.json()["fibery/version"] + 1


def test_a_renamed_field_keeps_its_id_and_its_values_and_loses_its_name(with_fibery: Open, public_id: str) -> None:
    with with_fibery() as (sandbox, client):
        before, old = schema(client)[TASK]["Scrum/Estimate (D)"], one(client, TASK, public_id, {"n": "Scrum/Estimate (D)"})
        sandbox.fibery.rename_field(TASK, "Scrum/Estimate (D)", "Scrum/Size (D)")
        fields, new = schema(client)[TASK], one(client, TASK, public_id, {"n": "Scrum/Size (D)"})
        gone = ask(client, TASK, ["Scrum/Estimate (D)"])
    assert fields["Scrum/Size (D)"]["fibery/id"] == before["fibery/id"]
    assert "Scrum/Estimate (D)" not in fields
    assert new == old
    assert code(gone) == "schema-field-not-found"


def test_a_deleted_field_leaves_a_tombstone_with_another_name(with_fibery: Open) -> None:
    with with_fibery() as (sandbox, client):
        uuid = schema(client)[TASK]["Scrum/Priority"]["fibery/id"]
        sandbox.fibery.delete_field(TASK, "Scrum/Priority")
        fields, pruned = schema(client)[TASK], schema(client, **{"with-soft-deleted": "false"})[TASK]
        gone = ask(client, TASK, [{"Scrum/Priority": ["enum/name"]}])
    (tombstone,) = [name for name, field in fields.items() if field["fibery/id"] == uuid]
    assert tombstone == f"Scrum/Priority_{uuid[:7]}_deleted"
    assert fields[tombstone]["fibery/deleted?"] is True
    assert tombstone not in pruned
    assert code(gone) == "schema-field-not-found"


def test_a_renamed_database_keeps_its_id_and_its_relations_and_its_states_keep_their_type(with_fibery: Open, public_id: str) -> None:
    with with_fibery() as (sandbox, client):
        before = schema(client)[TASK][""]["fibery/id"]
        sandbox.fibery.rename_database(TASK, "Scrum/Story")
        now = schema(client)
        row = one(client, "Scrum/Story", public_id, {"state": ["workflow/state", "enum/name"], "feature": ["Scrum/Feature", "fibery/id"]})
        gone = ask(client, TASK, ["fibery/id"])
        tasks = ask(client, FEATURE, {"tasks": {"q/from": "Scrum/Tasks", "q/select": {"n": "Scrum/Name"}, "q/limit": 9}})["result"]
    assert now["Scrum/Story"][""]["fibery/id"] == before
    assert now["Scrum/Story"]["workflow/state"]["fibery/type"] == "workflow/state_Scrum/Task"
    assert now[FEATURE]["Scrum/Tasks"]["fibery/type"] == "Scrum/Story"
    assert row
    assert row["state"]
    assert any(feature["tasks"] for feature in tasks)
    assert code(gone) == "schema-type-not-found"


def test_a_renamed_space_renames_its_databases_and_fields_and_half_of_its_selects(with_fibery: Open) -> None:
    with with_fibery() as (sandbox, client):
        sandbox.fibery.rename_space("Support", "Help Desk")
        now = schema(client)
        row = ask(client, "Help Desk/Ticket", {"name": "Help Desk/Name", "channel": ["Help Desk/Channel", "enum/name"]}, limit=1)["result"][
            0
        ]
    assert not [name for name in now if name.startswith("Support/")]
    assert now["Help Desk/Ticket"]["Help Desk/Channel"]["fibery/type"] == "Help Desk/Channel_Support/Ticket"
    assert now[FEATURE]["Help Desk/Tickets"]["fibery/type"] == "Help Desk/Ticket"
    assert row["name"]
    assert row["channel"]


def test_a_deleted_database_leaves_a_tombstone_and_live_fields_that_lead_to_it(with_fibery: Open) -> None:
    with with_fibery() as (sandbox, client):
        sandbox.fibery.delete_database("Support/Ticket")
        now = schema(client)
        gone = ask(client, "Support/Ticket", ["fibery/id"])
        relation = ask(client, FEATURE, [{"Support/Tickets": {"q/select": ["fibery/id"], "q/limit": 1}}])
    field = now[FEATURE]["Support/Tickets"]
    assert field["fibery/deleted?"] is False
    assert now[field["fibery/type"]][""]["fibery/deleted?"] is True
    assert all(one["fibery/deleted?"] for one in now[field["fibery/type"]].values())
    assert code(gone) == "schema-type-not-found"
    assert code(relation) == "schema-type-field-relation-not-found"


def test_a_failure_tells_the_schemas_version_of_now(with_fibery: Open) -> None:
    with with_fibery() as (sandbox, client):
        sandbox.fibery.rename_field(TASK, "Scrum/Priority", "Scrum/Urgency")
        data = ask(client, "Scrum/Nope", ["fibery/id"])["result"]["data"]
    assert (data["error/schema-version"], data["type"]) == (6209, "Scrum/Nope")


@pytest.mark.parametrize(
    ("edit", "args", "told"),
    [
        ("rename_entity", ("Scrum/Nope", "1", "x"), "no database 'Scrum/Nope'; it has Design/Work Version"),
        ("rename_entity", (TASK, "1", "x"), "no entity '1'"),
        ("hide_entity", (TASK, "1"), "no entity '1'"),
        ("change_entity", (TASK, "1187", {"Scrum/Size": 1}), "no field 'Scrum/Size'; it has fibery/id"),
        ("move_entity", (TASK, "1187", "Shipped"), "no state 'Shipped'; it has To Do, In Progress"),
        ("move_entity", ("Scrum/Sprint", "1", "Done"), "no state 'Done'; it has none"),
        ("rename_field", (TASK, "Scrum/Nope", "x"), "no field 'Scrum/Nope'"),
        ("delete_field", (TASK, "Scrum/Nope"), "no field 'Scrum/Nope'"),
        ("rename_database", ("Scrum/Nope", "x"), "no database"),
        ("delete_database", ("Scrum/Nope",), "no database"),
        ("rename_space", ("Nope", "x"), "no space 'Nope'"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused_with_what_there_is(
    with_fibery: Open, edit: str, args: tuple[object, ...], told: str
) -> None:
    with with_fibery() as (sandbox, _), pytest.raises(KeyError) as caught:
        getattr(sandbox.fibery, edit)(*args)
    assert told in str(caught.value)
