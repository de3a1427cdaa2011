"""A model's answer is whole or it is a ModelError. Not here: whether what it says is true."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from resources.llm import Completion, LlmResource, ModelError, fingerprint

pytestmark = pytest.mark.anyio
KEY = "sk-proj-0123456789abcdefghij"
Handler = Callable[[httpx2.Request], Any]


def resource(**changes: Any) -> LlmResource:
    fields: dict[str, Any] = {"provider": "openai", "base_url": "https://llm.example/v1", "api_key": KEY, "model": "phraser-7b"}
    return LlmResource(**(fields | changes))


def answer(content: object = "Ana finished the login page.", *, finish: str | None = "stop", **changes: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "phraser-7b",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    } | changes


async def complete(handler: Handler, **changes: Any) -> Completion:
    server = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
    return await resource(**changes).complete("You phrase facts.", "Facts: ...", http_client=server)


async def reason(handler: Handler, **changes: Any) -> str:
    with pytest.raises(ModelError) as caught:
        await complete(handler, **changes)
    assert str(caught.value) == caught.value.reason
    assert len(caught.value.reason.splitlines()) == 1
    assert len(caught.value.reason) <= 200
    return caught.value.reason


async def test_a_whole_answer_comes_with_its_tokens() -> None:
    found = await complete(lambda _: httpx2.Response(200, json=answer()))
    assert found == Completion(text="Ana finished the login page.", prompt_tokens=11, completion_tokens=7)


async def test_a_server_may_not_count_tokens() -> None:
    found = await complete(lambda _: httpx2.Response(200, json=answer(usage=None)))
    assert (found.prompt_tokens, found.completion_tokens) == (None, None)


@pytest.mark.parametrize("count", [-5, True, "7", 1.5, 10**400])
async def test_a_count_that_no_call_can_take_counts_as_none(count: object) -> None:
    """A figure that is no float, as a price times it, stopped the run."""
    found = await complete(lambda _: httpx2.Response(200, json=answer(usage={"prompt_tokens": count, "completion_tokens": 7})))
    assert (found.prompt_tokens, found.completion_tokens) == (None, 7)


async def test_an_answer_of_brackets_alone_is_no_answer_and_stops_nothing() -> None:
    assert "cannot be read" in await reason(
        lambda _: httpx2.Response(200, text="[" * 100_000, headers={"content-type": "application/json"})
    )


async def test_what_no_reader_can_see_is_removed_from_the_text() -> None:
    assert (await complete(lambda _: httpx2.Response(200, json=answer("a\u202eb\u200b")))).text == "ab"


async def test_the_request_goes_where_the_settings_say_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-somebody-elses-key")
    seen: list[httpx2.Request] = []

    def note(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=answer())

    await complete(note, temperature=0.2, max_tokens=300)
    assert str(seen[0].url) == "https://llm.example/v1/chat/completions"
    assert seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(seen[0].content) == {
        "model": "phraser-7b", "temperature": 0.2, "max_tokens": 300,
        "messages": [{"role": "system", "content": "You phrase facts."}, {"role": "user", "content": "Facts: ..."}],
    }  # fmt: skip


async def test_a_local_server_needs_no_key() -> None:
    assert (await complete(lambda _: httpx2.Response(200, json=answer()), api_key="")).text


@pytest.mark.parametrize("status", [400, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529])
async def test_every_bad_status_is_a_model_error(status: int) -> None:
    error = {"error": {"message": f"it failed\nfor {KEY}"}}
    assert f"HTTP {status}" in await reason(lambda _: httpx2.Response(status, json=error))


async def test_a_refused_key_names_its_variable() -> None:
    body = {"error": {"message": "Incorrect API key provided: sk-proj-********************ghij"}}
    assert "set OPENAI_API_KEY" in await reason(lambda _: httpx2.Response(401, json=body))


async def test_a_busy_server_is_asked_once_more() -> None:
    asked: list[int] = []

    def busy_once(request: httpx2.Request) -> httpx2.Response:
        asked.append(1)
        return httpx2.Response(503) if len(asked) == 1 else httpx2.Response(200, json=answer())

    await complete(busy_once)
    assert len(asked) == 2


async def test_an_answer_that_takes_too_long_is_given_up_at_the_deadline() -> None:
    async def hang(request: httpx2.Request) -> httpx2.Response:
        await anyio.sleep(10_000)
        return httpx2.Response(200, json=answer())

    assert await reason(hang, deadline_seconds=60) == "no answer within 60 s (llm.deadline_seconds)"


async def test_a_time_out_of_the_connection_is_a_model_error() -> None:
    def time_out(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("slow")

    assert "no answer within" in await reason(time_out)


async def test_a_server_that_cannot_be_reached_is_named() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("connection refused")

    assert await reason(refuse) == "the server cannot be reached at https://llm.example/v1: connection refused"


@pytest.mark.parametrize(
    "body",
    ['{"choices": [{"mess', "<html>Sign in</html>", '{"error": {"message": "model is loading"}}', '{"choices": []}', '"text"', "null", "[]",
     '{"choices": [{}]}', '{"choices": [{"message": null, "finish_reason": "stop"}]}', '{"choices": 5}', '{"choices": ["x"]}'],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
async def test_another_shape_than_a_completion_is_a_model_error(body: str, kind: str) -> None:
    assert await reason(lambda _: httpx2.Response(200, text=body, headers={"Content-Type": kind}))


async def test_json_that_breaks_off_is_told_without_the_name_of_an_exception() -> None:
    told = await reason(lambda _: httpx2.Response(200, text='{"choices": [', headers={"Content-Type": "application/json"}))
    assert told == "the server sent no readable JSON; check llm.base_url"


@pytest.mark.parametrize("content", [None, "", " \n", 5, ["x"]])
async def test_no_text_is_a_model_error(content: object) -> None:
    assert "no text" in await reason(lambda _: httpx2.Response(200, json=answer(content)))


@pytest.mark.parametrize("finish", ["length", "content_filter", "tool_calls", None])
async def test_a_text_that_did_not_come_to_its_end_is_a_model_error(finish: str | None) -> None:
    assert "stopped early" in await reason(lambda _: httpx2.Response(200, json=answer(finish=finish)))


async def test_a_cut_text_says_which_setting_to_raise() -> None:
    assert "raise llm.max_tokens" in await reason(lambda _: httpx2.Response(200, json=answer(finish="length")))


@pytest.mark.parametrize("changes", [{"base_url": ""}, {"model": " "}])
async def test_no_model_is_asked_at_an_address_that_is_not_set(changes: dict[str, str]) -> None:
    assert "is empty" in await reason(lambda _: httpx2.Response(200, json=answer()), **changes)


@pytest.mark.parametrize("changes", [{"base_url": "http://[broken"}, {"base_url": "nowhere"}, {"api_key": "kéy"}])
async def test_settings_that_cannot_work_are_a_model_error(changes: dict[str, str]) -> None:
    with pytest.raises(ModelError):
        await resource(**changes).complete("s", "u")


async def test_without_a_model_nothing_is_asked() -> None:
    nothing = LlmResource()
    with pytest.raises(ModelError, match=r"llm\.provider is none"):
        await nothing.complete("s", "u")
    assert not nothing.enabled


async def test_a_recorded_answer_is_replayed_by_its_fingerprint(tmp_path: Path) -> None:
    (tmp_path / f"{fingerprint('m', 's', 'u')}.json").write_text('{"text": "recorded"}')
    known = resource(provider="replay", model="m", replay_folder=str(tmp_path))
    assert (await known.complete("s", "u")).text == "recorded"
    assert known.enabled


@pytest.mark.parametrize("recorded", [None, "", "[]", '{"text": 5}', '{"text": " "}', '{"text'])
async def test_a_recording_that_cannot_be_read_is_a_model_error(tmp_path: Path, recorded: str | None) -> None:
    if recorded is not None:
        (tmp_path / f"{fingerprint('m', 's', 'u')}.json").write_text(recorded)
    with pytest.raises(ModelError, match=r"no recorded answer for it in llm\.replay_folder") as caught:
        await resource(provider="replay", model="m", replay_folder=str(tmp_path)).complete("s", "u")
    assert fingerprint("m", "s", "u")[:12] not in caught.value.reason


async def test_replay_without_a_folder_says_so() -> None:
    with pytest.raises(ModelError, match=r"llm\.replay_folder, which is empty"):
        await resource(provider="replay").complete("s", "u")


async def test_a_fingerprint_keeps_the_parts_apart() -> None:
    prints = {fingerprint("m", "ab", "c"), fingerprint("m", "a", "bc"), fingerprint("ma", "b", "c")}
    assert len(prints) == 3


async def test_the_library_is_not_loaded_with_the_module() -> None:
    code = "import sys, resources.llm; sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: ASYNC221


async def test_the_resource_does_not_show_its_key() -> None:
    assert KEY not in repr(resource())


# The list of models


async def models(handler: Handler, **changes: Any) -> tuple[str, ...] | None:
    server = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
    return await resource(**changes).models(http_client=server)


async def test_the_models_of_a_server_are_listed() -> None:
    listed = {"object": "list", "data": [{"id": name, "object": "model", "created": 1, "owned_by": "us"} for name in ("a-7b", "b-70b")]}
    assert await models(lambda _: httpx2.Response(200, json=listed)) == ("a-7b", "b-70b")


async def test_a_server_without_a_list_is_reachable_all_the_same() -> None:
    assert await models(lambda _: httpx2.Response(404, json={"error": {"message": "Not Found"}})) is None


@pytest.mark.parametrize(
    "answer", [httpx2.Response(200, html="<html>welcome</html>"), httpx2.Response(200, json={"error": {"message": "no"}})]
)
async def test_another_server_than_a_model_s_is_told(answer: httpx2.Response) -> None:
    with pytest.raises(ModelError, match=r"sent something else than a list of models; check llm\.base_url"):
        await models(lambda _: answer)


async def test_a_key_that_is_refused_a_list_is_told_without_the_key() -> None:
    with pytest.raises(ModelError, match="refused the key") as caught:
        await models(lambda _: httpx2.Response(401, json={"error": {"message": f"Incorrect API key provided: {KEY}"}}))
    assert KEY not in str(caught.value)
