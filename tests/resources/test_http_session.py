"""The one policy: what is retried and when, how requests are paced, and what a caller is told. Not here: services."""

import asyncio
import itertools
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio
import httpx
import pytest
from pydantic import ValidationError

from resources.errors import AnswerError, UnavailableError, UnknownHostError
from resources.http import HttpPolicy, HttpSession, decode_json, without_userinfo

pytestmark = pytest.mark.anyio
OpenSession = Callable[..., HttpSession]


class Script:
    """Answers one after the other, the last one for ever; notes when it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked_at: list[float] = []

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked_at.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    @property
    def pauses(self) -> list[float]:
        return [later - earlier for earlier, later in itertools.pairwise(self.asked_at)]


def ok() -> httpx.Response:
    return httpx.Response(200, json={"fine": True})


@pytest.mark.parametrize("status", [200, 304, 400, 401, 402, 403, 404, 409, 410, 500, 501])
async def test_an_answer_that_is_not_transient_goes_to_the_caller_at_once(open_session: OpenSession, status: int) -> None:
    script = Script(httpx.Response(status))
    async with open_session(script) as session:
        response = await session.request("GET", "/x")
    assert response.status_code == status
    assert len(script.asked_at) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_transient_answer_is_asked_for_again(open_session: OpenSession, status: int) -> None:
    script = Script(httpx.Response(status), ok())
    async with open_session(script) as session:
        response = await session.request("GET", "/x")
    assert response.json() == {"fine": True}
    assert session.requests_made == 2


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadTimeout(""), httpx.ConnectTimeout(""), httpx.RemoteProtocolError("cut")]
)
async def test_a_broken_connection_is_tried_again(open_session: OpenSession, error: Exception) -> None:
    async with open_session(Script(error, error, ok())) as session:
        assert (await session.request("GET", "/x")).status_code == 200
    assert session.requests_made == 3


async def test_pauses_grow_from_one_to_five_to_fifteen_seconds(open_session: OpenSession) -> None:
    script = Script(httpx.Response(503))
    policy = HttpPolicy(requests_per_second=1000, attempts=5)
    async with open_session(script, policy=policy) as session:
        with pytest.raises(UnavailableError, match=r"Toggl answered HTTP 503\. Try again later"):
            await session.request("GET", "/x")
    for pause, least in zip(script.pauses, [1, 5, 15, 15], strict=True):
        assert least <= pause <= least * 1.25 + 0.01


async def test_an_injected_sleep_is_used_for_the_pauses(open_session: OpenSession) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with open_session(Script(httpx.Response(502), ok()), sleep=sleep) as session:
        await session.request("GET", "/x")
    assert len(slept) == 1


async def test_retry_after_in_seconds_is_honoured(open_session: OpenSession) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "7"}), ok())
    async with open_session(script) as session:
        await session.request("GET", "/x")
    assert script.pauses == [pytest.approx(7, abs=0.01)]


async def test_retry_after_as_a_date_is_honoured(open_session: OpenSession) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    script = Script(httpx.Response(503, headers={"Retry-After": moment}), ok())
    async with open_session(script) as session:
        await session.request("GET", "/x")
    assert script.pauses == [pytest.approx(40, abs=2)]


@pytest.mark.parametrize("header", ["", "soon", "-5", "nan", "Wed, 99 Foo"])
async def test_an_unreadable_retry_after_is_ignored(open_session: OpenSession, header: str) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": header}), ok())
    async with open_session(script) as session:
        await session.request("GET", "/x")
    assert 1 <= script.pauses[0] <= 1.3


async def test_a_retry_after_beyond_the_deadline_gives_up_at_once(open_session: OpenSession) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "3600"}), ok())
    async with open_session(script) as session:
        with pytest.raises(UnavailableError, match="asks to wait 3600 s"):
            await session.request("GET", "/x")
    assert len(script.asked_at) == 1
    assert script.asked_at[0] < 1


async def test_a_call_ends_at_its_deadline(open_session: OpenSession) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(10_000)
        return ok()

    async with open_session(hang) as session:
        with pytest.raises(UnavailableError, match="no usable answer within 120 s"):
            await session.request("GET", "/x")
    assert asyncio.get_running_loop().time() == pytest.approx(120, abs=0.1)


async def test_time_outs_reach_the_transport(open_session: OpenSession) -> None:
    seen: list[dict[str, float]] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return ok()

    async with open_session(note) as session:
        await session.request("GET", "/x")
    assert (seen[0]["connect"], seen[0]["read"]) == (5, 30)


async def test_requests_are_paced_without_a_burst(open_session: OpenSession) -> None:
    script = Script(ok())
    async with open_session(script, rate=2.5) as session, anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(session.request, "GET", "/x")
    assert script.pauses == [pytest.approx(0.4, abs=0.01)] * 4


async def test_retries_are_paced_too(open_session: OpenSession) -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "0"}), ok())
    async with open_session(script, rate=1) as session:
        await session.request("GET", "/x")
    assert script.pauses == [pytest.approx(1, abs=0.01)]


async def test_a_session_may_call_more_answers_transient(open_session: OpenSession) -> None:
    script = Script(httpx.Response(500), ok())
    async with open_session(script, is_transient=lambda response: response.status_code == 500) as session:
        assert (await session.request("GET", "/x")).status_code == 200


async def test_a_host_that_does_not_exist_is_not_asked_again(open_session: OpenSession) -> None:
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    async with open_session(Script(error)) as session:
        with pytest.raises(UnknownHostError, match=r"no host https://toggl\.example"):
            await session.request("GET", "/x")
    assert session.requests_made == 1


async def test_a_name_that_cannot_be_looked_up_now_is_tried_again(open_session: OpenSession) -> None:
    error = httpx.ConnectError("[Errno -3] Temporary failure in name resolution")
    error.__cause__ = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    async with open_session(Script(error, ok())) as session:
        assert (await session.request("GET", "/x")).status_code == 200


async def test_an_address_that_is_none_says_so_at_once(open_session: OpenSession) -> None:
    async with open_session(Script(httpx.UnsupportedProtocol("missing http://")), base_url="toggl") as session:
        with pytest.raises(UnavailableError, match=r"cannot be asked at toggl: missing http://"):
            await session.request("GET", "/x")
    assert session.requests_made == 1


async def test_an_answer_in_a_broken_encoding_is_an_answer_error(open_session: OpenSession) -> None:
    async with open_session(Script(httpx.DecodingError("bad gzip"))) as session:
        with pytest.raises(AnswerError, match="cannot be decoded"):
            await session.request("GET", "/x")


async def test_a_redirect_is_not_followed_as_it_could_carry_the_token_away(open_session: OpenSession) -> None:
    script = Script(httpx.Response(302, headers={"Location": "https://elsewhere.example"}))
    async with open_session(script) as session:
        assert (await session.request("GET", "/x")).status_code == 302


@pytest.mark.parametrize("rate", [0, -1])
async def test_a_rate_that_allows_nothing_is_refused(rate: float) -> None:
    with pytest.raises(ValidationError):
        HttpPolicy(requests_per_second=rate)


def html(text: str) -> httpx.Response:
    return httpx.Response(200, text=text, headers={"Content-Type": "text/html"})


async def test_html_instead_of_json_is_named_in_the_message() -> None:
    with pytest.raises(AnswerError, match=r"^Toggl sent no readable JSON \(HTTP 200, text/html\)\. Check"):
        decode_json(html("<html>\n  <b>Sign in</b>"), "Toggl")


@pytest.mark.parametrize("body", [b'[{"id": 1', b"", b"\xff\xfe\xfa", b"[" * 100_000])
async def test_cut_json_is_an_answer_error(body: bytes) -> None:
    with pytest.raises(AnswerError) as caught:
        decode_json(httpx.Response(200, content=body), "Toggl")
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


async def test_json_null_is_a_value() -> None:
    assert decode_json(httpx.Response(200, text="null"), "Toggl") is None


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("no bob:sec@ret@host"),
        httpx.UnsupportedProtocol("odd http://bob:sec@ret@host/x"),
        socket.gaierror(socket.EAI_NONAME),
    ],
)
async def test_a_name_and_password_in_the_address_work_and_are_never_shown(open_session: OpenSession, error: Exception) -> None:
    failure = error
    if isinstance(error, socket.gaierror):
        failure = httpx.ConnectError("unknown")
        failure.__cause__ = error
    async with open_session(Script(failure), base_url="http://bob:sec@ret@host/x") as session:
        with pytest.raises(UnavailableError, match="http://host/x") as caught:
            await session.request("GET", "/y")
    assert "bob" not in str(caught.value)
    assert "ret@" not in str(caught.value)


async def test_a_name_and_password_in_the_address_are_sent(open_session: OpenSession) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return ok()

    async with open_session(answer, base_url="http://bob:secret@host") as session:
        await session.request("GET", "/y")
    assert asked[0].headers["authorization"] == httpx.BasicAuth("bob", "secret")._auth_header
    assert asked[0].url.host == "host"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://bob:secret@host:80/a?b=c@d", "http://host:80/a?b=c@d"),
        ("http://bob@host", "http://host"),
        ("http://host/a@b", "http://host/a@b"),
        ("//bob:secret@host", "//host"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_its_userinfo(url: str, shown: str) -> None:
    assert without_userinfo(url) == shown
