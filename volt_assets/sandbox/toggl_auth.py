"""What every Toggl answer goes through: credentials, the hourly quota and its headers, the workspace's id.

No data. Texts and codes are those of reference/toggl.md 1.1, 6 and 7.
"""

import base64
import binascii
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from volt_assets.sandbox.answers import json_response
from volt_assets.sandbox.constants import ORGANIZATION_ID, TOGGL_TOKEN
from volt_assets.sandbox.gate import Clock
from volt_assets.sandbox.options import Options

Handler = Callable[[Request], Awaitable[Response]]

_HOUR: Final = 3600
_WRONG_CREDENTIALS: Final = "Incorrect username and/or password"


@dataclass(slots=True)
class _Bucket:
    """A fixed hour that begins with its first request."""

    total: int
    used: int = 0
    started: float | None = None

    def roll(self, now: float) -> None:
        if self.started is None or now - self.started >= _HOUR:
            self.started, self.used = now, 0

    def resets_in(self, now: float) -> int:
        return _HOUR if self.started is None else max(1, _HOUR - int(now - self.started))

    @property
    def remaining(self) -> int:
        return max(0, self.total - self.used)


class Quota:
    """Two hourly budgets: one for the organization's data, one for requests about the user only."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._clock = clock
        self._organization = _Bucket(options.quota_per_hour)
        self._user = _Bucket(options.me_quota_per_hour)

    def spend(self, path: str) -> tuple[bool, int, int]:
        """Whether the request may go on, what then remains, and in how many seconds the hour ends."""
        bucket, now = self._bucket(path), self._clock.now()
        bucket.roll(now)
        allowed = bucket.used < bucket.total
        bucket.used += int(allowed)
        return allowed, bucket.remaining, bucket.resets_in(now)

    def state(self) -> list[dict[str, object]]:
        """The answer of `/me/quota`."""
        buckets = ((ORGANIZATION_ID, self._organization), (None, self._user))
        now = self._clock.now()
        return [
            {"organization_id": owner, "remaining": bucket.remaining, "total": bucket.total, "resets_in_secs": bucket.resets_in(now)}
            for owner, bucket in buckets
        ]

    def _bucket(self, path: str) -> _Bucket:
        return self._user if path.startswith("/api/v9/me") else self._organization


class Guard:
    """Wraps handlers so that each request is authenticated, counted and given Toggl's headers."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._numbers = itertools.count(1)

    def __call__(self, handler: Handler) -> Handler:
        """The handler behind the checks."""

        async def guarded(request: Request) -> Response:
            refused = _refusal(request.headers.get("authorization"))
            if refused:
                return self._with_ids(refused)
            path = request.url.path.removeprefix(request.scope.get("root_path", ""))
            allowed, remaining, resets_in = self._quota.spend(path)
            response = await handler(request) if allowed else _quota_used_up(resets_in)
            response.headers["X-Toggl-Quota-Remaining"] = str(remaining)
            response.headers["X-Toggl-Quota-Resets-In"] = str(resets_in)
            return self._with_ids(response)

        return guarded

    def _with_ids(self, response: Response) -> Response:
        response.headers["X-Toggl-Request-Id"] = f"{next(self._numbers):032x}"
        if response.status_code < 300:
            response.headers["X-Service-Level"] = "GREEN"
        return response


def refusal(text: str, status: int) -> Response:
    """A Toggl error: the text as a JSON string."""
    return json_response(text, status)


def _refusal(authorization: str | None) -> Response | None:
    if authorization is None:
        return Response(status_code=401, headers={"X-Authorization-Missing": "true"})
    if _credentials(authorization) != f"{TOGGL_TOKEN}:api_token":
        return refusal(_WRONG_CREDENTIALS, 403)
    return None


def _credentials(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _quota_used_up(resets_in: int) -> Response:
    return refusal(f"You have hit your hourly limit for API calls. The quota will reset in {resets_in} seconds.", 402)
