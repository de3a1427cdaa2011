"""What fails at Fibery, for one question or for all, and what the resource needs. Not here: answers that work."""

from typing import Any

import dagster as dg
import httpx
import pytest

from resources.errors import AnswerError, ConfigurationMissingError, RefusedError, ServiceError, UnavailableError
from resources.fibery import Answers, FiberyClient, FiberyResource
from tests.resources.fakes import FakeFibery
from volt_assets.domain.entities import EntityRequest
from volt_assets.domain.fibery_schema import Database, Field, FieldKind

pytestmark = pytest.mark.anyio
TOKEN = "a1b2c3d4.0123456789abcdef0123456789abcdef012"
SCHEMA_TYPE = {
    "fibery/name": "Scrum/Task",
    "fibery/meta": {"fibery/domain?": True},
    "fibery/fields": [{"fibery/name": "Scrum/Name", "fibery/type": "fibery/text", "fibery/meta": {"ui/title?": True}}],
}


def request(name: str = "Scrum/Task", *ids: str, **changes: Any) -> EntityRequest:
    database = Database(name=name, title_field="Scrum/Name", fields=(), has_workflow=True, has_state_type=True, has_assignees=False)
    return EntityRequest(database=database, public_ids=ids, **changes)


def resource(**changes: Any) -> FiberyResource:
    fields: dict[str, Any] = {"api_url": "https://acme.fibery.example", "token": TOKEN, "requests_per_second": 1000}
    return FiberyResource(**(fields | changes))


async def ask(fibery: FakeFibery, *requests: EntityRequest, with_users: bool = False) -> Answers:
    async with resource().client(transport=fibery.transport) as client:
        return await client.ask(requests, with_users=with_users)


def failure(name: str, message: str) -> dict[str, Any]:
    return {"name": name, "message": message, "data": {"params": {"$ids": ["confidential"]}, "token": TOKEN}}


async def test_a_failed_question_does_not_touch_the_others(fibery: FakeFibery) -> None:
    fibery.answer = lambda query: (
        failure("entity.error/schema-type-not-found", '"Scrum/Nope" database\nwas not found.')
        if query["q/from"] == "Scrum/Nope"
        else [{"id": "u1", "publicId": "1", "name": "x"}]
    )
    answers = (await ask(fibery, request("Scrum/Nope", "1"), request("Scrum/Task", "1"))).answers
    failed = answers[0].failure
    assert failed is not None
    assert (failed.database, failed.code) == ("Scrum/Nope", "entity.error/schema-type-not-found")
    assert failed.reason == '"Scrum/Nope" database was not found.'
    assert (len(answers[1].records), answers[1].failure) == (1, None)


async def test_a_failure_never_repeats_its_data(fibery: FakeFibery) -> None:
    fibery.answer = lambda _: failure(f"x {TOKEN}", f"bad {TOKEN}")
    shown = repr((await ask(fibery, request("Scrum/Task", "1"))).answers[0].failure)
    assert TOKEN not in shown
    assert "confidential" not in shown


@pytest.mark.parametrize("result", [None, "Sorry", [], {"name": ""}])
async def test_a_failure_without_a_name_is_a_failure(fibery: FakeFibery, result: object) -> None:
    fibery.override["/api/commands"] = lambda _: httpx.Response(200, json=[{"success": False, "result": result}])
    failed = (await ask(fibery, request("Scrum/Task", "1"))).answers[0].failure
    assert failed is not None
    assert failed.code == "unknown"


async def test_users_that_cannot_be_read_do_not_touch_the_answers(fibery: FakeFibery) -> None:
    fibery.answer = lambda query: (
        failure("entity.error/schema-field-not-found", "no")
        if query["q/from"] == "fibery/user"
        else [{"id": "u1", "publicId": "1", "name": "x"}]
    )
    answers = await ask(fibery, request("Scrum/Task", "1"), with_users=True)
    assert answers.users_failure is not None
    assert answers.users_failure.database == "fibery/user"
    assert len(answers.answers[0].records) == 1


@pytest.mark.parametrize("said", [{"1": "No field A.", "2": "No field B."}, {"1": "No field B.", "2": "No field A."}])
async def test_shares_that_fail_for_different_reasons_tell_each_once_in_whatever_order_they_came(
    fibery: FakeFibery, said: dict[str, str]
) -> None:
    fibery.answer = lambda query: failure("entity.error/schema-field-not-found", said[query["params"]["$ids"][0]])
    async with resource(batch_size=1).client(transport=fibery.transport) as client:
        [answer] = (await client.ask([request("Scrum/Task", "1", "2", "1")])).answers
    assert answer.failure is not None
    assert answer.failure.reason == "No field A.; No field B."


async def test_a_row_without_a_public_id_fails_its_question_only(fibery: FakeFibery) -> None:
    fibery.answer = lambda query: [{"id": "u1", "publicId": "1" if query["q/from"] == "Scrum/Bug" else None, "name": "x"}]
    answers = (await ask(fibery, request("Scrum/Task", "1"), request("Scrum/Bug", "1"))).answers
    assert [answer.failure.code if answer.failure else None for answer in answers] == ["volt/unreadable", None]


