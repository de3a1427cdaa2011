"""The model's client against a real server that misbehaves, judged by that server. Not here: shapes of answers, other services."""

import time

import pytest
from llmock.pytest_plugin import LLMock

from resources.llm import Completion, LlmResource, ModelError, NoAnswerInTimeError

pytestmark = pytest.mark.anyio
SAID = '{"sentences": []}'


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Real time: the server's clock does not jump."""
    return "asyncio"


async def ask(server: LLMock, *, deadline_seconds: float = 20) -> Completion:
    known = LlmResource(
        provider="openai", base_url=server.base_url(), api_key="test-key", model="phraser-7b", deadline_seconds=deadline_seconds
    )
    return await known.complete("You phrase facts.", "Facts: ...")


async def test_a_server_that_is_well_gives_its_text_and_counts_tokens(llmock: LLMock) -> None:
    llmock.reply(SAID)
    found = await ask(llmock)
    assert found.text == SAID
    assert found.prompt_tokens
    assert len(llmock.requests) == 1
    llmock.assert_resilient(strict=True)


async def test_a_server_that_limits_twice_is_waited_for_as_long_as_it_says(llmock: LLMock) -> None:
    llmock.rate_limit(times=2, retry_after=0.3).reply(SAID)
    started = time.monotonic()
    assert (await ask(llmock)).text == SAID
    assert time.monotonic() - started > 0.6
    assert [request.status for request in llmock.requests] == [429, 429, 200]
    llmock.assert_resilient(strict=True)


async def test_a_server_that_limits_for_ever_is_given_up_after_two_repeats(llmock: LLMock) -> None:
    llmock.rate_limit(times=None, retry_after=0.01)
    with pytest.raises(ModelError, match="HTTP 429"):
        await ask(llmock)
    assert len(llmock.requests) == 3
    llmock.assert_resilient(strict=True)


async def test_a_server_that_says_to_come_back_after_the_deadline_is_not_waited_for_longer(llmock: LLMock) -> None:
    llmock.rate_limit(times=None, retry_after=30)
    started = time.monotonic()
    with pytest.raises(NoAnswerInTimeError):
        await ask(llmock, deadline_seconds=0.5)
    assert time.monotonic() - started < 5
    assert len(llmock.requests) == 1


async def test_an_outage_is_given_up_with_a_growing_pause(llmock: LLMock) -> None:
    llmock.outage()
    with pytest.raises(ModelError, match="HTTP 503"):
        await ask(llmock)
    llmock.assert_resilient(strict=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_what_no_repeat_can_mend_is_asked_once(llmock: LLMock, status: int) -> None:
    llmock.fail(status, times=None)
    with pytest.raises(ModelError, match=f"HTTP {status}"):
        await ask(llmock)
    assert len(llmock.requests) == 1
    llmock.assert_resilient(strict=True)


async def test_a_prompt_that_is_too_long_for_the_model_is_told_by_its_code(llmock: LLMock) -> None:
    llmock.context_overflow()
    with pytest.raises(ModelError, match="context_length_exceeded"):
        await ask(llmock)


async def test_a_slow_server_is_given_up_at_the_deadline(llmock: LLMock) -> None:
    llmock.delay(3, times=None)
    started = time.monotonic()
    with pytest.raises(NoAnswerInTimeError, match=r"no answer within 0\.5 s"):
        await ask(llmock, deadline_seconds=0.5)
    assert time.monotonic() - started < 2.5


async def test_tools_that_nobody_offered_are_no_text(llmock: LLMock) -> None:
    llmock.call_tool("delete_everything", {"week": "2025-10-06"})
    with pytest.raises(ModelError, match="stopped early"):
        await ask(llmock)
