"""A model for tests: the real client over a transport that answers as it is told, and else as the sandbox does. Not here: assertions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
from pydantic import PrivateAttr

from io_managers.week_store import WeekStore
from resources.llm import LlmClient, LlmResource
from tests.domain.builders import busy_run
from volt_assets.assets.model_calls import PaidModel
from volt_assets.assets.phrasing import Phraser
from volt_assets.domain.acquaintances import toggl_people
from volt_assets.domain.drafts import Report
from volt_assets.sandbox.chat import chat_app
from volt_assets.sandbox.constants import CHAT_KEY
from volt_assets.settings import Settings, load_settings

Told = httpx2.Response | str
"""A whole response, or only what the model says."""
REFUSED = "Here you are."
REFUSAL = "the answer is not the JSON that was asked for"
"""An answer that the gate refuses in any section, and why."""


def completion(content: object, *, finish: str | None = "stop", usage: object = None, **message: object) -> httpx2.Response:
    """A whole chat completion that says this."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
    body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return httpx2.Response(200, json=body)


class Model:
    """What a model was sent, and what it says: `script` answers each request in turn, `always` all others, else the sandbox does."""

    def __init__(self, *script: Told, always: Told | None = None, seconds: float = 0) -> None:
        self.requests: list[dict[str, Any]] = []
        self.most_at_once = 0
        self._script = [*script]
        self._always = always
        self._seconds = seconds
        self._at_once = 0
        self._usual = httpx2.ASGITransport(app=chat_app())

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to a request."""
        self.requests.append(json.loads(request.content))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await anyio.sleep(self._seconds)
        self._at_once -= 1
        told = self._script.pop(0) if self._script else self._always
        if told is None:
            answer = await self._usual.handle_async_request(httpx2.Request("POST", "http://sandbox/v1/chat/completions", **_same(request)))
            return httpx2.Response(answer.status_code, content=await answer.aread(), headers=answer.headers)
        return completion(told) if isinstance(told, str) else told


class ScriptedLlm(LlmResource):
    """The resource with its real client; only the transport below is the test's."""

    _model: Callable[..., Any] = PrivateAttr()

    def answering(self, model: Callable[..., Any]) -> "ScriptedLlm":
        """The same, answered by this model."""
        self._model = model
        return self

    def _client(self, http_client: httpx2.AsyncClient | None) -> LlmClient:
        return super()._client(http_client or httpx2.AsyncClient(transport=httpx2.MockTransport(self._model)))


def configured(**changes: Any) -> Settings:
    """The shipped settings with a model of this kind."""
    settings = load_settings({"FIBERY_WORKSPACE_NAME": "acme"})
    llm = type(settings.llm).model_validate(
        settings.llm.model_dump() | {"provider": "openai", "base_url": "https://llm.example/v1"} | changes
    )
    return settings.model_copy(update={"llm": llm})


def phraser(
    model: Callable[..., Any],
    store: Path,
    settings: Settings | None = None,
    *,
    run: str = "run-1",
    ask_again: bool = False,
    enabled: bool = True,
) -> Phraser:
    """A phraser that asks this model, in a run on this store; or asks nothing where it is not `enabled`."""
    known = settings or configured()
    llm = known.llm
    fields = {
        name: getattr(llm, name)
        for name in ("provider", "base_url", "model", "deadline_seconds", "temperature", "max_tokens", "replay_folder")
    }
    scripted = ScriptedLlm(**fields, api_key=CHAT_KEY).answering(model)
    return Phraser(
        PaidModel(scripted, WeekStore(str(store)), known.llm, run),
        known,
        toggl_people(busy_run().aggregated),
        enabled=enabled,
        ask_again=ask_again,
    )


def summary_alone() -> Report:
    """A Toggl report in which the executive summary is the one section that may be phrased."""
    report = busy_run().toggl
    sections = [section.model_copy(update={"phrasable": section.id == "executive_summary"}) for section in report.sections]
    return report.model_copy(update={"sections": tuple(sections)})


def _same(request: httpx2.Request) -> dict[str, Any]:
    return {"content": request.content, "headers": {"authorization": f"Bearer {CHAT_KEY}", "content-type": "application/json"}}