@pytest.mark.parametrize("body", ["[]", '[{"success": true, "result": []}, {"success": true, "result": []}]',
                                  '{"success": true, "result": []}', "null", "<html>"])  # fmt: skip
async def test_another_shape_than_agreed_is_refused(fibery: FakeFibery, body: str) -> None:
    fibery.override["/api/commands"] = lambda _: httpx.Response(200, text=body)
    with pytest.raises(AnswerError):
        await ask(fibery, request("Scrum/Task", "1"))


@pytest.mark.parametrize("result", ['"x"', "[1]", "null"])
async def test_one_odd_result_fails_its_question_only(fibery: FakeFibery, result: str) -> None:
    rows = '[{"id": "u1", "publicId": "1", "name": "x"}]'
    body = f'[{{"success": true, "result": {rows}}}, {{"success": true, "result": {result}}}]'
    fibery.override["/api/commands"] = lambda _: httpx.Response(200, text=body)
    answers = (await ask(fibery, request("Scrum/Task", "1"), request("Scrum/Bug", "1"))).answers
    assert [answer.failure.code if answer.failure else None for answer in answers] == [None, "volt/unreadable"]


async def test_a_user_without_an_id_fails_the_users_only(fibery: FakeFibery) -> None:
    fibery.answer = lambda _: [{"name": "Ada Example"}]
    answers = await ask(fibery, with_users=True)
    assert answers.users_failure is not None
    assert "user without an id" in answers.users_failure.reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(200, json={"message": "no"}), "Fibery did not send this text"),
        (httpx.Response(200, json=[{"secret": "s1"}, "s1", None]), "Fibery did not send this text"),
        (httpx.Response(500, json={"name": "documents.error/broken", "message": "Broken"}), "documents.error/broken"),
        (httpx.Response(200, text="<html>"), "no readable JSON"),
        (httpx.Response(200, text='[{"secret":"s1","content":"Confiden'), "answer cut off"),
        (httpx.Response(403, text="Forbidden"), "HTTP 403"),
        (httpx.Response(503, text="<html>"), "HTTP 503"),
    ],
)
async def test_texts_that_do_not_come_are_missing_with_the_reason_and_nothing_else_is(
    fibery: FakeFibery, answer: httpx.Response, reason: str
) -> None:
    text = Field(name="Scrum/Text", type="Collaboration~Documents/Document", kind=FieldKind.DOCUMENT)
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x", "f0": "s1"}]
    fibery.override["/api/documents/commands"] = lambda _: httpx.Response(answer.status_code, content=answer.content)
    [found] = (await ask(fibery, request("Scrum/Task", "1", fields=(text,)))).answers[0].records
    assert (found.name, found.fields) == ("x", {"Text": None})
    [remark] = found.remarks
    assert remark.about == "Text"
    assert remark.reason in {reason, f"Fibery did not send this text ({reason})"}


async def refusal(fibery: FakeFibery, answer: httpx.Response) -> ServiceError:
    fibery.override["/api/schema"] = lambda _: httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)
    with pytest.raises(ServiceError) as caught:
        async with resource().client(transport=fibery.transport) as client:
            await client.schema()
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


async def test_a_wrong_token_is_refused_with_the_remedy(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(401, text="Unauthorized"))
    assert isinstance(error, RefusedError)
    assert "Set FIBERY_API_TOKEN" in str(error)
    assert len(fibery.requests) == 1


async def test_a_workspace_that_does_not_exist_is_refused_with_the_remedy(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(404, html="<html>nothing here</html>"))
    assert isinstance(error, RefusedError)
    assert "Set FIBERY_WORKSPACE_NAME" in str(error)


