"""How commands of Fibery fail: each code of reference/fibery.md 1.4 where it belongs or by a switch, and what varies in queries."""

from typing import Any

import httpx
import pytest

from volt_assets.sandbox.world import World

from .conftest import Open, ask

TASK = "Scrum/Task"
BUG = "Scrum/Bug"
COMMANDS = "/api/commands"
CODES = (
    "entity.error/schema-type-not-found",
    "entity.error/schema-field-not-found",
    "entity.error/schema-type-field-relation-not-found",
    "entity.error/query-primitive-field-expr-invalid",
    "entity.error/query-select-collection-field-vector-shape-invalid",
    "entity.error/query-limit-expr-not-found",
    "entity.error/query-with-permissions-expr-not-supported",
    "entity.error/query-with-permissions-field-expression-invalid",
    "entity.error/parse-entity-field-failed",
    "entity.error/schema-field-unique-failed",
    "commands.error/account-capability-was-revoked",
)


def query(source: str) -> dict[str, Any]:
    return {"command": "fibery.entity/query", "args": {"query": {"q/from": source, "q/select": ["fibery/id"], "q/limit": 5}}}


def write(client: httpx.Client, command: str, database: str, entity: dict[str, Any]) -> dict[str, Any]:
    body = {"command": f"fibery.entity/{command}", "args": {"type": database, "entity": entity}}
    answer: dict[str, Any] = client.post(COMMANDS, json=body).json()
    return answer


def code(envelope: dict[str, Any]) -> str:
    assert envelope["success"] is False, envelope
    return str(envelope["result"]["name"])


@pytest.mark.parametrize("name", CODES)
def test_a_switch_fails_the_queries_of_one_database_by_any_code_and_no_other(with_fibery: Open, name: str) -> None:
    with with_fibery(fibery_refuses=[(BUG, name)]) as (_, client):
        answers = client.post(COMMANDS, json=[query(TASK), query(BUG), query("Scrum/Sprint")]).json()
    assert [answer["success"] for answer in answers] == [True, False, True]
    assert answers[1]["result"]["name"] == name
    assert answers[1]["result"]["data"]["query"]["q/from"] == BUG


def test_a_command_that_the_plan_lacks_fails_and_others_do_not(with_fibery: Open) -> None:
    with with_fibery(fibery_revoked=["fibery.schema/query"]) as (_, client):
        answers = client.post(COMMANDS, json=[{"command": "fibery.schema/query"}, query(TASK)]).json()
    assert code(answers[0]) == "commands.error/account-capability-was-revoked"
    assert answers[1]["success"] is True


def test_a_name_in_place_of_a_selects_value_cannot_be_parsed(with_fibery: Open) -> None:
    with with_fibery() as (_, client):
        answer = write(client, "create", BUG, {"Scrum/name": "New", "Scrum/Severity": "Major"})
    assert code(answer) == "entity.error/parse-entity-field-failed"
    assert answer["result"]["message"] == 'Cannot parse "Scrum/Bug" entity "Scrum/Severity" field.'


def test_an_id_cannot_be_created_twice(with_fibery: Open, world: World) -> None:
    entity = {"fibery/id": world.fibery.entities(BUG)[0]["fibery/id"], "Scrum/name": "Again"}
    with with_fibery() as (_, client):
        assert code(write(client, "create", BUG, entity)) == "entity.error/schema-field-unique-failed"


def test_an_entity_can_be_created_changed_and_deleted(with_fibery: Open, world: World) -> None:
    done = next(row for row in world.fibery.rows["workflow/state_Scrum/Bug"] if row["enum/name"] == "Fixed")
    with with_fibery() as (_, client):
        made = write(client, "create", BUG, {"Scrum/name": "New", "assignments/assignees": ["x"], "Scrum/description": "lost"})["result"]
        uuid = made["fibery/id"]
        write(client, "update", BUG, {"fibery/id": uuid, "workflow/state": {"fibery/id": done["fibery/id"]}})
        people = {"assignments/assignees": {"q/select": ["user/name"], "q/limit": 9}}
        select = ["Scrum/name", {"workflow/state": ["enum/name"]}, people]
        (row,) = ask(client, BUG, select, where=["=", ["fibery/id"], "$id"], params={"$id": uuid})["result"]
        assert write(client, "delete", BUG, {"fibery/id": uuid})["success"] is True
        assert code(write(client, "update", BUG, {"fibery/id": uuid})) == "entity.error/entity-not-found"
    assert row == {"Scrum/name": "New", "workflow/state": {"enum/name": "Fixed"}, "assignments/assignees": []}


