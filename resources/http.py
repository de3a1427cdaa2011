"""The one policy towards services: pacing, time-outs, retries, a deadline, and reading JSON.

Not here: what the answers of a service mean (`toggl`, `fibery`), the errors themselves (`errors`).
"""

import email.utils
import logging
import random
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import TracebackType
from typing import Any, Self

import anyio
import httpx
import tenacity
from pydantic import Field

from resources.errors import AnswerError, GarbledError, UnavailableError, UnknownHostError, excerpt, redact
from resources.pacing import OwnTurns, Turns
from volt_assets.domain.values import Value

_TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})
_PAUSES_SECONDS = (1.0, 5.0, 15.0)
_JITTER = 0.25
_LIBRARY_LOG = logging.getLogger("httpx")
"""Where the library tells each address that it asks; an address may be a secret, as Slack's webhook is."""
_UNKNOWN_HOST = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class HttpPolicy(Value):
    """How patient a session is. `deadline_seconds` is for a whole call with its retries and pauses."""

    requests_per_second: float = Field(gt=0)
    connect_seconds: float = 5
    read_seconds: float = 30
    deadline_seconds: float = 120
    attempts: int = Field(default=3, ge=1)


class HttpSession:
    """Requests to one service under the one policy. Used as `async with`; only for reads, as all are retried.

    `secrets` are what no message may show. `is_transient` says which answers are worth another attempt. `turns` pace the
    requests; without them the session paces only itself.
    """

    def __init__(
        self,
        *,
        service: str,
        base_url: str,
        policy: HttpPolicy,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
        is_transient: Callable[[httpx.Response], bool] | None = None,
        turns: Turns | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.service = service
        self.secrets = secrets
        self.requests_made = 0
        self._userinfo = _userinfo(base_url)
        self._shown_url = without_userinfo(base_url)
        self._policy = policy
        self._is_transient = is_transient or is_overloaded
        self._sleep = sleep
        self._turns = turns or OwnTurns()
        self._client = httpx.AsyncClient(
            base_url=base_url,
            auth=auth,
            headers={"User-Agent": "volt (weekly reports)", **(headers or {})},
            timeout=httpx.Timeout(policy.read_seconds, connect=policy.connect_seconds),
            transport=transport,
            verify=_trusted(),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        _LIBRARY_LOG.addFilter(self._without_secrets)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _LIBRARY_LOG.removeFilter(self._without_secrets)
        await self._client.__aexit__(kind, error, trace)

    async def request(self, method: str, path: str, *, json: object = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """The answer, whatever its status, unless it is transient.

        Raises UnavailableError where the service cannot be reached, stays overloaded, or asks for a pause that
        does not fit into the deadline; AnswerError where the answer cannot be decoded.
        """
        deadline = self._policy.deadline_seconds
        try:
            with anyio.fail_after(deadline):
                return await self._retrying()(self._attempt, method, path, json, headers)
        except _TransientError as failure:
            problem, code = str(failure), failure.code
        except TimeoutError:
            problem, code = f"gave no usable answer within {deadline:g} s", "no answer in time"
        # Raised out here, so that no traceback drags along a cause that may hold headers.
        raise UnavailableError(self.redact(f"{self.service} {problem}. Try again later."), code=code)

    def redact(self, text: str) -> str:
        """The text as one line without secrets, those in the address included."""
        return redact(text.replace(self._userinfo, "") if self._userinfo else text, self.secrets)

    def excerpt(self, text: str, *, length: int = 200) -> str:
        """The beginning of a text from outside, fit for a message."""
        return excerpt(self.redact(text), self.secrets, length=length)

    def _without_secrets(self, record: logging.LogRecord) -> bool:
        """A filter for a logger: lets everything through, redacted."""
        record.msg, record.args = self.redact(record.getMessage()), ()
        return True

    def _retrying(self) -> tenacity.AsyncRetrying:
        return tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(_TransientError),
            wait=_pause_seconds,
            stop=tenacity.stop_any(tenacity.stop_after_attempt(self._policy.attempts), _BeyondDeadline()),
            sleep=self._sleep,
            reraise=True,
        )

    async def _attempt(self, method: str, path: str, json: object, headers: Mapping[str, str] | None) -> httpx.Response:
        pause = self._turns.claim(1 / self._policy.requests_per_second)
        if pause > 0:
            await anyio.sleep(pause)
        self.requests_made += 1
        failure: Exception
        try:
            response = await self._client.request(method, path, json=json, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = self._failure(error)
        else:
            if not self._is_transient(response):
                return response
            failure = _passing(response)
        raise failure

    def _failure(self, error: Exception) -> Exception:
        detail = self.excerpt(network_problem(error)) or type(error).__name__
        if isinstance(error, httpx.TimeoutException):
            return _TransientError("did not answer in time", code="no answer in time")
        if isinstance(error, httpx.DecodingError):
            return AnswerError(f"{self.service} sent an answer that cannot be decoded ({detail}). Try again later.")
        if _is_unknown_host(error):
            return UnknownHostError(self.redact(f"{self.service} was not found: there is no host {self._shown_url}, or no network."))
        if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.ProxyError):
            return _TransientError(f"cannot be reached at {self._shown_url} ({detail})", code="not reached")
        return UnavailableError(self.redact(f"{self.service} cannot be asked at {self._shown_url}: {detail}"))


def without_userinfo(url: str) -> str:
    """An address as it may be shown: without the `name:password@` before its host."""
    return url.replace(_userinfo(url), "", 1) if _userinfo(url) else url


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that every session trusts. Read once: each reading takes 20 ms, and a week has several sessions."""
    return httpx.create_ssl_context()


def _userinfo(url: str) -> str:
    """The `name:password@` of an address. Up to the last @ before the path, as a password may hold one."""
    found = re.match(r"(?:[^/?#]*:)?//([^/?#]*@)", url)
    return found[1] if found else ""


def is_overloaded(response: httpx.Response) -> bool:
    """Whether the status says that the same request may work later."""
    return response.status_code in _TRANSIENT_STATUSES


def decode_json(response: httpx.Response, service: str, secrets: Sequence[str] = ()) -> Any:
    """The parsed body. Raises GarbledError for HTML and cut JSON that says which kind of body came, and nothing of it."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        kind = excerpt(response.headers.get("content-type", "no content type"), secrets, length=80)
    raise GarbledError(
        f"{service} sent no readable JSON (HTTP {response.status_code}, {kind}). Check the service's address, and try again later.",
        code="no readable JSON",
    )


def plain_words(response: httpx.Response) -> str:
    """What a failure says in plain text. Nothing for a page, for JSON and for a part of one, which may be data."""
    text = response.text.strip("\ufeff \t\r\n")
    return "" if text.startswith(("<", "{", "[")) else text


def network_problem(error: BaseException) -> str:
    """What the network library says, without the bytes that it could make nothing of."""
    return str(error).partition("bytearray(")[0].rstrip(" :")


class _TransientError(Exception):
    """An attempt that may be repeated, after `pause_seconds` if the service names a pause."""

    def __init__(self, problem: str, *, code: str, pause_seconds: float | None = None) -> None:
        super().__init__(problem)
        self.code = code
        self.pause_seconds = pause_seconds


def _passing(response: httpx.Response) -> _TransientError:
    status, pause = response.status_code, _retry_after_seconds(response.headers.get("retry-after", ""))
    if response.is_success:
        return _TransientError(f"sent an answer that was cut off (HTTP {status})", code="answer cut off", pause_seconds=pause)
    asks = f" and asks to wait {pause:.0f} s" if pause else ""
    return _TransientError(f"answered HTTP {status}{asks}", code=f"HTTP {status}", pause_seconds=pause)


def _retry_after_seconds(header: str) -> float | None:
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", header):
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _pause_seconds(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause_seconds if isinstance(error, _TransientError) else None
    if asked is not None:
        return asked
    pause = _PAUSES_SECONDS[min(state.attempt_number, len(_PAUSES_SECONDS)) - 1]
    return pause * random.uniform(1, 1 + _JITTER)  # noqa: S311 - jitter, not a secret


class _BeyondDeadline(tenacity.stop.stop_base):
    """Gives up at once where the pause before the next attempt would outlast the deadline."""

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        return anyio.current_time() + state.upcoming_sleep > anyio.current_effective_deadline()


def _is_unknown_host(error: BaseException | None) -> bool:
    """Whether name resolution says that there is no such host (as opposed to: cannot tell now)."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return error.errno in _UNKNOWN_HOST
        error = error.__cause__ or error.__context__
    return False
