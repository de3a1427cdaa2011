"""The quirks of the schema that reference/fibery.md 2 and 10 tell of, each found in what the server sends, and readable or not."""

from typing import Any

import httpx
import pytest

from .conftest import Open, ask

TASK = "Scrum/Task"
BUG = "Scrum/Bug"
FEATURE = "Product Management/Feature"
EPIC = "Product Management/Epic"

Schema = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def types(fibery: httpx.Client) -> Schema:
    """The types by name."""
    return {kind["fibery/name"]: kind for kind in fibery.get("/api/schema").json()["fibery/types"]}


def fields(types: Schema, name: str) -> Schema:
    return {field["fibery/name"]: field for field in types[name]["fibery/fields"]}


def databases(types: Schema) -> list[str]:
    return [name for name, kind in types.items()
            if kind["fibery/meta"].get("fibery/domain?") and not kind["fibery/deleted?"] and name != "fibery/user"]  # fmt: skip


def test_some_databases_lack_what_the_others_have(types: Schema) -> None:
    def lacking(field: str) -> set[str]:
        return {name for name in databases(types) if field not in fields(types, name)}

    assert lacking("workflow/state") == {"Scrum/Sprint", "Quality/Test Case"}
    assert lacking("assignments/assignees") == {"Scrum/Sprint", "Quality/Test Case", EPIC}
    assert lacking("comments/comments") == {"Scrum/Sub-task", "Quality/Test Case", EPIC}


def test_one_databases_states_have_no_type(types: Schema, fibery: httpx.Client) -> None:
    states = {name for name in types if name.startswith("workflow/state_") and "workflow/Type" not in fields(types, name)}
    refused = ask(fibery, EPIC, {"type": ["workflow/state", "workflow/Type"]})
    final = ask(fibery, EPIC, {"final": ["workflow/state", "workflow/Final"]})["result"]
    assert states == {f"workflow/state_{EPIC}"}
    assert refused["result"]["name"] == "entity.error/schema-field-not-found"
    assert {type(row["final"]) for row in final} == {bool}


def test_two_selects_are_called_after_a_space_that_was_renamed(types: Schema) -> None:
    stale = {name for name in types if "_Requests/" in name}
    assert stale == {"Product Management/Priority_Requests/Feature", "Product Management/Priority_Requests/Request"}


@pytest.mark.parametrize(
    ("database", "name", "kind"),
    [
        (TASK, "Scrum/⏱ QA effort (H)", "fibery/decimal"),
        (TASK, "Scrum/Project ", "Scrum/Project _Scrum/Task"),
        (TASK, "Scrum/Build~No", "fibery/text"),
        (TASK, "user/Reviewer", "fibery/user"),
        (TASK, "Quality/Test Cases", "Quality/Test Case"),
        (FEATURE, "Scrum/Dev Actual Start Date", "fibery/date-time"),
        (FEATURE, "icon/icon", "fibery/emoji"),
        ("Design/Work Version", "Design/Figma", "fibery/url"),
        ("Design/Work Version", "Design/Accent", "fibery/color"),
        ("Support/Ticket", "Support/Contact", "fibery/email"),
        ("Quality/Test Case", "Quality/Run window", "fibery/date-time-range"),
        ("Scrum/Sprint", "Scrum/Planned dates", "fibery/date-range"),
    ],
)
def test_names_and_prefixes_are_odd_and_every_kind_of_value_is_there(
    types: Schema, fibery: httpx.Client, database: str, name: str, kind: str
) -> None:
    assert fields(types, database)[name]["fibery/type"] == kind
    select: object = name if kind.startswith("fibery/") and kind != "fibery/user" else [name, "fibery/id"]
    if not fields(types, database)[name]["fibery/meta"].get("fibery/collection?"):
        assert ask(fibery, database, {"value": select})["success"] is True


@pytest.mark.parametrize("name", ["Scrum/Start work", "Scrum/Source", "Scrum/Mentions", "whiteboards/whiteboards"])
def test_buttons_references_and_views_cannot_be_selected(types: Schema, fibery: httpx.Client, name: str) -> None:
    assert name in fields(types, TASK)
    assert ask(fibery, TASK, {"value": name})["success"] is False


def test_a_url_may_be_a_text_that_says_so(types: Schema) -> None:
    assert fields(types, "Support/Ticket")["Support/Recording"]["fibery/meta"]["ui/type"] == "url"


def test_lookups_have_no_relation_of_their_own_and_can_be_read(types: Schema, fibery: httpx.Client) -> None:
    one, several = fields(types, "Scrum/Sub-task")["Scrum/Feature"], fields(types, "Scrum/Sprint")["Scrum/People"]
    feature = ask(fibery, "Scrum/Sub-task", {"up": ["Scrum/Feature", "Product Management/name"]}, limit=1)["result"][0]
    people = {"people": {"q/from": "Scrum/People", "q/select": {"name": "user/name"}, "q/limit": 100}}
    assert one["fibery/meta"]["formula/lookup?"] is several["fibery/meta"]["formula/lookup?"] is True
    assert several["fibery/meta"]["fibery/field-reversed-collection?"] is True
    assert "fibery/relation" not in one["fibery/meta"] | several["fibery/meta"]
    assert feature["up"]
    assert any(row["people"] for row in ask(fibery, "Scrum/Sprint", people)["result"])