def test_a_batch_is_not_a_transaction(with_fibery: Open) -> None:
    good = {"command": "fibery.entity/create", "args": {"type": BUG, "entity": {"Scrum/name": "Stays"}}}
    bad = {"command": "fibery.entity/create", "args": {"type": BUG, "entity": {"Scrum/Nope": "x"}}}
    with with_fibery() as (_, client):
        answers = client.post(COMMANDS, json=[good, bad]).json()
        kept = ask(client, BUG, ["fibery/id"], where=["=", ["Scrum/name"], "$name"], params={"$name": "Stays"})["result"]
    assert [answer["success"] for answer in answers] == [True, False]
    assert len(kept) == 1


def test_a_parameter_with_another_sign_breaks_the_whole_post(with_fibery: Open) -> None:
    broken = query(TASK)
    broken["args"]["query"]["q/where"] = ["=", ["fibery/public-id"], "?id"]
    with with_fibery() as (_, client):
        answer = client.post(COMMANDS, json=[query(TASK), broken])
    assert (answer.status_code, set(answer.json())) == (500, {"name", "message", "data"})


@pytest.mark.parametrize(
    ("above", "largest", "limit", "rows"), [("refused", 50, 50, 50), ("refused", 50, 51, None), ("capped", 50, 51, 50)]
)
def test_a_larger_limit_is_refused_or_cut(with_fibery: Open, above: str, largest: int, limit: int, rows: int | None) -> None:
    with with_fibery(limit_above=above, largest_limit=largest) as (_, client):
        answer = ask(client, TASK, ["fibery/id"], limit=limit)
    assert (len(answer["result"]) if answer["success"] else None) == rows


@pytest.mark.parametrize("honoured", [True, False])
def test_a_sub_query_without_a_limit_may_be_refused_one_day(with_fibery: Open, honoured: bool) -> None:
    select = [{"assignments/assignees": {"q/select": ["user/name"], "q/limit": "q/no-limit"}}]
    with with_fibery(no_limit_in_sub_queries="honoured" if honoured else "refused") as (_, client):
        assert ask(client, TASK, select)["success"] is honoured
        assert ask(client, TASK, ["fibery/id"], limit="q/no-limit")["success"] is True


@pytest.mark.parametrize("honoured", [True, False])
def test_an_object_inside_an_inner_array_may_be_refused(with_fibery: Open, honoured: bool) -> None:
    nested = [{"Scrum/Feature": ["fibery/id", {"workflow/state": ["enum/name"]}]}]
    with with_fibery(nested_select="honoured" if honoured else "refused") as (_, client):
        assert ask(client, TASK, nested)["success"] is honoured
        assert ask(client, TASK, [{"Scrum/Feature": ["fibery/id"]}])["success"] is True


def test_a_collection_without_a_sub_query_may_come_in_columns_but_for_secured_fields(with_fibery: Open) -> None:
    with with_fibery(collection_vector="columns") as (_, client):
        rows = ask(client, TASK, [{"Scrum/Sub-tasks": ["fibery/id", "fibery/public-id"]}])["result"]
        secured = ask(client, TASK, [{"Scrum/Sub-tasks": ["Scrum/Name"]}])
    with with_fibery() as (_, client):
        refused = ask(client, TASK, [{"Scrum/Sub-tasks": ["fibery/id"]}])
    columns = next(row["Scrum/Sub-tasks"] for row in rows if row["Scrum/Sub-tasks"]["fibery/id"])
    assert len(columns["fibery/id"]) == len(columns["fibery/public-id"])
    assert code(secured) == "entity.error/query-with-permissions-field-expression-invalid"
    assert code(refused) == "entity.error/query-select-collection-field-vector-shape-invalid"


