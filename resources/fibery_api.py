"""One request to a Fibery workspace, what its status means to a caller, and what is in its envelopes.

Not here: how commands are written (`fibery_query`) and what is asked (`fibery`). Facts: `reference/fibery.md` section 1.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from resources.errors import AnswerError, NotAcceptedError, RefusedError, ServiceError, TooLargeError, UnknownHostError
from resources.http import HttpSession, decode_json, is_overloaded, plain_words
from volt_assets.domain.values import Value

SERVICE = "Fibery"
UNREADABLE = "volt/unreadable"
_NO_JSON = object()
_ERROR_NAME = re.compile(r"[\w.-]{1,60}(/[\w.?-]{1,60})?")
_NO_WORKSPACE = "Set FIBERY_WORKSPACE_NAME to the first part of the workspace's address, as in https://<name>.fibery.io."


class Envelope(Value):
    """The outcome of one command: rows, or the failure's stable code and reason."""

    rows: tuple[dict[str, Any], ...] = ()
    code: str | None = None
    reason: str = ""

    @property
    def is_timeout(self) -> bool:
        """A query that took too long fails inside a 200, and may work in smaller parts (section 1.3)."""
        said = self.reason.lower()
        return self.code is not None and ("timeout" in said or "timed out" in said)


class FiberyApi:
    """The requests to one workspace."""

    def __init__(self, session: HttpSession) -> None:
        self.session = session

    async def get(self, path: str, *, known: str | None = None) -> tuple[Any, str | None]:
        """The JSON answer and its tag; None for both where it is still the one `known` by its tag.

        Raises a ServiceError that fits the status.
        """
        response = await self._response("GET", path, None, {"If-None-Match": known} if known else None)
        if known and response.status_code == httpx.codes.NOT_MODIFIED:
            return None, None
        return self._decoded(response), response.headers.get("etag")

    async def post(self, path: str, body: object) -> Any:
        """The JSON answer. Raises like `get`."""
        return self._decoded(await self._response("POST", path, body))

    async def commands(self, commands: Sequence[Mapping[str, Any]]) -> tuple[Envelope, ...]:
        """The outcome of each command of one POST, in order. Raises AnswerError where one is missing."""
        answer = await self.post("/api/commands", commands)
        if not isinstance(answer, list) or len(answer) != len(commands):
            came = f"{len(answer)} answers" if isinstance(answer, list) else f"a {type(answer).__name__}"
            raise AnswerError(f"Fibery sent {came} to {len(commands)} commands. Try again later.")
        return tuple(self._envelope(item) for item in answer)

    def _envelope(self, item: Any) -> Envelope:
        result = item.get("result") if isinstance(item, dict) else None
        if not isinstance(item, dict) or item.get("success") is not True:
            return self._failure(result)
        rows = result.get("data") if isinstance(result, dict) else result
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return Envelope(code=UNREADABLE, reason=f"Fibery sent a {type(rows).__name__} where a list of rows was due.")
        return Envelope(rows=tuple(rows))

    def _failure(self, result: Any) -> Envelope:
        """Only name and message: `data` repeats the whole query with its parameters (section 1.2), and anything else may be rows."""
        name, message = _told(result)
        code = self.session.excerpt(name or "unknown", length=100)
        return Envelope(code=code, reason=self.session.excerpt(message or "no reason given"))

    async def _response(self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        try:
            return await self.session.request(method, path, json=body, headers=headers)
        except UnknownHostError as error:
            unknown = str(error)
        raise RefusedError(f"{unknown} {_NO_WORKSPACE}")

    def _decoded(self, response: httpx.Response) -> Any:
        if response.status_code != httpx.codes.OK:
            raise self._error(response)
        return decode_json(response, SERVICE, self.session.secrets)

    def _error(self, response: httpx.Response) -> ServiceError:
        status, name = response.status_code, _told(_json(response))[0]
        says, code = self.session.excerpt(_error_text(response)).rstrip(".") or "no reason given", f"HTTP {status}"
        if status == httpx.codes.UNAUTHORIZED:
            return RefusedError(
                f"Fibery refused the token (HTTP {status}). "
                "Set FIBERY_API_TOKEN to a token of a user who can read the spaces (Fibery: Settings, API keys).",
                code=code,
            )
        if status == httpx.codes.FORBIDDEN:
            return RefusedError(
                f"Fibery refused access (HTTP {status}: {says}). "
                "Give the user of FIBERY_API_TOKEN read access to the spaces, or set another user's token.",
                code=code,
            )
        if status == httpx.codes.NOT_FOUND and not (name and response.request.method == "POST"):
            return RefusedError(f"Fibery knows no such workspace (HTTP {status}: {says}). {_NO_WORKSPACE}", code=code)
        kind = TooLargeError if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE else NotAcceptedError
        return kind(
            f"Fibery answered HTTP {status} to {response.request.url.path}: {says}. "
            "It expects another request than Volt sends; please report this message.",
            code=name if _ERROR_NAME.fullmatch(name) else code,
        )


def is_transient(response: httpx.Response) -> bool:
    """Whether the same request may work in a moment: Fibery is busy, failed unexpectedly, or its answer was cut off (section 1.3).

    A 500 that names another error, such as an unknown command, is permanent.
    """
    if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        name, _ = _told(_json(response))
        return not name or name.startswith("unexpected.")
    return is_overloaded(response) or _is_cut(response)


def _is_cut(response: httpx.Response) -> bool:
    """Whether an answer is neither JSON nor the page of somebody else."""
    if response.status_code != httpx.codes.OK or "html" in response.headers.get("content-type", "").lower():
        return False
    return _json(response) is _NO_JSON and not response.text.lstrip("\ufeff \t\r\n").startswith("<")


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return _NO_JSON


def _told(error: Any) -> tuple[str, str]:
    """The stable name and the message of an error, both empty where there are none."""
    told = (error.get(key) if isinstance(error, dict) else None for key in ("name", "message"))
    name, message = (text if isinstance(text, str) else "" for text in told)
    return name, message


def _error_text(response: httpx.Response) -> str:
    return ": ".join(filter(None, _told(_json(response)))) or plain_words(response)
