"""What is asked of Fibery and what its rows become. Not here: refusals and failures."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from resources.fibery import FiberyClient
from tests.resources.fakes import FakeFibery
from volt_assets.domain.entities import Assignee, EntityRecord, EntityRequest
from volt_assets.domain.fibery_schema import Database, Field, FieldKind

pytestmark = pytest.mark.anyio
OpenSession = Callable[..., Any]


def database(**changes: Any) -> Database:
    known: dict[str, Any] = {
        "name": "Scrum/Task",
        "title_field": "Scrum/Name",
        "fields": (),
        "has_workflow": True,
        "has_state_type": True,
        "has_assignees": True,
    }
    return Database(**(known | changes))


SPRINT = database(name="Scrum/Sprint", title_field="Scrum/name", has_workflow=False, has_state_type=False, has_assignees=False)


def field(kind: FieldKind, name: str = "Scrum/Field ", **changes: Any) -> Field:
    return Field(name=name, kind=kind, **({"type": "fibery/text"} | changes))


@pytest.fixture
def client(fibery: FakeFibery, open_session: OpenSession) -> FiberyClient:
    session = open_session(fibery.handle, service="Fibery", base_url="https://acme.fibery.example")
    return FiberyClient(session, batch_size=500)


async def record(client: FiberyClient, fibery: FakeFibery, asked: Field, value: object) -> EntityRecord:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "Fix", "f0": value}]
    request = EntityRequest(database=SPRINT, public_ids=("1",), fields=(asked,))
    return (await client.ask([request])).answers[0].records[0]


async def test_many_databases_and_the_users_are_asked_in_one_request(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda query: (
        [{"id": "u1", "name": "Ada Example", "email": "ADA@example.com"}] if query["q/from"] == "fibery/user" else []
    )
    answers = await client.ask(
        [EntityRequest(database=database(), public_ids=("1234",)), EntityRequest(database=SPRINT, public_ids=("7",))], with_users=True
    )
    assert client.requests_made == 1
    assert [query["q/from"] for query in fibery.queries] == ["Scrum/Task", "Scrum/Sprint", "fibery/user"]
    assert [(user.id, user.name, user.email) for user in answers.users] == [("u1", "Ada Example", "ada@example.com")]
    assert answers.users_failure is None


async def test_a_question_is_written_as_fibery_wants_it(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([EntityRequest(database=database(), public_ids=("1234", "1235", "1234"))])
    assert fibery.queries == [
        {
            "q/from": "Scrum/Task",
            "q/select": {
                "id": ["fibery/id"],
                "publicId": ["fibery/public-id"],
                "name": ["Scrum/Name"],
                "state": ["workflow/state", "enum/name"],
                "isFinal": ["workflow/state", "workflow/Final"],
                "stateType": ["workflow/state", "workflow/Type"],
                "assignees": {
                    "q/from": "assignments/assignees",
                    "q/select": {"name": ["user/name"], "email": ["user/email"]},
                    "q/limit": 100,
                },
            },
            "q/where": ["q/in", ["fibery/public-id"], "$ids"],
            "q/order-by": [[["fibery/id"], "q/asc"]],
            "q/limit": 1000,
        }
    ]
    assert fibery.params == [{"$ids": ["1234", "1235"]}]


async def test_what_a_database_does_not_have_is_not_asked(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([EntityRequest(database=SPRINT, public_ids=("1",))])
    assert fibery.queries[0]["q/select"].keys() == {"id", "publicId", "name"}


async def test_nothing_is_asked_for_no_ids(client: FiberyClient) -> None:
    answers = await client.ask([EntityRequest(database=SPRINT)])
    assert (answers.answers[0].records, answers.answers[0].failure, client.requests_made) == ((), None, 0)


async def test_many_ids_go_in_batches_and_come_back_as_one_answer(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda query: [{"id": f"u{number}", "publicId": number, "name": "x"} for number in query["params"]["$ids"]]
    ids = tuple(str(number) for number in range(1, 1202))
    answers = await client.ask([EntityRequest(database=SPRINT, public_ids=ids)])
    assert [len(params["$ids"]) for params in fibery.params] == [500, 500, 201]
    assert tuple(record.key.public_id for record in answers.answers[0].records) == ids
    assert client.requests_made == 1


async def test_more_than_a_hundred_commands_go_in_several_requests(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([EntityRequest(database=SPRINT, public_ids=("1",))] * 201)
    assert [len(post) for post in fibery.posts] == [100, 100, 1]


async def test_what_is_started_is_read_page_by_page(client: FiberyClient, fibery: FakeFibery) -> None:
    everything = [{"id": f"{number:04}", "publicId": str(number), "name": "x"} for number in range(2000)]

    def answer(query: dict[str, Any]) -> list[dict[str, Any]]:
        after = query["params"].get("$after", "")
        return [row for row in everything if row["id"] > after][: query["q/limit"]]

    fibery.answer = answer
    answers = await client.ask([EntityRequest(database=database(), started_only=True)])
    assert len(answers.answers[0].records) == 2000
    started = ["=", ["workflow/state", "workflow/Type"], "$started"]
    assert [query["q/where"] for query in fibery.queries] == [
        started, ["q/and", started, [">", ["fibery/id"], "$after"]], ["q/and", started, [">", ["fibery/id"], "$after"]],
    ]  # fmt: skip
    assert fibery.params[1] == {"$started": "Started", "$after": "0999"}


async def test_a_database_that_does_not_know_what_is_started_says_so(client: FiberyClient) -> None:
    answers = await client.ask([EntityRequest(database=SPRINT, started_only=True)])
    failure = answers.answers[0].failure
    assert failure is not None
    assert (failure.database, failure.code, client.requests_made) == ("Scrum/Sprint", "volt/no-state-type", 0)


async def test_what_was_open_in_a_week_is_not_final_or_changed_since_and_created_before_its_end(
    client: FiberyClient, fibery: FakeFibery
) -> None:
    await client.ask([EntityRequest(database=database(), open_in_week=date(2025, 10, 6))])
    not_final = ["!=", ["workflow/state", "workflow/Final"], "$final"]
    changed = [">=", ["fibery/modification-date"], "$since"]
    created = ["<", ["fibery/creation-date"], "$before"]
    assert [query["q/where"] for query in fibery.queries] == [["q/and", ["q/or", not_final, changed], created]]
    assert fibery.params[0] == {"$final": True, "$since": "2025-10-05T10:00:00.000Z", "$before": "2025-10-13T12:00:00.000Z"}


async def test_what_was_open_is_asked_a_thousand_at_a_time_and_on_only_where_there_is_more(
    client: FiberyClient, fibery: FakeFibery
) -> None:
    everything = [{"id": f"{number:04}", "publicId": str(number), "name": "x"} for number in range(1500)]

    def answer(query: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in everything if row["id"] > query["params"].get("$after", "")][: query["q/limit"]]

    fibery.answer = answer
    answers = await client.ask([EntityRequest(database=database(), open_in_week=date(2025, 10, 6))])
    assert len(answers.answers[0].records) == 1500
    assert [query["q/limit"] for query in fibery.queries] == [1000, 1000]


async def test_without_states_only_what_changed_since_counts_as_open(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([EntityRequest(database=SPRINT, open_in_week=date(2025, 10, 6))])
    changed, created = [">=", ["fibery/modification-date"], "$since"], ["<", ["fibery/creation-date"], "$before"]
    assert [query["q/where"] for query in fibery.queries] == [["q/and", changed, created]]
    assert "$final" not in fibery.params[0]


async def test_a_row_becomes_an_entity(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [
        {"id": "u1", "publicId": "1234", "name": "Fix \u202elogin", "state": "In progress", "stateType": "Started", "isFinal": False,
         "assignees": [{"name": "Ada Example", "email": "Ada@Example.com"}, {"name": "Bo", "email": None}]}
    ]  # fmt: skip
    found = (await client.ask([EntityRequest(database=database(), public_ids=("1234",))])).answers[0].records[0]
    assert str(found.key) == "Scrum/Task #1234"
    assert (found.name, found.state, found.state_type, found.is_final) == ("Fix login", "In progress", "Started", False)
    assert found.assignees == (Assignee(name="Ada Example", email="ada@example.com"), Assignee(name="Bo"))


@pytest.mark.parametrize("nothing", [None, {"enum/name": None}])
async def test_an_empty_state_is_nothing_in_both_forms(client: FiberyClient, fibery: FakeFibery, nothing: object) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": None, "state": nothing, "isFinal": nothing, "assignees": nothing}]
    found = (await client.ask([EntityRequest(database=database(), public_ids=("1",))])).answers[0].records[0]
    assert (found.name, found.state, found.is_final, found.assignees) == ("#1", None, None, ())


DATED = database(
    fields=(
        field(FieldKind.PRIMITIVE, "fibery/creation-date", type="fibery/date-time"),
        field(FieldKind.PRIMITIVE, "fibery/modification-date", type="fibery/date-time"),
    )
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-09-22T12:01:32.155Z", datetime(2025, 9, 22, 12, 1, 32, 155000, tzinfo=UTC)),
        ("2025-09-22T12:01:32", datetime(2025, 9, 22, 12, 1, 32, tzinfo=UTC)),
        ("lately", None),
        (None, None),
        (5, None),
    ],
)
async def test_an_entity_knows_when_it_was_made_and_changed(
    client: FiberyClient, fibery: FakeFibery, value: object, expected: datetime | None
) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x", "createdAt": value, "modifiedAt": value}]
    found = (await client.ask([EntityRequest(database=DATED, public_ids=("1",))])).answers[0].records[0]
    assert (found.created_at, found.modified_at) == (expected, expected)
    assert fibery.queries[0]["q/select"]["modifiedAt"] == ["fibery/modification-date"]


async def test_a_moment_at_the_calendars_edge_is_left_out_and_said_to_be(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x", "modifiedAt": "9999-12-31T23:59:59.999Z"}]
    found = (await client.ask([EntityRequest(database=DATED, public_ids=("1",))])).answers[0].records[0]
    assert found.modified_at is None
    assert [(one.about, one.reason) for one in found.remarks] == [("modification date", "Fibery says 9999-12-31, which is left out")]


async def test_rows_may_come_within_data(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: {"data": [{"id": "u1", "publicId": "1", "name": "x"}], "meta": {}}
    assert len((await client.ask([EntityRequest(database=SPRINT, public_ids=("1",))])).answers[0].records) == 1


ENTITY = field(FieldKind.ENTITY, "Scrum/Feature", type="Scrum/Feature", target_title="Scrum/name")


@pytest.mark.parametrize(
    ("asked", "expression"),
    [
        (field(FieldKind.PRIMITIVE), ["Scrum/Field "]),
        (field(FieldKind.OPTION), ["Scrum/Field ", "enum/name"]),
        (field(FieldKind.USER), ["Scrum/Field ", "user/name"]),
        (field(FieldKind.DOCUMENT), ["Scrum/Field ", "Collaboration~Documents/secret"]),
        (field(FieldKind.OPTIONS), {"q/from": "Scrum/Field ", "q/select": {"name": ["enum/name"]}, "q/limit": 100}),
        (field(FieldKind.USERS), {"q/from": "Scrum/Field ", "q/select": {"name": ["user/name"]}, "q/limit": 100}),
        (ENTITY, {"id": ["Scrum/Feature", "fibery/id"], "publicId": ["Scrum/Feature", "fibery/public-id"],
                  "name": ["Scrum/Feature", "Scrum/name"]}),
        (field(FieldKind.ENTITIES, target_title="Scrum/name"),
         {"q/from": "Scrum/Field ", "q/select": {"publicId": ["fibery/public-id"], "name": ["Scrum/name"]}, "q/limit": 100}),
    ],
)  # fmt: skip
async def test_each_kind_of_field_is_asked_for_in_its_way(
    client: FiberyClient, fibery: FakeFibery, asked: Field, expression: object
) -> None:
    await record(client, fibery, asked, None)
    assert fibery.queries[0]["q/select"]["f0"] == expression


@pytest.mark.parametrize(
    ("kind", "type_name", "value", "expected"),
    [
        (FieldKind.PRIMITIVE, "fibery/text", "a\u200bb\x00", "ab"),
        (FieldKind.PRIMITIVE, "fibery/text", "12", "12"),
        (FieldKind.PRIMITIVE, "fibery/decimal", "2.50", 2.5),
        (FieldKind.PRIMITIVE, "fibery/decimal", "3.0", 3),
        (FieldKind.PRIMITIVE, "fibery/decimal", 1.25, 1.25),
        (FieldKind.PRIMITIVE, "fibery/decimal", "NaN", "NaN"),
        (FieldKind.PRIMITIVE, "fibery/decimal", "1e999999", "1e999999"),
        (FieldKind.PRIMITIVE, "fibery/decimal", "many", "many"),
        (FieldKind.PRIMITIVE, "fibery/int", 3, 3),
        (FieldKind.PRIMITIVE, "fibery/bool", False, False),
        (FieldKind.PRIMITIVE, "fibery/date-range", {"start": "2026-01-01", "end": None}, {"start": "2026-01-01", "end": None}),
        (FieldKind.PRIMITIVE, "fibery/date-range", {"start": None, "end": None}, None),
        (FieldKind.PRIMITIVE, "fibery/date", None, None),
        (FieldKind.OPTION, "Scrum/Priority_Scrum/Task", "High", "High"),
        (FieldKind.OPTION, "Scrum/Priority_Scrum/Task", {"enum/name": None}, None),
        (FieldKind.OPTIONS, "Scrum/Tags_Scrum/Task", [{"name": "a"}, {"name": None}], ["a"]),
        (FieldKind.OPTIONS, "Scrum/Tags_Scrum/Task", None, []),
        (FieldKind.USER, "fibery/user", "Ada Example", "Ada Example"),
        (FieldKind.USERS, "fibery/user", [{"name": "Ada Example"}], ["Ada Example"]),
        (FieldKind.ENTITIES, "Scrum/Bug", [{"publicId": "1", "name": "Crash"}, {"publicId": "2", "name": None}], ["Crash", "#2"]),
    ],
)
async def test_each_kind_of_value_becomes_a_plain_one(
    client: FiberyClient, fibery: FakeFibery, kind: FieldKind, type_name: str, value: object, expected: object
) -> None:
    found = await record(client, fibery, field(kind, type=type_name), value)
    assert found.fields == {"Field": expected}
    assert found.parents == ()


async def test_a_value_nested_too_deeply_is_left_out_and_said_to_be(client: FiberyClient, fibery: FakeFibery) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = {"a": [deep]}
    found = await record(client, fibery, field(FieldKind.PRIMITIVE), deep)
    assert found.fields == {"Field": None}
    assert [(one.about, one.reason) for one in found.remarks] == [
        ("Field", "Fibery sent a value of more than 20 levels, which is left out")
    ]


async def test_a_title_that_is_no_text_is_none(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": {"a": {"b": ["x"]}}}]
    assert (await client.ask([EntityRequest(database=SPRINT, public_ids=("1",))])).answers[0].records[0].name == "#1"


async def test_a_related_entity_is_a_name(client: FiberyClient, fibery: FakeFibery) -> None:
    found = await record(client, fibery, ENTITY, {"id": "u9", "publicId": "1575", "name": "Pilot"})
    assert found.fields == {"Feature": "Pilot"}


@pytest.mark.parametrize("nothing", [None, {"id": None, "publicId": None, "name": None}])
async def test_an_empty_relation_is_nothing_in_both_forms(client: FiberyClient, fibery: FakeFibery, nothing: object) -> None:
    found = await record(client, fibery, ENTITY, nothing)
    assert found.fields == {"Feature": None}


async def test_two_fields_that_look_alike_both_keep_their_value(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x", "f0": "a", "f1": "b"}]
    fields = (field(FieldKind.PRIMITIVE, "Scrum/Note"), field(FieldKind.PRIMITIVE, "user/Note"))
    answers = await client.ask([EntityRequest(database=SPRINT, public_ids=("1",), fields=fields)])
    assert answers.answers[0].records[0].fields == {"Note": "a", "user/Note": "b"}


async def test_rich_texts_are_matched_by_secret_cleaned_and_cut(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [{"id": f"u{n}", "publicId": n, "name": "x", "f0": f"s{n}"} for n in "123"]
    fibery.texts = {"s1": "## Goal\u202e\n\n* item", "s2": "x" * 5000}
    request = EntityRequest(database=SPRINT, public_ids=("1", "2", "3"), fields=(field(FieldKind.DOCUMENT, "Scrum/Text"),))
    texts = [found.fields["Text"] for found in (await client.ask([request])).answers[0].records]
    assert texts == ["## Goal\n\n* item", "x" * 1999 + "…", None]
    assert str(fibery.requests[-1].url).endswith("/api/documents/commands?format=md")


async def test_rich_texts_are_asked_for_fifty_at_a_time(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda query: [{"id": f"u{n}", "publicId": n, "name": "x", "f0": f"s{n}"} for n in query["params"]["$ids"]]
    request = EntityRequest(
        database=SPRINT, public_ids=tuple(str(n) for n in range(120)), fields=(field(FieldKind.DOCUMENT, "Scrum/Text"),)
    )
    await client.ask([request])
    assert [len(post) for post in fibery.document_posts] == [50, 50, 20]


async def test_no_rich_text_costs_no_request(client: FiberyClient, fibery: FakeFibery) -> None:
    await record(client, fibery, field(FieldKind.DOCUMENT), None)
    assert client.requests_made == 1
