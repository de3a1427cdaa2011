"""A language model behind an OpenAI-compatible server, or recorded answers in its place.

Not here: prompts, the check of what it writes, when to use it. Facts: `reference/llm.md` section 4.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import anyio
import dagster as dg
from pydantic import Field

from resources.errors import excerpt
from resources.http import network_problem, without_userinfo
from volt_assets.domain.values import Value, clean_text

if TYPE_CHECKING:
    import httpx2
    import openai

_CONNECT_SECONDS = 5
_MAX_RETRIES = 2
_LONGEST_ANSWER = 200_000
_MOST_TOKENS = 10**9
"""No call takes more; a server that tells more tells nothing, and a figure beyond all floats would stop the run."""
_CODE = re.compile(r"[\w.-]{1,60}")
Told = TypeVar("Told")


class ModelError(Exception):
    """The model gave no usable text. `reason` is short, on one line and holds no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoServerError(ModelError):
    """The server gave no answer at all. The next call will hardly fare better."""


class NoAnswerInTimeError(NoServerError):
    """The deadline passed. The server may have worked all the same, and may charge for it."""


class UnusableAnswerError(ModelError):
    """The model did answer, which is paid for, but with no whole text: cut, filtered, refused, empty. Counts as in a Completion."""

    def __init__(self, reason: str, *, prompt_tokens: int | None = None, completion_tokens: int | None = None) -> None:
        super().__init__(reason)
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens


class Completion(Value):
    """A complete answer, not yet checked against any fact. Token counts are None where the server does not tell."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ModelSettings(Value):
    """Which model is asked, and how. `deadline_seconds` is for a whole call with its repeats."""

    model: str
    deadline_seconds: float = 60
    temperature: float = 0
    max_tokens: int = 1000


class LlmClient:
    """Asks one model. Address and key are always explicit, for ambient variables must not decide where data goes."""

    def __init__(self, *, base_url: str, api_key: str, settings: ModelSettings, http_client: "httpx2.AsyncClient | None" = None) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._settings = settings
        self._http_client = http_client

    async def complete(self, *, system: str, user: str) -> Completion:
        """The model's whole answer. Raises ModelError for every way in which there is none."""
        return await self._told(lambda: self._create(system, user))

    async def models(self) -> tuple[str, ...] | None:
        """The models that the server says it has, which costs nothing; None where it keeps no list. Raises ModelError."""
        return await self._told(self._list)

    async def _told(self, ask: Callable[[], Awaitable[Told]]) -> Told:
        """What the server tells. Raises ModelError for every way in which it does not."""
        import httpx2  # noqa: PLC0415 - with openai it costs a second of start-up
        import openai  # noqa: PLC0415

        seconds = self._settings.deadline_seconds
        kind: type[ModelError] = ModelError
        try:
            with anyio.fail_after(seconds):
                return await ask()
        except UnusableAnswerError:
            raise
        except ModelError as error:
            reason = error.reason
        except (TimeoutError, openai.APITimeoutError):
            kind, reason = NoAnswerInTimeError, f"no answer within {seconds:g} s (llm.deadline_seconds)"
        except openai.AuthenticationError as error:
            reason = f"the server refused the key (HTTP {error.status_code}); set OPENAI_API_KEY"
        except openai.APIStatusError as error:
            reason = f"the server answered HTTP {error.status_code}{_in_brackets(error.code or error.type)}"
        except openai.APIConnectionError as error:
            kind = NoServerError
            reason = f"the server cannot be reached at {without_userinfo(self._base_url)}: {network_problem(error.__cause__ or error)}"
        except (openai.OpenAIError, httpx2.InvalidURL, ValueError, RecursionError) as error:  # RecursionError: JSON of brackets alone
            reason = _unreadable(error)
        raise kind(excerpt(reason, (self._api_key,)))

    async def _create(self, system: str, user: str) -> Completion:
        async with self._server() as server:
            answer = await server.chat.completions.create(
                model=self._settings.model,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                max_tokens=self._settings.max_tokens,
                temperature=self._settings.temperature,
            )
            return _completion(answer)

    async def _list(self) -> tuple[str, ...] | None:
        import openai  # noqa: PLC0415

        async with self._server() as server:
            try:
                listed = await server.models.list()
                return tuple(clean_text(model.id) for model in listed.data)
            except openai.NotFoundError:
                return None
            except (AttributeError, TypeError) as error:  # the library trips over HTML and over an object without a list
                raise ModelError("the server sent something else than a list of models; check llm.base_url") from error

    def _server(self) -> "openai.AsyncOpenAI":
        import openai  # noqa: PLC0415

        return openai.AsyncOpenAI(
            api_key=self._api_key or "none",  # a local server needs no key, the library does
            base_url=self._base_url,
            timeout=openai.Timeout(self._settings.deadline_seconds, connect=_CONNECT_SECONDS),
            max_retries=_MAX_RETRIES,
            http_client=self._http_client,
        )


class LlmResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The language model that may phrase sections: none, an OpenAI-compatible server, or recorded answers."""

    provider: Literal["none", "openai", "replay"] = Field(
        default="none", description="none: templates write all; openai: any OpenAI-compatible server; replay: recorded answers."
    )
    base_url: str = Field(default="", description="The server's address; OPENAI_BASE_URL.")
    api_key: str = Field(default="", repr=False, description="Its key; OPENAI_API_KEY.")
    model: str = Field(default="", description="The model's name, as its server lists it.")
    deadline_seconds: float = Field(default=60.0, gt=0, description="For one answer, retries included.")
    temperature: float = Field(default=0.0, description="How freely it words.")
    max_tokens: int = Field(default=1000, ge=1, description="The most that one answer may have.")
    replay_folder: str = Field(default="", description="Where recorded answers are, for replay.")

    @property
    def enabled(self) -> bool:
        """Whether there is anything to ask."""
        return self.provider != "none"

    async def complete(self, system: str, user: str, *, http_client: "httpx2.AsyncClient | None" = None) -> Completion:
        """The answer of the model, or the recorded one. Raises ModelError."""
        if not self.enabled:
            raise ModelError("no model is configured (llm.provider is none)")
        if self.provider == "replay":
            return replayed(self.replay_folder, fingerprint(self.model, system, user))
        return await self._client(http_client).complete(system=system, user=user)

    async def models(self, *, http_client: "httpx2.AsyncClient | None" = None) -> tuple[str, ...] | None:
        """The models that the server says it has; None where it keeps no list. Raises ModelError."""
        return await self._client(http_client).models()

    def _client(self, http_client: "httpx2.AsyncClient | None") -> LlmClient:
        if not (self.base_url.strip() and self.model.strip()):
            raise ModelError("llm.base_url or llm.model is empty; a model is only asked at an address that is set")
        settings = ModelSettings(
            model=self.model,
            deadline_seconds=self.deadline_seconds,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
        )
        return LlmClient(base_url=self.base_url.strip(), api_key=self.api_key.strip(), settings=settings, http_client=http_client)


def fingerprint(model: str, system: str, user: str) -> str:
    """The name of a recorded answer: sha256 over model, system and user text, each ended by a zero byte."""
    digest = hashlib.sha256()
    for part in (model, system, user):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def replayed(folder: str, name: str) -> Completion:
    """The recorded answer `{"text": ...}`. Raises ModelError where there is none that can be read."""
    try:
        text = json.loads((Path(folder) / f"{name}.json").read_text("utf-8"))["text"]
    except (OSError, ValueError, KeyError, TypeError):
        text = None
    if not folder or not isinstance(text, str) or not text.strip():
        raise ModelError("there is no recorded answer for it in llm.replay_folder" + ("" if folder else ", which is empty"))
    return Completion(text=clean_text(text))


def _completion(answer: Any) -> Completion:
    """What is in an answer. The library lets HTML pass as text and an error object as an answer without choices."""
    try:
        finish, message = answer.choices[0].finish_reason, answer.choices[0].message
        content = message.content
    except (AttributeError, TypeError, LookupError) as error:
        raise ModelError("the server sent something else than a chat completion; check llm.base_url") from error
    problem = _problem(finish, content, getattr(message, "refusal", None))
    if problem:
        raise UnusableAnswerError(problem, **_usage(answer))
    return Completion(text=clean_text(content), **_usage(answer))


def _problem(finish: object, content: object, refusal: object) -> str | None:
    """Why an answer is no whole text. What the model says in refusing is not told: it may repeat the prompt."""
    if finish != "stop":
        return f"the model stopped early{_in_brackets(finish)}{'; raise llm.max_tokens' if finish == 'length' else ''}"
    if refusal:
        return "the model refused to write"
    if not isinstance(content, str) or not content.strip():
        return "the model answered with no text"
    if len(content) > _LONGEST_ANSWER:
        return f"the model answered with more than {_LONGEST_ANSWER} characters"
    return None


def _unreadable(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "the server sent no readable JSON; check llm.base_url"
    return f"the answer or the address cannot be read: {type(error).__name__}"


def _in_brackets(code: object) -> str:
    """A code of the server. Nothing where it is no code: an error's words may repeat the prompt."""
    return f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _usage(answer: Any) -> dict[str, int | None]:
    usage = getattr(answer, "usage", None)
    counts = {key: getattr(usage, key, None) for key in ("prompt_tokens", "completion_tokens")}
    return {key: count if type(count) is int and 0 <= count <= _MOST_TOKENS else None for key, count in counts.items()}
