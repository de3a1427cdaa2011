"""The Fibery server's own ways: tokens, envelopes, schema, documents, entity pages."""

import re

import httpx
import pytest

from volt_assets.sandbox.constants import FIBERY_TOKEN
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

from .conftest import Query

COMMANDS = "/api/commands"
USERS = {"command": "fibery.entity/query", "args": {"query": {"q/from": "fibery/user", "q/select": ["user/email"], "q/limit": 1}}}


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_both_schemes_are_accepted(sandbox: Sandbox, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {FIBERY_TOKEN}"}

    assert httpx.post(f"{sandbox.url}/fibery{COMMANDS}", json=USERS, headers=headers).json()["success"] is True
    assert re.fullmatch(r"[a-f0-9]{8}\.[a-f0-9]{35}", FIBERY_TOKEN)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong"}])
@pytest.mark.parametrize("path", ["/api/schema", "/api/documents/x"])
def test_a_wrong_token_gets_plain_text(sandbox: Sandbox, headers: dict[str, str], path: str) -> None:
    answer = httpx.get(f"{sandbox.url}/fibery{path}", headers=headers)

    assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_an_object_gives_an_object_and_an_array_an_array(fibery: httpx.Client) -> None:
    bad = {"command": "fibery.entity/query", "args": {"query": {"q/from": "Scrum/Nope", "q/select": ["fibery/id"], "q/limit": 1}}}
    one, two = fibery.post(COMMANDS, json=USERS).json(), fibery.post(COMMANDS, json=[bad, USERS])

    assert one["success"] is True
    assert two.status_code == 200
    assert [answer["success"] for answer in two.json()] == [False, True]
    assert two.json()[0]["result"]["message"] == '"Scrum/Nope" database was not found.'


def test_a_batch_is_one_command_with_several_envelopes(fibery: httpx.Client) -> None:
    answer = fibery.post(COMMANDS, json={"command": "fibery.command/batch", "args": {"commands": [USERS, USERS]}}).json()

    assert [one["success"] for one in answer["result"]] == [True, True]


@pytest.mark.parametrize("content", [b"{not json", b'{"command":"fibery.entity/drop"}', b"[1]"])
def test_what_is_no_command_is_a_server_error(fibery: httpx.Client, content: bytes) -> None:
    answer = fibery.post(COMMANDS, content=content)

    assert answer.status_code == 500
    assert set(answer.json()) == {"name", "message", "data"}


def test_the_schema_comes_without_an_envelope_and_can_be_cached(fibery: httpx.Client) -> None:
    first = fibery.get("/api/schema")
    again = fibery.get("/api/schema", headers={"If-None-Match": first.headers["ETag"]})

    assert first.json()["fibery/version"] == 6208
    assert (again.status_code, again.content) == (304, b"")
    assert fibery.post(COMMANDS, json={"command": "fibery.schema/query"}).json()["result"] == first.json()


def test_the_schema_has_the_keys_and_quirks_of_a_real_one(fibery: httpx.Client) -> None:
    types = {kind["fibery/name"]: kind for kind in fibery.get("/api/schema").json()["fibery/types"]}
    fields = {name: {one["fibery/name"]: one for one in kind["fibery/fields"]} for name, kind in types.items()}
    titles = {name: title_of(own) for name, own in fields.items() if types[name]["fibery/meta"].get("fibery/domain?")}

    assert all(set(kind) == {"fibery/name", "fibery/id", "fibery/meta", "fibery/fields", "fibery/deleted?"} for kind in types.values())
    assert (titles["Scrum/Task"], titles["Scrum/Bug"]) == ("Scrum/Name", "Scrum/name")
    assert "Scrum/Project " in fields["Scrum/Task"]
    assert fields["Scrum/Sprint"]["Scrum/Name"]["fibery/meta"]["formula/formula?"] is True
    assert "workflow/state" not in fields["Scrum/Sprint"]
    assert "comments/comments" not in fields["Scrum/Sub-task"]
    assert fields["Product Management/Feature"]["Product Management/Priority"]["fibery/type"] in types
    assert "Requests" in fields["Product Management/Feature"]["Product Management/Priority"]["fibery/type"]
    assert [name for name, kind in types.items() if kind["fibery/deleted?"]] == ["Scrum/Commitment_1k83b2x_deleted"]
    assert fields["Scrum/Task"]["Scrum/Old note_0y04m38_deleted"]["fibery/deleted?"] is True
    assert "user/role" not in fields["fibery/user"]
    assert all(one["fibery/type"] in types for own in fields.values() for one in own.values())


def title_of(fields: dict[str, dict[str, dict[str, object]]]) -> str | None:
    return next((name for name, field in fields.items() if field["fibery/meta"].get("ui/title?")), None)


def test_documents_are_read_by_their_secrets(fibery: httpx.Client, query: Query, world: World) -> None:
    select = {"secret": ["Product Management/Description", "Collaboration~Documents/secret"]}
    rows = query("Product Management/Feature", select)["result"]
    secrets = [row["secret"] for row in rows]  # type: ignore[attr-defined]  # the envelope is plain JSON
    single = fibery.get(f"/api/documents/{secrets[0]}", params={"format": "md"}).json()
    body = {"command": "get-documents", "args": [{"secret": "unknown"}, *({"secret": secret} for secret in secrets)]}
    several = fibery.post("/api/documents/commands", params={"format": "md"}, json=body).json()

    assert single == {"secret": secrets[0], "content": world.fibery.documents[secrets[0]]}
    assert "## Why now" in single["content"]
    assert [one["secret"] for one in several] == secrets


def test_descriptions_use_fiberys_own_markdown(world: World) -> None:
    texts = "\n".join(world.fibery.documents.values())

    assert "<br>" in texts
    assert re.search(r"\[\[Product Management/Feature: [^#]+#\^[0-9a-f-]{36}/[0-9a-f-]{36}\]\]", texts)
    assert re.search(r"\[\[#@[0-9a-f-]{36}/[0-9a-f-]{36}\]\]", texts)
    assert "> [//]: # (callout;" in texts
    assert "" in world.fibery.documents.values()


def test_comments_have_authors_parents_and_bodies(fibery: httpx.Client, query: Query, world: World) -> None:
    comments = {
        "q/from": "comments/comments",
        "q/select": {
            "author": ["comment/author", "user/email"],
            "parent": ["comments/parent", "fibery/id"],
            "secret": ["comment/document-secret"],
        },
        "q/order-by": [[["fibery/creation-date"], "q/asc"]],
        "q/limit": 100,
    }
    rows = query("Scrum/Task", {"comments": comments}, limit=1000)["result"]
    written = [comment for row in rows for comment in row["comments"]]  # type: ignore[attr-defined]  # plain JSON

    assert any(comment["parent"] for comment in written)
    assert any(comment["parent"] is None for comment in written)
    assert all("@" in comment["author"] and world.fibery.documents[comment["secret"]] for comment in written)


def test_a_reports_link_leads_to_a_page(sandbox: Sandbox, world: World) -> None:
    feature = world.fibery.entities("Product Management/Feature")[0]
    url = f"{sandbox.url}/fibery/Product_Management/Feature"
    page = httpx.get(f"{url}/any-slug-{feature['fibery/public-id']}")

    assert page.status_code == 200
    assert "<h1>Invoice export for accountants</h1>" in page.text
    assert httpx.get(f"{url}/{feature['fibery/public-id']}").text == page.text
    assert httpx.get(f"{url}/no-such-99999").status_code == 404
    assert httpx.get(f"{sandbox.url}/fibery/Ops/Incident/88").status_code == 404


def test_an_entity_page_escapes_its_text(sandbox: Sandbox, world: World) -> None:
    bug = next(row for row in world.fibery.entities("Scrum/Bug") if "&" in str(row["Scrum/name"]))
    page = httpx.get(f"{sandbox.url}/fibery/Scrum/Bug/{bug['fibery/public-id']}")

    assert "<h1>Search &amp; filter lose the page number</h1>" in page.text
