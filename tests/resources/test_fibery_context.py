"""What belongs to an entity, in the query for the entity itself: the way up, progress, comments of the week, budgets."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from resources.fibery import FiberyClient
from tests.domain.schemas import BUG, FEATURE, SCHEMA, SUB_TASK, TASK, of
from tests.resources.fakes import FakeFibery, session
from volt_assets.domain.entities import Below, Budget, EntityRecord, EntityRequest, Period, Progress, Remark
from volt_assets.domain.fibery_schema import Field, FieldKind
from volt_assets.domain.plans import DatabasePlan, Wishes, plan_databases
from volt_assets.domain.strategies import STRATEGIES

pytestmark = pytest.mark.anyio
WEEK = Period(since=datetime(2025, 10, 5, 22, tzinfo=UTC), until=datetime(2025, 10, 12, 22, tzinfo=UTC))
NOTE = Field(name="Scrum/Note", type="fibery/text", kind=FieldKind.PRIMITIVE)
TEXT = Field(name="Scrum/Text", type="Collaboration~Documents/Document", kind=FieldKind.DOCUMENT)


@pytest.fixture
def client(fibery: FakeFibery) -> FiberyClient:
    return FiberyClient(session(fibery.handle, service="Fibery", base_url="https://acme.fibery.example"))


def plan(name: str) -> DatabasePlan:
    return plan_databases(SCHEMA, [name], {}, Wishes(activity="default_enrich_entity"), STRATEGIES)[name]


async def record(client: FiberyClient, fibery: FakeFibery, request: EntityRequest, **row: Any) -> EntityRecord:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "Fix", **row}]
    return (await client.ask([request])).answers[0].records[0]


def comment(day: int, secret: str | None = None, author: str | None = "Ada Example", hour: int = 9) -> dict[str, Any]:
    return {"created": f"2025-10-{day:02}T{hour:02}:00:00.000Z", "author": author, "secret": secret}


SUB = EntityRequest(database=of(SUB_TASK), public_ids=("1",), parents=plan(SUB_TASK).parents)
BUGS = EntityRequest(database=of(BUG), public_ids=("1",), parents=plan(BUG).parents)
TALK = EntityRequest(database=of(TASK), public_ids=("1",), comments=WEEK)


async def test_parents_are_asked_for_by_paths_of_at_most_three_relations(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([SUB])
    select = fibery.queries[0]["q/select"]
    assert select["p1"] == {
        "id": ["Scrum/Task", "Product/Feature", "fibery/id"],
        "publicId": ["Scrum/Task", "Product/Feature", "fibery/public-id"],
        "name": ["Scrum/Task", "Product/Feature", "Product/name"],
        "state": ["Scrum/Task", "Product/Feature", "workflow/state", "enum/name"],
        "isFinal": ["Scrum/Task", "Product/Feature", "workflow/state", "workflow/Final"],
    }
    assert select["p2"]["name"] == ["Scrum/Task", "Product/Feature", "Product/Epic", "Product/Name"]
    assert "state" not in select["p2"]
    assert client.requests_made == 1


async def test_the_way_up_is_read_nearest_first(client: FiberyClient, fibery: FakeFibery) -> None:
    above = {
        "p0": {"publicId": "20", "name": "Log\u200bin", "state": "Doing", "isFinal": False},
        "p1": {"publicId": "8", "name": None, "state": None, "isFinal": None},
        "p2": {"publicId": "3", "name": "Onboarding"},
    }
    found = await record(client, fibery, SUB, **above)
    assert [(link.relation, str(link.entity), link.name, link.state) for link in found.parents] == [
        ("Task", "Scrum/Task #20", "Login", "Doing"),
        ("Feature", "Product/Feature #8", "#8", None),
        ("Epic", "Product/Epic #3", "Onboarding", None),
    ]


@pytest.mark.parametrize("nothing", [None, {"publicId": None, "name": None}, "x", []])
async def test_where_the_nearest_parent_is_empty_the_next_way_is_taken(client: FiberyClient, fibery: FakeFibery, nothing: object) -> None:
    above = {"p0": nothing, "p1": nothing, "p2": nothing, "p3": {"publicId": "8", "name": "Sign-in"}, "p4": {"publicId": "3", "name": "E"}}
    found = await record(client, fibery, BUGS, **above)
    assert [str(link.entity) for link in found.parents] == ["Product/Feature #8", "Product/Epic #3"]


async def test_an_entity_without_parents_has_none(client: FiberyClient, fibery: FakeFibery) -> None:
    assert (await record(client, fibery, BUGS)).parents == ()


async def test_what_is_above_is_asked_for_by_what_is_below_it(client: FiberyClient, fibery: FakeFibery) -> None:
    way, other = Below(path=("Scrum/Tasks", "Scrum/Sub-tasks"), public_ids=("4", "5")), Below(path=("Scrum/Bugs",), public_ids=("7",))
    fibery.answer = lambda _: [{"id": "u8", "publicId": "8", "name": "Sign-in"}]
    answers = await client.ask([EntityRequest(database=of(FEATURE), below=(way, other))])
    assert [query["q/where"] for query in fibery.queries] == [
        ["q/in", ["Scrum/Tasks", "Scrum/Sub-tasks", "fibery/public-id"], "$ids"],
        ["q/in", ["Scrum/Bugs", "fibery/public-id"], "$ids"],
    ]
    assert fibery.params == [{"$ids": ["4", "5"]}, {"$ids": ["7"]}]
    assert [record.key.public_id for record in answers.answers[0].records] == ["8"]
    assert client.requests_made == 1


async def test_a_question_by_what_is_below_that_takes_too_long_is_asked_in_halves(client: FiberyClient, fibery: FakeFibery) -> None:
    slow = {"name": "entity.error/unknown", "message": "timeout"}
    fibery.answer = lambda query: slow if len(query["params"]["$ids"]) > 1 else [{"id": "u", "publicId": query["params"]["$ids"][0]}]
    answers = await client.ask([EntityRequest(database=of(FEATURE), below=(Below(path=("Scrum/Tasks",), public_ids=("4", "5")),))])
    assert [record.key.public_id for record in answers.answers[0].records] == ["4", "5"]


CHILDREN = EntityRequest(database=of(FEATURE), public_ids=("1",), children=plan(FEATURE).children)


async def test_progress_counts_what_is_final_of_all_that_is_below(client: FiberyClient, fibery: FakeFibery) -> None:
    tasks, bugs = [{"isFinal": True}, {"isFinal": False}, {"isFinal": None}], [{"isFinal": True}]
    found = await record(client, fibery, CHILDREN, c0=tasks, c1=bugs)
    assert found.progress == Progress(done=2, all=4)
    assert fibery.queries[0]["q/select"]["c0"] == {
        "q/from": "Scrum/Tasks",
        "q/select": {"isFinal": ["workflow/state", "workflow/Final"]},
        "q/limit": 100,
    }


async def test_a_hundred_children_may_be_more(client: FiberyClient, fibery: FakeFibery) -> None:
    found = await record(client, fibery, CHILDREN, c0=[{"isFinal": True}] * 100, c1=[])
    assert found.progress == Progress(done=100, all=100, is_partial=True)


@pytest.mark.parametrize("nothing", [None, [], "x"])
async def test_nothing_below_is_no_progress(client: FiberyClient, fibery: FakeFibery, nothing: object) -> None:
    assert (await record(client, fibery, CHILDREN, c0=nothing, c1=nothing)).progress is None


async def test_comments_of_the_week_alone_are_read_oldest_first(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.texts = {"s1": "See [[Scrum/Task: Login#^a/b]]<br>now", "s2": "Fine\u202e"}
    comments = [comment(13), comment(8, "s2"), comment(6, "s1", None), comment(5), {"created": "lately"}, comment(12, hour=22), "x"]
    found = await record(client, fibery, TALK, comments=comments)
    assert [(one.author, one.text) for one in found.comments] == [(None, "See Login\nnow"), ("Ada Example", "Fine")]
    assert (found.comments_in_period, client.documents_asked) == (2, 2)


async def test_only_as_many_comments_as_the_budget_allows_are_paid_for(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.texts = {f"s{day}": "word " * 50 for day in range(6, 11)}
    talk = TALK.model_copy(update={"budget": Budget(max_comments=2, max_comment_characters=20)})
    found = await record(client, fibery, talk, comments=[comment(day, f"s{day}") for day in range(6, 11)])
    assert fibery.document_posts == [["s9", "s10"]]
    assert [one.created_at.day for one in found.comments] == [9, 10]
    assert found.remarks == (
        Remark(about="comments", reason="the newest 2 of 5 are kept"),
        Remark(about="comments", reason="only the first 20 of 250 characters are kept"),
    )


async def test_a_hundred_comments_in_a_week_may_be_more(client: FiberyClient, fibery: FakeFibery) -> None:
    found = await record(client, fibery, TALK, comments=[comment(8)] * 100)
    assert Remark(about="comments", reason="only the newest 100 are known") in found.remarks


async def test_a_database_is_not_asked_for_comments_that_nobody_wants(client: FiberyClient, fibery: FakeFibery) -> None:
    await client.ask([TALK.model_copy(update={"comments": None})])
    assert "comments" not in fibery.queries[0]["q/select"]


async def test_two_megabytes_of_description_are_cut_and_said_to_be(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.texts = {"s1": "y" * 2_000_000}
    request = EntityRequest(database=of(TASK), public_ids=("1",), fields=(TEXT, NOTE), budget=Budget(max_text_characters=100))
    found = await record(client, fibery, request, f0="s1", f1="z" * 500_000)
    assert (len(found.fields["Text"]), len(found.fields["Note"])) == (100, 100)
    assert [(one.about, one.reason) for one in found.remarks] == [
        ("Text", "only the first 100 of 2000000 characters are kept"),
        ("Note", "only the first 100 of 500000 characters are kept"),
    ]


async def test_a_secret_that_answers_nothing_is_said_and_told_to_nobody(client: FiberyClient, fibery: FakeFibery) -> None:
    request = EntityRequest(database=of(TASK), public_ids=("1",), fields=(TEXT,), comments=WEEK)
    found = await record(client, fibery, request, f0="secret-of-text", comments=[comment(8, "secret-of-comment")])
    assert (found.fields["Text"], found.comments[0].text) == (None, None)
    assert {(one.about, one.reason) for one in found.remarks} == {(name, "Fibery did not send this text") for name in ("Text", "comments")}
    assert "secret-of" not in repr(found)


async def test_a_document_whose_secret_is_no_text_costs_that_text_alone(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.override["/api/documents/commands"] = lambda _: httpx.Response(
        200, json=[{"secret": ["s1"], "content": "odd"}, {"secret": {"s": 1}, "content": "odd"}, {"secret": "s1", "content": "kept"}]
    )
    found = await record(client, fibery, EntityRequest(database=of(TASK), public_ids=("1",), fields=(TEXT,)), f0="s1")
    assert found.fields["Text"] == "kept"


async def test_an_empty_text_is_nothing_to_remark_on(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.texts = {"s1": ""}
    found = await record(client, fibery, EntityRequest(database=of(TASK), public_ids=("1",), fields=(TEXT,)), f0="s1")
    assert (found.fields["Text"], found.remarks) == ("", ())


async def test_files_are_their_names(client: FiberyClient, fibery: FakeFibery) -> None:
    files = of(TASK).field("Files")
    assert files is not None
    found = await record(client, fibery, EntityRequest(database=of(TASK), public_ids=("1",), fields=(files,)), f0=[{"name": "shot.png"}])
    assert found.fields == {"Files": ["shot.png"]}
    assert fibery.queries[0]["q/select"]["f0"] == {"q/from": "Files/Files", "q/select": {"name": ["fibery/name"]}, "q/limit": 100}


async def test_a_list_that_fibery_cut_is_said_to_be(client: FiberyClient, fibery: FakeFibery) -> None:
    cases = of(TASK).field("Test cases")
    assert cases is not None
    request = EntityRequest(database=of(TASK), public_ids=("1",), fields=(cases,))
    found = await record(client, fibery, request, f0=[{"publicId": "1", "name": "Case"}] * 100)
    assert found.remarks == (Remark(about="Test cases", reason="only the first 100 are known"),)


ERRORS = [
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
]


@pytest.mark.parametrize("code", ERRORS)
async def test_a_question_that_fails_for_what_it_asks_keeps_number_title_and_state(
    client: FiberyClient, fibery: FakeFibery, code: str
) -> None:
    def answer(query: dict[str, Any]) -> Any:
        if "f0" in query["q/select"]:
            return {"name": code, "message": "This cannot be asked."}
        return [{"id": "u1", "publicId": "1", "name": "Fix", "state": "Doing", "isFinal": False}]

    fibery.answer = answer
    rich = EntityRequest(database=of(TASK), public_ids=("1",), fields=(NOTE,), parents=plan(TASK).parents, comments=WEEK)
    other = EntityRequest(database=of(BUG), public_ids=("1",))
    first, second = (await client.ask([rich, other])).answers
    assert [(one.name, one.state, one.parents, one.fields) for one in first.records] == [("Fix", "Doing", (), {})]
    assert first.failure is None
    assert first.reduced is not None
    assert (first.reduced.database, first.reduced.code) == (TASK, code)
    assert first.records[0].remarks == (Remark(about="context", reason="This cannot be asked."),)
    assert (second.records[0].remarks, second.reduced) == ((), None)
    assert client.requests_made == 2


async def test_a_database_that_is_gone_is_not_asked_again(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: {"name": "entity.error/schema-type-not-found", "message": "No such database."}
    [answer] = (await client.ask([EntityRequest(database=of(TASK), public_ids=("1",), fields=(NOTE,))])).answers
    assert (answer.records, client.requests_made) == ((), 1)
    assert answer.failure is not None
    assert answer.failure.reason == "No such database."


async def test_a_question_that_fails_even_for_the_least_has_failed(client: FiberyClient, fibery: FakeFibery) -> None:
    fibery.answer = lambda _: {"name": "entity.error/schema-field-not-found", "message": "No."}
    [answer] = (await client.ask([EntityRequest(database=of(TASK), public_ids=("1",), fields=(NOTE,))])).answers
    assert (answer.records, client.requests_made) == ((), 2)
    assert answer.failure is not None


async def test_only_the_share_that_failed_is_said_to_be_less(fibery: FakeFibery) -> None:
    client = FiberyClient(session(fibery.handle, service="Fibery", base_url="https://acme.fibery.example"), batch_size=1)

    def answer(query: dict[str, Any]) -> Any:
        if "f0" in query["q/select"] and query["params"]["$ids"] == ["2"]:
            return {"name": "entity.error/unknown", "message": "No."}
        return [{"id": "u", "publicId": query["params"]["$ids"][0], "name": "x"}]

    fibery.answer = answer
    [got] = (await client.ask([EntityRequest(database=of(TASK), public_ids=("1", "2"), fields=(NOTE,))])).answers
    assert [(one.key.public_id, bool(one.remarks)) for one in got.records] == [("1", False), ("2", True)]


async def test_of_an_entity_that_two_shares_find_the_whole_record_stays_though_the_lesser_came_later(
    client: FiberyClient, fibery: FakeFibery
) -> None:
    def answer(query: dict[str, Any]) -> Any:
        if "f0" in query["q/select"] and query["params"]["$ids"] == ["4"]:
            return {"name": "entity.error/unknown", "message": "No."}
        return [{"id": "u8", "publicId": "8", "name": "Sign-in", "f0": "noted"}]

    fibery.answer = answer
    ways = tuple(Below(path=("Scrum/Tasks",), public_ids=(number,)) for number in ("4", "5"))
    [got] = (await client.ask([EntityRequest(database=of(FEATURE), below=ways, fields=(NOTE,))])).answers
    assert [(one.key.public_id, one.fields, one.remarks) for one in got.records] == [("8", {"Note": "noted"}, ())]
