"""One request to a Fibery workspace, what its status means to a caller, and what is in its envelopes.

Not here: how commands are written (`fibery_query`) and what is asked (`fibery`). Facts: `reference/fibery.md` section 1.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from resources.errors import AnswerError, RefusedError, ServiceError, UnknownHostError
from resources.http import HttpSession, decode_json, is_overloaded
from volt_assets.domain.values import Value

SERVICE = "Fibery"
UNREADABLE = "volt/unreadable"
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
        """Only name and message: `data` repeats the whole query with its parameters (section 1.2)."""
        told = result if isinstance(result, dict) else {"message": result}
        code = self.session.excerpt(str(told.get("name") or "unknown"), length=100)
        return Envelope(code=code, reason=self.session.excerpt(str(told.get("message") or "no reason given")))

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
        status, says = response.status_code, self.session.excerpt(_error_text(response)) or "no reason given"
        if status == httpx.codes.UNAUTHORIZED:
            return RefusedError(
                f"Fibery refused the token (HTTP {status}). "
                "Set FIBERY_API_TOKEN to a token of a user who can read the spaces (Fibery: Settings, API keys)."
            )
        if status == httpx.codes.FORBIDDEN:
            return RefusedError(
                f"Fibery refused access (HTTP {status}: {says}). "
                "Give the user of FIBERY_API_TOKEN read access to the spaces, or set another user's token."
            )
        if status == httpx.codes.NOT_FOUND:
            return RefusedError(f"Fibery knows no such workspace (HTTP {status}: {says}). {_NO_WORKSPACE}")
        return AnswerError(
            f"Fibery answered HTTP {status} to {response.request.url.path}: {says}. "
            "It expects another request than Volt sends; please report this message."
        )


def is_transient(response: httpx.Response) -> bool:
    """A 500 that names its error, such as an unknown command, is permanent; a bare one may pass (section 1.3)."""
    is_broken = response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    return is_overloaded(response) or (is_broken and "name" not in _error_object(response))


def _error_object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _error_text(response: httpx.Response) -> str:
    body = _error_object(response)
    told = [str(body[key]) for key in ("name", "message") if body.get(key)]
    return ": ".join(told) or response.text