def test_both_ends_of_a_relation_have_its_id(types: Schema) -> None:
    ends = (
        (TASK, "Quality/Test Cases", "Quality/Test Case", "Quality/Task"),
        (FEATURE, "Product Management/Epic", EPIC, "Product Management/Features"),
        (FEATURE, "Scrum/Tasks", TASK, "Scrum/Feature"),
    )
    for one, field, other, back in ends:
        ids = {fields(types, one)[field]["fibery/meta"]["fibery/relation"], fields(types, other)[back]["fibery/meta"]["fibery/relation"]}
        assert len(ids) == 1


def test_a_multi_select_is_a_collection_of_values(types: Schema, fibery: httpx.Client) -> None:
    field = fields(types, TASK)["Scrum/Labels"]
    rows = ask(fibery, TASK, [{"Scrum/Labels": {"q/select": ["enum/name"], "q/limit": 100}}])["result"]
    assert field["fibery/meta"]["fibery/collection?"] is field["fibery/meta"]["fibery/type-component?"] is True
    assert "enum/objects" in fields(types, field["fibery/type"])
    assert {len(row["Scrum/Labels"]) for row in rows} == {0, 1, 2}
    assert all(set(label) == {"enum/name"} for row in rows for label in row["Scrum/Labels"])


def test_points_are_decimals_in_one_database_and_integers_under_another_case_in_the_other(types: Schema) -> None:
    assert fields(types, TASK)["Scrum/Effort (pt)"]["fibery/type"] == "fibery/decimal"
    assert fields(types, BUG)["Scrum/Effort (Pt)"]["fibery/type"] == "fibery/int"


def test_aggregates_work_where_a_database_is_not_secured_and_nowhere_else(types: Schema, fibery: httpx.Client) -> None:
    select = {
        "count": ["q/count", ["Quality/Test Cases", "fibery/id"]],
        "sum": ["q/sum", ["Quality/Test Cases", "Quality/Minutes"]],
        "least": ["q/min", ["Quality/Test Cases", "Quality/Minutes"]],
        "most": ["q/max", ["Quality/Test Cases", "Quality/Minutes"]],
        "mean": ["q/avg", ["Quality/Test Cases", "Quality/Minutes"]],
        "cases": {"q/from": "Quality/Test Cases", "q/select": {"minutes": "Quality/Minutes"}, "q/limit": 100},
    }
    rows = ask(fibery, TASK, select)["result"]
    refused = ask(fibery, TASK, {"n": ["q/count", ["Scrum/Sub-tasks", "fibery/id"]]})
    assert types["Quality/Test Case"]["fibery/meta"]["fibery/secured?"] is False
    assert refused["result"]["name"] == "entity.error/query-with-permissions-expr-not-supported"
    assert any(row["count"] > 1 for row in rows)
    for row in rows:
        minutes = [case["minutes"] for case in row["cases"]]
        assert row["count"] == len(minutes)
        assert int(row["sum"]) == sum(minutes)
        assert (row["least"], row["most"]) == ((min(minutes), max(minutes)) if minutes else (None, None))
        assert row["mean"] is None if not minutes else float(row["mean"]) == pytest.approx(sum(minutes) / len(minutes))


def test_descriptions_come_only_when_asked_for(fibery: httpx.Client) -> None:
    plain, described = (fibery.get("/api/schema", params=params) for params in ({}, {"with-description": "true"}))
    command = {"command": "fibery.schema/query", "args": {"with-description?": True}}
    types = {kind["fibery/name"]: kind for kind in described.json()["fibery/types"]}
    assert "fibery/description" not in plain.json()["fibery/types"][0]
    assert types[FEATURE]["fibery/description"] == "What customers will notice."
    assert fields(types, TASK)["Scrum/Effort (pt)"]["fibery/description"] == "Story points, agreed in refinement."
    assert fields(types, TASK)["Scrum/Name"]["fibery/description"] is None
    assert described.headers["ETag"] != plain.headers["ETag"]
    assert fibery.post("/api/commands", json=command).json()["result"] == described.json()


def test_files_are_listed_with_their_entity_and_read_by_their_secret(fibery: httpx.Client) -> None:
    shown = ["fibery/name", "fibery/content-type", "fibery/content-length", "fibery/secret"]
    rows = ask(fibery, BUG, [{"Files/Files": {"q/select": shown, "q/limit": 10}}])["result"]
    files = {file["fibery/name"]: file for row in rows for file in row["Files/Files"]}
    assert set(files) == {"screen.png", "app.log"}
    for file in files.values():
        answer = fibery.get(f"/api/files/{file['fibery/secret']}")
        assert len(answer.content) == file["fibery/content-length"]
        assert answer.headers["Content-Type"].startswith(file["fibery/content-type"])
    assert fibery.get("/api/files/none").status_code == 404


def test_the_schema_command_leaves_out_what_was_deleted_only_with_the_switch(with_fibery: Open) -> None:
    names = []
    for shown in ("as_asked", "never"):
        with with_fibery(soft_deleted=shown) as (_, client):
            answer = client.post("/api/commands", json={"command": "fibery.schema/query"}).json()
            names.append({kind["fibery/name"] for kind in answer["result"]["fibery/types"]})
    assert names[0] - names[1] == {"Scrum/Commitment_1k83b2x_deleted"}
