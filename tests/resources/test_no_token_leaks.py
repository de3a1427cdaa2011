"""No error, cause or traceback shows a token, whatever a service echoes. Not here: what the errors say."""

import base64
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import httpx2
import pytest

from resources.fibery import FiberyResource
from resources.http import HttpPolicy, HttpSession
from resources.llm import LlmResource
from resources.toggl import TogglResource
from volt_assets.domain.weeks import Week

pytestmark = pytest.mark.anyio
TOKEN = "0123456789abcdef0123456789abcdef"
FIBERY_TOKEN = "a1b2c3d4.0123456789abcdef0123456789abcdef012"
KEY = "local-key-0123456789"
BASIC = base64.b64encode(f"{TOKEN}:api_token".encode()).decode()
FindLeaks = Callable[[BaseException, str], list[str]]


async def ask_toggl(transport: httpx.AsyncBaseTransport) -> None:
    known = TogglResource(api_url="https://toggl.example", token=TOKEN, workspace_id="1", requests_per_second=1000)
    async with known.client(transport=transport) as client:
        await client.week(Week(monday=date(2025, 10, 6)))


async def ask_fibery(transport: httpx.AsyncBaseTransport) -> None:
    known = FiberyResource(api_url="https://acme.example", token=FIBERY_TOKEN, requests_per_second=1000)
    async with known.client(transport=transport) as client:
        await client.schema()


def echo(status: int, form: str) -> Callable[[Any], Any]:
    """A service that repeats the whole request in its answer."""

    def handle(request: Any) -> Any:
        credentials = request.headers["authorization"]
        said = f"{credentials} {TOKEN} {FIBERY_TOKEN} {KEY}"
        library = httpx2 if isinstance(request, httpx2.Request) else httpx
        if form == "raise":
            raise library.ConnectError(f"refused: {said}")
        if form == "protocol":
            raise library.LocalProtocolError(f"Illegal header value b'{said}'")
        if form == "json":
            return library.Response(status, json={"name": said, "error": said, "message": said})
        return library.Response(status, text=said, headers={"Content-Type": f"text/html; {said}"})

    return handle


FAILURES = [(200, "text"), (400, "json"), (401, "text"), (402, "text"), (403, "json"), (404, "json"), (500, "json"), (500, "text"),
            (503, "text"), (0, "raise"), (0, "protocol")]  # fmt: skip


@pytest.mark.parametrize(("status", "form"), FAILURES)
@pytest.mark.parametrize(("ask", "secrets"), [(ask_toggl, (TOKEN, BASIC)), (ask_fibery, (FIBERY_TOKEN,))])
async def test_a_service_that_repeats_the_token_does_not_make_an_error_show_it(
    find_leaks: FindLeaks,
    ask: Callable[[httpx.AsyncBaseTransport], Awaitable[None]],
    secrets: tuple[str, ...],
    status: int,
    form: str,
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, it must not leak
        await ask(httpx.MockTransport(echo(status, form)))
    for secret in secrets:
        assert find_leaks(caught.value, secret) == []


@pytest.mark.parametrize(("status", "form"), FAILURES)
async def test_a_model_that_repeats_the_key_does_not_make_an_error_show_it(find_leaks: FindLeaks, status: int, form: str) -> None:
    known = LlmResource(provider="openai", base_url="https://llm.example/v1", api_key=KEY, model="m")
    server = httpx2.AsyncClient(transport=httpx2.MockTransport(echo(status, form)))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, it must not leak
        await known.complete("s", "u", http_client=server)
    assert find_leaks(caught.value, KEY) == []


async def test_the_librarys_own_log_does_not_show_an_address_that_is_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answers = httpx.MockTransport(lambda _: httpx.Response(200))
    policy = HttpPolicy(requests_per_second=1000)
    async with HttpSession(service="Slack", base_url="https://x.example", policy=policy, secrets=(KEY,), transport=answers) as session:
        await session.request("POST", f"/services/{KEY}")
    assert "HTTP Request: POST https://x.example/services/" in caplog.text
    assert KEY not in caplog.text
    assert not [one for one in logging.getLogger("httpx").filters if getattr(one, "__self__", None) is session]


async def test_a_leak_would_be_found(find_leaks: FindLeaks) -> None:
    error = ValueError("fine")
    error.__context__ = ValueError(TOKEN)
    assert find_leaks(error, TOKEN)
