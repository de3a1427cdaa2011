"""What a fetch of a week had read before it was stopped, so that the next one does not pay for it again.

Not here: where it is kept (the caller gives a place), which requests make up a fetch (`toggl`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from resources.places import Scratch

_KEPT_HEADERS = ("X-Page-Size", "X-Next-Row-Number", "X-Next-ID", "X-Next-Timestamp", "Content-Type")
_SECRET_KEYS = frozenset({"api_token"})  # `reference/toggl.md` section 1.1
LONGEST_SECONDS = 2 * 3600
"""An hour's quota and the wait for the next one. Toggl's total, asked anew, must agree with what was read then and now together."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)
    read_at: AwareDatetime
    headers: dict[str, str]
    body: Any


class UnfinishedFetch:
    """The answers of one fetch so far, by request. Only those younger than two hours count."""

    def __init__(self, place: Scratch | None, now: Callable[[], datetime]) -> None:
        self._place = place
        self._now = now
        self.recalled = 0
        self.oldest: datetime | None = None

    def recall(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response | None:
        """The answer that this request had; None where it was not asked, or too long ago."""
        stored = self._place.read(_name(method, path, body)) if self._place else None
        if stored is None:
            return None
        try:
            answer = _Answer.model_validate_json(stored)
        except ValidationError:
            return None
        if not 0 <= (self._now() - answer.read_at).total_seconds() < LONGEST_SECONDS:
            return None
        self.recalled += 1
        self.oldest = min(answer.read_at, self.oldest or answer.read_at)
        return httpx.Response(httpx.codes.OK, headers=answer.headers, json=answer.body)

    def keep(self, method: str, path: str, body: Mapping[str, Any] | None, response: httpx.Response) -> None:
        """Remembers an answer. One that is no JSON is not remembered: asking again may bring a better one."""
        if self._place is None:
            return
        try:
            told = response.json()
        except (ValueError, RecursionError):
            return
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        answer = {"read_at": self._now().isoformat(), "headers": headers, "body": without_secrets(told) if method == "GET" else told}
        self._place.write(_name(method, path, body), json.dumps(answer, ensure_ascii=True).encode())

    def finish(self) -> None:
        """The fetch is complete: nothing of it is kept."""
        if self._place:
            self._place.clear()

    def forget(self) -> None:
        """What was read cannot be used: the fetch begins anew."""
        self.recalled, self.oldest = 0, None
        self.finish()


def without_secrets(told: Any) -> Any:
    """An answer without the tokens that Toggl puts into it."""
    if isinstance(told, dict):
        return {key: without_secrets(value) for key, value in told.items() if key not in _SECRET_KEYS}
    return [without_secrets(item) for item in told] if isinstance(told, list) else told


def _name(method: str, path: str, body: Mapping[str, Any] | None) -> str:
    request = json.dumps([method, path, body], sort_keys=True)
    return f"{hashlib.sha256(request.encode()).hexdigest()}.json"
