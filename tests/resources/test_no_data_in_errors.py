"""No error repeats what may be data: a cut answer, rows in place of an error, a prompt. Not here: tokens (`test_no_token_leaks`)."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import httpx2
import pytest

from resources.fibery import FiberyClient, FiberyResource
from resources.llm import LlmResource, ModelError
from resources.toggl import TogglResource
from tests.resources.fakes import FIBERY_TOKEN, TOGGL_TOKEN, FakeFibery, leaks
from volt_assets.domain.entities import EntityRequest
from volt_assets.domain.fibery_schema import Database, Field, FieldKind
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
SECRET = "b4006039-0000-4000-8000-00000000000a"
TEXT = Field(name="Scrum/Text", type="Collaboration~Documents/Document", kind=FieldKind.DOCUMENT)
TASK = Database(name="Scrum/Task", title_field="Scrum/Name", fields=(), has_workflow=False, has_state_type=False, has_assignees=False)
REQUEST = EntityRequest(database=TASK, public_ids=("1",), fields=(TEXT,))
BODIES = [f'[{{"secret":"{SECRET}","content":"It', f'{{"secret":"{SECRET}', f'[{{"secret":"{SECRET}"}}]', f"<p>{SECRET}",
          f'{{"name":["{SECRET}"],"message":{{"x":"{SECRET}"}},"error":["{SECRET}"]}}', f'{{"error":{{"x":"{SECRET}"}}}}']  # fmt: skip
STATUSES = [200, 206, 400, 403, 404, 413, 500]


async def ask_fibery(transport: httpx.MockTransport, ask: Callable[[FiberyClient], Awaitable[Any]]) -> Any:
    known = FiberyResource(api_url="https://acme.fibery.example", token=FIBERY_TOKEN, requests_per_second=100_000)
    async with known.client(transport=transport) as client:
        return await ask(client)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", ["/api/schema", "/api/commands"])
async def test_fiberys_answer_is_in_no_error(fibery: FakeFibery, path: str, body: str, status: int) -> None:
    async def ask(client: FiberyClient) -> None:
        await client.schema()
        await client.ask([REQUEST, REQUEST])

    fibery.override[path] = lambda _: httpx.Response(status, text=body)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, it must not leak
        await ask_fibery(fibery.transport, ask)
    assert leaks(caught.value, SECRET) == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", BODIES)
async def test_fiberys_answer_is_no_reason_for_a_missing_text(fibery: FakeFibery, body: str, status: int) -> None:
    fibery.answer = lambda _: [{"id": "u1", "publicId": "1", "name": "x", "f0": SECRET}]
    fibery.override["/api/documents/commands"] = lambda _: httpx.Response(status, text=body)
    [answer] = (await ask_fibery(fibery.transport, lambda client: client.ask([REQUEST]))).answers
    [remark] = answer.records[0].remarks
    assert remark.reason.startswith("Fibery did not send this text")
    assert len(remark.reason) < 80
    assert SECRET not in repr(answer)


@pytest.mark.parametrize("result", [[{"secret": SECRET}], SECRET, {"name": [SECRET], "message": {"x": SECRET}}, {"data": SECRET}])
async def test_rows_in_place_of_an_error_are_no_reason(fibery: FakeFibery, result: object) -> None:
    fibery.override["/api/commands"] = lambda _: httpx.Response(200, json=[{"success": False, "result": result}])
    [answer] = (await ask_fibery(fibery.transport, lambda client: client.ask([EntityRequest(database=TASK, public_ids=("1",))]))).answers
    assert answer.failure is not None
    assert SECRET not in repr(answer)


@pytest.mark.parametrize("status", [*STATUSES, 401, 402])
@pytest.mark.parametrize("body", BODIES)
async def test_toggls_answer_is_in_no_error(body: str, status: int) -> None:
    known = TogglResource(api_url="https://toggl.example", token=TOGGL_TOKEN, workspace_id="1", requests_per_second=1000)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, it must not leak
        async with known.client(transport=httpx.MockTransport(lambda _: httpx.Response(status, text=body))) as client:
            await client.week(Week(monday=date(2025, 10, 6)))
    assert leaks(caught.value, SECRET) == []


async def model_reason(handler: Callable[[httpx2.Request], httpx2.Response]) -> str:
    known = LlmResource(provider="openai", base_url="https://llm.example/v1", api_key="local-key-0123456789", model="m")
    with pytest.raises(ModelError) as caught:
        await known.complete("s", SECRET, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(handler)))
    return caught.value.reason


@pytest.mark.parametrize("status", [200, 400, 404, 422, 500])
@pytest.mark.parametrize("body", [*BODIES, f'{{"error":{{"message":"input: {SECRET}","code":"odd {SECRET}"}}}}', SECRET])
async def test_a_models_error_does_not_repeat_the_prompt(body: str, status: int) -> None:
    reason = await model_reason(lambda _: httpx2.Response(status, text=body, headers={"Content-Type": "application/json"}))
    assert SECRET not in reason


async def test_a_models_error_says_its_code() -> None:
    error = {"error": {"message": f"no room for {SECRET}", "type": "invalid_request_error", "code": "context_length_exceeded"}}
    assert await model_reason(lambda _: httpx2.Response(400, json=error)) == "the server answered HTTP 400 (context_length_exceeded)"


@pytest.mark.parametrize("kind", [httpx.RemoteProtocolError, httpx.ReadError])
async def test_bytes_that_are_no_http_are_in_no_error(kind: type[httpx.TransportError]) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise kind(f'illegal status line: bytearray(b\'[{{"secret":"{SECRET}"\')')

    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, it must not leak
        await ask_fibery(httpx.MockTransport(handle), lambda client: client.schema())
    assert SECRET not in str(caught.value)
    assert "illegal status line" in str(caught.value)
