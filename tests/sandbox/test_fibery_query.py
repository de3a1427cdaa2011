"""Fibery's query language over HTTP: both select forms, sub-queries, conditions, limits, errors by name."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.constants import FIBERY_TOKEN
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

from .conftest import Query

TASK = "Scrum/Task"
FEATURE = "Product Management/Feature"


@pytest.fixture(scope="module")
def strange(world: World) -> Iterator[httpx.Client]:
    """A client of a sandbox with an object for an empty relation and with one hidden feature."""
    feature = str(world.fibery.entities(FEATURE)[0]["fibery/public-id"])
    options = Options(empty_relation="object", hidden_entities=frozenset({(FEATURE, feature)}))
    headers = {"Authorization": f"Token {FIBERY_TOKEN}"}
    with Sandbox(world, options=options) as sandbox, httpx.Client(base_url=f"{sandbox.url}/fibery", headers=headers) as client:
        yield client


def rows(answer: dict[str, object]) -> list[dict[str, Any]]:
    assert answer["success"] is True, answer
    result = answer["result"]
    assert isinstance(result, list)
    return result


def error(answer: dict[str, object]) -> str:
    assert answer["success"] is False, answer
    result = answer["result"]
    assert isinstance(result, dict)
    return str(result["name"]).removeprefix("entity.error/")


def ask(client: httpx.Client, source: str, select: object, **clauses: object) -> list[dict[str, Any]]:
    args = {"query": {"q/from": source, "q/select": select, "q/limit": 1001} | clauses}
    return rows(client.post("/api/commands", json={"command": "fibery.entity/query", "args": args}).json())


def test_the_array_form_nests_under_field_names(query: Query) -> None:
    select = [
        "fibery/public-id", "Scrum/Name", "Scrum/Effort (pt)", "Scrum/Estimate (D)",
        {"workflow/state": ["enum/name", "workflow/Final"], "Scrum/Project ": ["enum/name"]},
        {"Scrum/Feature": ["fibery/public-id", "Product Management/name", {"workflow/state": ["enum/name"]}]},
        {"Scrum/Description": ["Collaboration~Documents/secret"]},
        {"assignments/assignees": {"q/select": ["user/name", "user/email"], "q/limit": 10}},
    ]  # fmt: skip
    row = rows(query(TASK, select, limit=1))[0]

    assert row["fibery/public-id"].isdigit()
    assert isinstance(row["Scrum/Effort (pt)"], str)
    assert isinstance(row["Scrum/Estimate (D)"], int)
    assert isinstance(row["workflow/state"]["workflow/Final"], bool)
    assert row["Scrum/Project "]["enum/name"] in {"Ledger", "Portal", "Field App", "Platform"}
    assert row["Scrum/Feature"]["workflow/state"]["enum/name"]
    assert isinstance(row["assignments/assignees"], list)


def test_the_map_form_uses_aliases_and_starts_each_path_at_the_root(query: Query) -> None:
    select = {
        "id": "fibery/public-id",
        "name": ["Scrum/Name"],
        "featureState": ["Scrum/Feature", "workflow/state", "enum/name"],
        "feature": {"id": ["Scrum/Feature", "fibery/public-id"], "name": ["Scrum/Feature", "Product Management/name"]},
        "who": {"q/from": ["assignments/assignees"], "q/select": {"mail": ["user/email"]}, "q/limit": 10},
    }
    row = rows(query(TASK, select, limit=1))[0]

    assert list(row) == ["id", "name", "featureState", "feature", "who"]
    assert row["feature"]["name"]
    assert all(set(person) == {"mail"} for person in row["who"])


def test_a_sub_query_is_cut_silently_at_its_own_limit(query: Query) -> None:
    def tasks(limit: int) -> dict[str, object]:
        return {
            "tasks": {"q/from": "Scrum/Tasks", "q/select": {"n": "Scrum/Name"}, "q/limit": limit, "q/order-by": [[["Scrum/Name"], "q/asc"]]}
        }

    cut, whole = rows(query(FEATURE, tasks(2)))[0]["tasks"], rows(query(FEATURE, tasks(100)))[0]["tasks"]

    assert len(whole) > 2
    assert cut == whole[:2]
    assert [one["n"] for one in whole] == sorted(one["n"] for one in whole)


def test_public_ids_are_looked_up_as_texts(query: Query, world: World) -> None:
    ids = [str(row["fibery/public-id"]) for row in world.fibery.entities(TASK)[:3]]

    def find(wanted: object) -> set[str]:
        found = query(TASK, {"id": "fibery/public-id"}, where=["q/in", ["fibery/public-id"], "$ids"], params={"$ids": wanted})
        return {row["id"] for row in rows(found)}

    assert find([*ids, "999999"]) == set(ids)
    assert find([int(one) for one in ids]) == set()
    assert find(["1186"]) == set()


@pytest.mark.parametrize(
    ("where", "params", "holds"),
    [
        (["=", ["workflow/state", "workflow/Final"], "$yes"], {"$yes": True}, lambda row: row["final"]),
        (["!=", ["workflow/state", "enum/name"], "$done"], {"$done": "Done"}, lambda row: row["state"] != "Done"),
        ([">", ["Scrum/Effort (pt)"], "$n"], {"$n": 3}, lambda row: float(row["effort"]) > 3),
        (["<=", ["Scrum/Planned Start"], "$d"], {"$d": "2025-07-01"}, lambda row: row["start"] <= "2025-07-01"),
        (["q/contains", ["Scrum/Name"], "$t"], {"$t": "invoice"}, lambda row: "invoice" in row["name"]),
        (["q/in", ["assignments/assignees", "user/email"], "$m"], {"$m": ["hana.mori@larkspur.example"]},
         lambda row: "Hana Mori" in row["who"]),
        (["=", ["q/null?", ["Scrum/Completion Date"]], "$yes"], {"$yes": True}, lambda row: row["done"] is None),
        (["q/not-in", ["workflow/state", "enum/name"], "$s"], {"$s": ["Done", "To Do"]}, lambda row: row["state"] not in {"Done", "To Do"}),
        (["q/equals-ignoring-case?", ["Scrum/Name"], "$t"], {"$t": "CONTRACT page"}, lambda row: row["name"] == "Contract page"),
        (
            ["q/and", [">=", ["Scrum/Estimate (D)"], "$n"],
             ["q/or", ["=", ["Scrum/Feature", "Product Management/Epic", "Product Management/Name"], "$e"],
              ["=", ["workflow/state", "enum/name"], "$s"]]],
            {"$n": 3, "$e": "Costs", "$s": "In Progress"},
            lambda row: row["days"] >= 3 and (row["epic"] == "Costs" or row["state"] == "In Progress"),
        ),
    ],
)  # fmt: skip
def test_conditions_keep_exactly_the_rows_that_match(query: Query, where: object, params: dict[str, object], holds: Any) -> None:
    select = {
        "final": ["workflow/state", "workflow/Final"], "state": ["workflow/state", "enum/name"], "effort": "Scrum/Effort (pt)",
        "start": "Scrum/Planned Start", "name": "Scrum/Name", "done": "Scrum/Completion Date", "days": "Scrum/Estimate (D)",
        "epic": "Scrum/Epic", "people": {"q/from": "assignments/assignees", "q/select": {"n": "user/name"}, "q/limit": 9},
    }  # fmt: skip
    everything = [row | {"who": {one["n"] for one in row["people"]}} for row in rows(query(TASK, select, limit=1000))]
    found = rows(query(TASK, select, where=where, params=params, limit=1000))
    expected = [row["name"] for row in everything if holds(row)]

    assert expected
    assert [row["name"] for row in found] == expected


def test_who_am_i_is_answered(query: Query) -> None:
    (row,) = rows(query("fibery/user", {"mail": "user/email"}, where=["=", ["fibery/id"], "$my-id"]))

    assert row["mail"] == "marta.lindqvist@larkspur.example"


def test_a_cursor_on_the_id_reads_everything_once(query: Query, world: World) -> None:
    seen: list[str] = []
    while True:
        last = seen[-1] if seen else "0"
        page = rows(query(TASK, {"id": "fibery/id"}, where=[">", ["fibery/id"], "$last"], params={"$last": last},
                          order_by=[[["fibery/id"], "q/asc"]], limit=40))  # fmt: skip
        seen += [row["id"] for row in page]
        if len(page) < 40:
            break

    assert seen == sorted(str(row["fibery/id"]) for row in world.fibery.entities(TASK))
    assert [row["id"] for row in rows(query(TASK, {"id": "fibery/id"}, order_by=[[["fibery/id"], "q/asc"]], offset=5, limit=3))] == seen[
        5:8
    ]


def test_a_date_range_can_be_asked_for_by_its_parts(query: Query) -> None:
    where = ["q/and", ["<=", ["q/start", ["Scrum/Planned dates"]], "$today"], [">", ["q/end", ["Scrum/Planned dates"]], "$today"]]
    (sprint,) = rows(
        query("Scrum/Sprint", ["Scrum/Name", "Scrum/Planned dates", "Scrum/IsCurrent"], where=where, params={"$today": "2025-10-15"})
    )

    assert sprint["Scrum/IsCurrent"] is True
    assert set(sprint["Scrum/Planned dates"]) == {"start", "end"}


@pytest.mark.parametrize(
    ("source", "select", "name"),
    [
        ("Scrum/Nope", ["fibery/id"], "schema-type-not-found"),
        ("Scrum/Commitment_1k83b2x_deleted", ["fibery/id"], "schema-type-not-found"),
        (TASK, ["Scrum/name"], "schema-field-not-found"),
        (TASK, ["Scrum/Project"], "schema-field-not-found"),
        (TASK, ["Scrum/Old note_0y04m38_deleted"], "schema-field-not-found"),
        ("Scrum/Sprint", [{"workflow/state": ["enum/name"]}], "schema-field-not-found"),
        ("Scrum/Sub-task", {"c": {"q/from": "comments/comments", "q/select": {"i": "fibery/id"}, "q/limit": 5}}, "schema-field-not-found"),
        (TASK, ["Scrum/Description"], "query-primitive-field-expr-invalid"),
        (TASK, {"state": ["workflow/state"]}, "query-primitive-field-expr-invalid"),
        (TASK, [{"Scrum/Sub-tasks": ["Scrum/Name"]}], "query-select-collection-field-vector-shape-invalid"),
        (TASK, {"n": ["assignments/assignees", "user/name"]}, "query-select-collection-field-vector-shape-invalid"),
        (TASK, {"n": ["q/count", ["Scrum/Sub-tasks", "fibery/id"]]}, "query-with-permissions-expr-not-supported"),
        (TASK, [{"documents/documents": ["fibery/id"]}], "query-select-collection-field-vector-shape-invalid"),
        (TASK, [{"documents/documents": {"q/select": ["fibery/id"], "q/limit": 1}}], "schema-type-field-relation-not-found"),
        (TASK, [{"Scrum/Commitment": ["fibery/id"]}], "schema-type-field-relation-not-found"),
        (TASK, [{"assignments/assignees": {"q/select": ["user/name"]}}], "query-limit-expr-not-found"),
        ("fibery/user", ["user/role"], "schema-field-not-found"),
    ],
)  # fmt: skip
def test_a_wrong_select_fails_by_name(query: Query, source: str, select: object, name: str) -> None:
    assert error(query(source, select)) == name


def test_a_limit_is_required_and_bounded(query: Query) -> None:
    assert error(query(TASK, ["fibery/id"], limit=None)) == "query-limit-expr-not-found"
    assert len(rows(query(TASK, ["fibery/id"], limit=1001))) > 100
    assert error(query(TASK, ["fibery/id"], limit=1002)) == "query-limit-expr-invalid"


def test_a_literal_in_a_condition_is_refused(query: Query) -> None:
    assert error(query(TASK, ["fibery/id"], where=["=", ["fibery/public-id"], "1234"])) == "query-where-expr-invalid"
    assert error(query(TASK, ["fibery/id"], where=["=", ["fibery/public-id"], "$missing"])) == "query-where-expr-invalid"


def test_an_error_names_its_field_and_echoes_the_query(query: Query) -> None:
    answer = query(TASK, {"s": ["workflow/state"]}, params={"$a": 1})
    result = answer["result"]

    assert isinstance(result, dict)
    assert result["data"]["field"] == ["workflow/state"]
    assert result["data"]["params"] == {"$a": 1}
    assert result["data"]["query"]["q/from"] == TASK


def test_an_empty_relation_is_null_or_an_object_of_nulls(query: Query, strange: httpx.Client) -> None:
    plain = rows(query("Scrum/Bug", [{"Scrum/Task": ["fibery/id", "Scrum/Name"]}], limit=1))
    other = ask(strange, "Scrum/Bug", [{"Scrum/Task": ["fibery/id", "Scrum/Name"]}])

    assert plain[0] == {"Scrum/Task": None}
    assert other[0] == {"Scrum/Task": {"fibery/id": None, "Scrum/Name": None}}


def test_a_hidden_entity_is_as_if_it_were_not_there(strange: httpx.Client, world: World) -> None:
    hidden = world.fibery.entities(FEATURE)[0]
    features = ask(strange, FEATURE, {"name": "Product Management/name"})
    tasks = ask(strange, TASK, {"feature": ["Scrum/Feature", "Product Management/name"]})

    assert hidden["Product Management/name"] not in {row["name"] for row in features}
    assert len(features) == len(world.fibery.entities(FEATURE)) - 1
    assert None in {row["feature"] for row in tasks}