@pytest.mark.parametrize(("form", "kind"), [("text", str), ("number", float)])
def test_decimals_are_texts_or_numbers(with_fibery: Open, form: str, kind: type) -> None:
    with with_fibery(decimals=form) as (_, client):
        rows = ask(client, TASK, {"effort": "Scrum/Effort (pt)"})["result"]
    assert {type(row["effort"]) for row in rows} == {kind}


@pytest.mark.parametrize("since", ["2025-10-06T00:00:00Z", "2025-10-06T02:00:00+02:00", "2025-10-06T00:00:00.000Z"])
def test_moments_are_compared_as_moments(with_fibery: Open, world: World, since: str) -> None:
    where = ["q/and", [">=", ["fibery/modification-date"], "$since"], ["<", ["fibery/creation-date"], "$until"]]
    with with_fibery() as (_, client):
        found = ask(client, TASK, ["fibery/id"], where=where, params={"$since": since, "$until": "2025-10-01T00:00:00Z"})["result"]
    expected = [
        row["fibery/id"] for row in world.fibery.entities(TASK)
        if str(row["fibery/modification-date"]) >= "2025-10-06" and str(row["fibery/creation-date"]) < "2025-10-01"
    ]  # fmt: skip
    assert expected
    assert {row["fibery/id"] for row in found} == set(expected)


def test_one_exact_moment_is_equal_to_itself_however_it_is_written(with_fibery: Open, world: World) -> None:
    moment = str(world.fibery.entities(TASK)[0]["fibery/creation-date"])
    with with_fibery() as (_, client):
        counts = [
            len(ask(client, TASK, ["fibery/id"], where=["=", ["fibery/creation-date"], "$at"], params={"$at": written})["result"])
            for written in (moment, moment.replace(".000Z", "Z"))
        ]
    assert counts[0] == counts[1] >= 1


def test_rows_can_be_chosen_by_the_size_of_a_collection(with_fibery: Open) -> None:
    where = [">", ["q/count", ["Scrum/Sub-tasks", "fibery/id"]], "$zero"]
    select = {"subs": {"q/from": "Scrum/Sub-tasks", "q/select": {"id": "fibery/id"}, "q/limit": 100}}
    with with_fibery() as (_, client):
        rows = ask(client, TASK, select, where=where, params={"$zero": 0})["result"]
        everything = ask(client, TASK, select)["result"]
    assert rows == [row for row in everything if row["subs"]]
    assert 0 < len(rows) < len(everything)


@pytest.mark.parametrize("kept", [True, False])
def test_the_schema_may_come_without_a_tag(with_fibery: Open, kept: bool) -> None:
    with with_fibery(schema_etag=kept) as (_, client):
        first = client.get("/api/schema")
        again = client.get("/api/schema", headers={"If-None-Match": first.headers.get("ETag", "*")})
    assert ("ETag" in first.headers) is kept
    assert again.status_code == (304 if kept else 200)


@pytest.mark.parametrize(
    ("shown", "asked_for", "expected"),
    [("as_asked", "true", True), ("as_asked", "false", False), ("always", "false", True), ("never", "true", False)],
)
def test_what_was_deleted_is_in_the_schema_or_not(with_fibery: Open, shown: str, asked_for: str, expected: bool) -> None:
    with with_fibery(soft_deleted=shown) as (_, client):
        types = client.get("/api/schema", params={"with-soft-deleted": asked_for}).json()["fibery/types"]
    names = {kind["fibery/name"]: {field["fibery/name"] for field in kind["fibery/fields"]} for kind in types}
    assert ("Scrum/Commitment_1k83b2x_deleted" in names) is expected
    assert ("Scrum/Old note_0y04m38_deleted" in names[TASK]) is expected
    assert "Scrum/Commitment" in names[TASK]


def test_a_weak_tag_and_a_list_of_tags_are_known_too(with_fibery: Open) -> None:
    with with_fibery() as (_, client):
        tag = client.get("/api/schema").headers["ETag"]
        told = [client.get("/api/schema", headers={"If-None-Match": f'"other", W/{tag}'}).status_code,
                client.get("/api/schema", headers={"If-None-Match": '"other"'}).status_code]  # fmt: skip
    assert told == [304, 200]