async def test_a_host_that_does_not_exist_is_a_wrong_workspace(fibery: FakeFibery) -> None:
    import socket

    def unknown(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("unknown") from socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fibery.override["/api/schema"] = unknown
    with pytest.raises(RefusedError, match=r"no host https://acme\.fibery\.example, or no network\. Set FIBERY_WORKSPACE_NAME"):
        async with resource().client(transport=fibery.transport) as client:
            await client.schema()


async def test_a_user_without_rights_is_refused(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(403, text="Forbidden"))
    assert isinstance(error, RefusedError)
    assert "read access" in str(error)


async def test_a_server_error_that_names_itself_is_permanent(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(500, json={"name": "commands.error/unknown", "message": "No such command"}))
    assert isinstance(error, AnswerError)
    assert "commands.error/unknown: No such command" in str(error)
    assert len(fibery.requests) == 1


async def test_a_message_with_a_full_stop_gets_no_second_one(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(500, json={"name": "commands.error/unknown", "message": "No such command."}))
    assert "No such command. It expects" in str(error)


@pytest.mark.parametrize("answer", [httpx.Response(429, text="Too Many Requests"), httpx.Response(502, html="<html>"),
                                    httpx.Response(503), httpx.Response(504), httpx.Response(500, text="oops"),
                                    httpx.Response(500, json={"name": "unexpected.error/internal", "message": "Unexpected failure."}),
                                    httpx.Response(200, text='{"fibery/types": [{"fib'), httpx.Response(200)])  # fmt: skip
async def test_fibery_being_busy_or_down_or_cut_off_is_tried_three_times(fibery: FakeFibery, answer: httpx.Response) -> None:
    assert isinstance(await refusal(fibery, answer), UnavailableError)
    assert len(fibery.requests) == 3


BLIPS = [
    httpx.Response(200, text='[{"success": true, "res'),
    httpx.Response(500, json={"name": "unexpected.error/internal", "message": "Unexpected failure."}),
]


@pytest.mark.parametrize("blip", BLIPS)
async def test_one_blip_costs_nothing_but_a_second_request(fibery: FakeFibery, blip: httpx.Response) -> None:
    def once(request: httpx.Request) -> httpx.Response:
        del fibery.override["/api/commands"]
        return httpx.Response(blip.status_code, content=blip.content)

    fibery.override["/api/commands"] = once
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x"}]
    answer = (await ask(fibery, request("Scrum/Task", "1"))).answers[0]
    assert (len(answer.records), answer.failure) == (1, None)


async def test_an_answer_that_is_cut_again_and_again_says_so(fibery: FakeFibery) -> None:
    error = await refusal(fibery, httpx.Response(200, text='{"fibery/types": [{"fib'))
    assert str(error) == "Fibery sent an answer that was cut off (HTTP 200). Try again later."


NO_SCHEMAS = [
    "<html>",
    "{}",
    "[]",
    "null",
    '{"fibery/types": 5}',
    '{"fibery/types": ["x"]}',
    '{"fibery/types": [{"fibery/name": "x", "fibery/meta": {"fibery/domain?": true}}]}',
]


@pytest.mark.parametrize("body", NO_SCHEMAS)
async def test_what_is_no_schema_is_refused(fibery: FakeFibery, body: str) -> None:
    assert isinstance(await refusal(fibery, httpx.Response(200, text=body)), AnswerError)


async def test_the_token_travels_in_the_header(fibery: FakeFibery) -> None:
    await ask(fibery, request("Scrum/Task", "1"))
    assert fibery.requests[0].headers["authorization"] == f"Token {TOKEN}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"token": " "}, "FIBERY_API_TOKEN is not set"),
        ({"api_url": ""}, "FIBERY_WORKSPACE_NAME is not set"),
        ({"api_url": "https://.fibery.io"}, "FIBERY_WORKSPACE_NAME is not set"),
        ({"api_url": "https://{workspace}.fibery.io"}, "FIBERY_WORKSPACE_NAME is not set"),
        ({"workspace": "acme/"}, "FIBERY_WORKSPACE_NAME is 'acme/': give only the name before .fibery.io"),
        ({"workspace": "https://acme/.fibery.io"}, "FIBERY_WORKSPACE_NAME is 'https://acme/.fibery.io': give only"),
    ],
)
async def test_a_missing_setting_is_named(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationMissingError, match=message):
        async with resource(**changes).client():
            pass


def test_the_resource_does_not_show_its_token() -> None:
    assert TOKEN not in repr(resource())


async def test_a_client_asks_for_the_schema_once(fibery: FakeFibery) -> None:
    fibery.schema = {"fibery/types": [SCHEMA_TYPE]}
    async with resource().client(transport=fibery.transport) as client:
        assert [database.name for database in (await client.schema()).databases] == ["Scrum/Task"]
        await client.schema()
    assert str(fibery.requests[0].url).endswith("/api/schema?with-description=false&with-soft-deleted=false")
    assert len(fibery.requests) == 1


def test_two_assets_of_a_run_ask_for_the_schema_once(fibery: FakeFibery) -> None:
    async def count(known: FiberyResource) -> int:
        async with known.client(transport=fibery.transport) as client:
            return len((await client.schema()).databases)

    @dg.asset
    async def first(fibery_api: FiberyResource) -> int:
        return await count(fibery_api)

    @dg.asset(deps=[first])
    async def second(fibery_api: FiberyResource) -> int:
        return await count(fibery_api)

    fibery.schema = {"fibery/types": [SCHEMA_TYPE]}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([first, second], resources={"fibery_api": resource()}, instance=instance)
    assert result.output_for_node("second") == 1
    assert len(fibery.requests) == 1


async def test_a_client_that_fails_keeps_no_schema(fibery: FakeFibery) -> None:
    known = resource()
    fibery.schema = {}
    with pytest.raises(AnswerError):
        async with known.client(transport=fibery.transport) as client:
            await client.schema()
    fibery.schema = {"fibery/types": [SCHEMA_TYPE]}
    async with known.client(transport=fibery.transport) as client:
        assert isinstance(client, FiberyClient)
        assert len((await client.schema()).databases) == 1
