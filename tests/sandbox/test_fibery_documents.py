"""Fibery's rich texts and files by their secrets: missing ones, long ones, batches. Each switch in both states."""

import httpx
import pytest

from volt_assets.sandbox.world import World

from .conftest import Open, ask

FEATURE = "Product Management/Feature"
SECRET = {"secret": ["Product Management/Description", "Collaboration~Documents/secret"], "id": "fibery/public-id"}


def secrets(client: httpx.Client) -> dict[str, str]:
    """The secret of each feature's description, by public id."""
    return {row["id"]: row["secret"] for row in ask(client, FEATURE, SECRET)["result"]}


def read(client: httpx.Client, *asked: str, **params: str) -> httpx.Response:
    body = {"command": "get-documents", "args": [{"secret": secret} for secret in asked]}
    return client.post("/api/documents/commands", params=params, json=body)


@pytest.mark.parametrize(
    ("behaviour", "alone", "together"),
    [
        ("left_out", 404, ["known"]),
        ("empty", {"secret": "nobody's", "content": ""}, ["known", {"secret": "nobody's", "content": ""}]),
        ("null", {"secret": "nobody's", "content": None}, ["known", {"secret": "nobody's", "content": None}]),
        ("refused", 404, 404),
    ],
)
def test_an_unknown_secret_has_several_possible_answers(with_fibery: Open, behaviour: str, alone: object, together: object) -> None:
    with with_fibery(unknown_secret=behaviour) as (_, client):
        (known, *_) = secrets(client).values()
        single, several = client.get("/api/documents/nobody's"), read(client, known, "nobody's")
    items = several.json()
    shown = ["known" if item["secret"] == known else item for item in items] if isinstance(items, list) else several.status_code
    assert (single.status_code if single.status_code != 200 else single.json()) == alone
    assert shown == together


def test_the_answers_order_need_not_be_the_asked_one(with_fibery: Open) -> None:
    orders = []
    for order in ("asked", "reversed"):
        with with_fibery(documents_order=order) as (_, client):
            asked = list(secrets(client).values())[:4]
            orders.append([item["secret"] for item in read(client, *asked).json()])
    assert orders == [asked, asked[::-1]]


@pytest.mark.parametrize(("above", "status", "count"), [("refused", 500, 3), ("cut", 200, 3)])
def test_too_many_secrets_are_an_error_or_silently_cut(with_fibery: Open, above: str, status: int, count: int) -> None:
    with with_fibery(most_documents=3, documents_above=above) as (_, client):
        asked = list(secrets(client).values())[:5]
        fits, too_many = read(client, *asked[:3]), read(client, *asked)
    assert len(fits.json()) == 3
    assert (too_many.status_code, len(too_many.json())) == (status, count)
    assert isinstance(too_many.json(), dict) == (above == "refused")


def test_an_entitys_text_can_be_lost_though_it_has_a_secret(with_fibery: Open, world: World) -> None:
    public_id = str(world.fibery.entities(FEATURE)[0]["fibery/public-id"])
    with with_fibery(lost_texts=[(FEATURE, public_id)]) as (_, client):
        known = secrets(client)
        answered = {item["secret"] for item in read(client, *known.values()).json()}
    assert set(known.values()) - answered == {known[public_id]}


def test_a_lost_text_may_have_lost_its_secret_too(with_fibery: Open, world: World) -> None:
    public_id = str(world.fibery.entities(FEATURE)[0]["fibery/public-id"])
    with with_fibery(lost_texts=[(FEATURE, public_id)], lost_texts_secret="null") as (_, client):
        assert [one for one, secret in secrets(client).items() if secret is None] == [public_id]


def test_a_text_can_be_two_megabytes_long(with_fibery: Open, world: World) -> None:
    first, second = (str(row["fibery/public-id"]) for row in world.fibery.entities(FEATURE)[:2])
    with with_fibery(long_texts=[(FEATURE, first)]) as (_, client):
        known = secrets(client)
        long, usual = (client.get(f"/api/documents/{known[one]}").json()["content"] for one in (first, second))
    assert len(long.encode()) == 2_000_000
    assert "## Why now" in long
    assert len(usual) < 1_000


def test_the_length_of_long_texts_can_be_chosen(with_fibery: Open, world: World) -> None:
    public_id = str(world.fibery.entities(FEATURE)[0]["fibery/public-id"])
    with with_fibery(long_texts=[(FEATURE, public_id)], long_text_bytes=70_000) as (_, client):
        assert len(client.get(f"/api/documents/{secrets(client)[public_id]}").text) > 70_000


@pytest.mark.parametrize(("wanted", "begins"), [("md", "Accountants"), ("html", "<p>Accountants"), ("plain-text", "Accountants")])
def test_a_text_comes_in_the_format_asked_for(with_fibery: Open, wanted: str, begins: str) -> None:
    with with_fibery() as (_, client):
        (item,) = read(client, next(iter(secrets(client).values())), format=wanted).json()
        first = next(text for secret in secrets(client).values() if "Accountants" in (text := content(client, secret, wanted)))
    assert item["content"]
    assert first.startswith(begins)


def content(client: httpx.Client, secret: str, wanted: str) -> str:
    return str(client.get(f"/api/documents/{secret}", params={"format": wanted}).json()["content"])


def test_as_json_a_text_is_a_document_with_its_inline_comments(with_fibery: Open) -> None:
    with with_fibery() as (_, client):
        (item,) = read(client, next(iter(secrets(client).values())), format="json").json()
    assert set(item["content"]) == {"doc", "comments"}
    assert item["content"]["doc"]["type"] == "doc"


@pytest.mark.parametrize("content", [b"[]", b'{"command": "get-documents"}', b'{"command": "drop", "args": []}'])
def test_what_is_no_documents_command_is_a_server_error(with_fibery: Open, content: bytes) -> None:
    with with_fibery() as (_, client):
        assert client.post("/api/documents/commands", content=content).status_code == 500
