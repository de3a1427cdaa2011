"""What every Toggl answer goes through: credentials, the hourly quota and its headers, the rate limit, paid features.

No data, and no counting of the rate (`limits.py`). Texts and codes are those of reference/toggl.md 1.1, 6 and 7.
"""

import base64
import binascii
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from volt_assets.sandbox.answers import JsonObject, json_response
from volt_assets.sandbox.constants import ORGANIZATION_ID, TOGGL_TOKEN
from volt_assets.sandbox.faults import NEEDS_FEATURE_402, NGINX_429, NGINX_502, hourly_limit_402
from volt_assets.sandbox.gate import Clock
from volt_assets.sandbox.limits import Limiter
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
        return self.total - self.used


class Quota:
    """Two hourly budgets: one for the organization's data, one for requests about the user only."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._organization = _Bucket(options.quota_per_hour)
        self._user = _Bucket(options.me_quota_per_hour)

    def spend(self, path: str) -> tuple[bool, int, int]:
        """Whether the request may go on, what then remains, and in how many seconds the hour ends."""
        bucket, now = self._bucket(path), self._clock.now()
        bucket.roll(now)
        free = path == "/api/v9/me/quota" and not self._options.quota_list_costs
        allowed = free or bucket.used < bucket.total or not self._options.quota_enforced
        bucket.used += int(allowed and not free)
        return allowed, bucket.remaining, bucket.resets_in(now)

    def state(self) -> JsonObject | list[JsonObject]:
        """The answer of `/me/quota`."""
        return {"items": self._buckets()} if self._options.quota_list == "items" else self._buckets()

    def _buckets(self) -> list[JsonObject]:
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

    def __init__(self, options: Options, quota: Quota, limiter: Limiter) -> None:
        self._options = options
        self._quota = quota
        self._limiter = limiter
        self._numbers = itertools.count(1)
        self._asked = itertools.count(1)

    def __call__(self, handler: Handler) -> Handler:
        """The handler behind the checks."""

        async def guarded(request: Request) -> Response:
            refused = self._refusal(request.headers.get("authorization"))
            if refused:
                return self._with_ids(refused)
            path = request.url.path.removeprefix(request.scope.get("root_path", ""))
            allowed, remaining, resets_in = self._quota.spend(path)
            if self._proxy_fails():
                return NGINX_502.response()
            wait = self._limiter.overflow()
            if wait is not None:
                return (NGINX_429.retry_after(wait) if self._options.retry_after_429 else NGINX_429).response()
            response = await self._answer(handler, request, path) if allowed else self._quota_used_up(resets_in)
            if self._options.quota_headers:
                response.headers["X-Toggl-Quota-Remaining"] = str(remaining)
                response.headers["X-Toggl-Quota-Resets-In"] = str(resets_in)
            return self._with_ids(response)

        return guarded

    def _proxy_fails(self) -> bool:
        every = self._options.proxy_fails_every
        return every > 0 and next(self._asked) % every == 0

    async def _answer(self, handler: Handler, request: Request, path: str) -> Response:
        if any(part in path for part in self._options.paid_paths):
            return NEEDS_FEATURE_402.response()
        return await handler(request)

    def _refusal(self, authorization: str | None) -> Response | None:
        if authorization is None:
            return Response(status_code=401, headers={"X-Authorization-Missing": "true"})
        if _credentials(authorization) != f"{TOGGL_TOKEN}:api_token":
            return refusal(_WRONG_CREDENTIALS, self._options.wrong_token_status)
        return None

    def _quota_used_up(self, resets_in: int) -> Response:
        answer = hourly_limit_402(resets_in, text=self._options.quota_text)
        return (answer.retry_after(resets_in) if self._options.quota_retry_after else answer).response()

    def _with_ids(self, response: Response) -> Response:
        response.headers["X-Toggl-Request-Id"] = f"{next(self._numbers):032x}"
        if response.status_code < 300:
            response.headers["X-Service-Level"] = "GREEN"
        return response


def refusal(text: str, status: int) -> Response:
    """A Toggl error: the text as a JSON string."""
    return json_response(text, status)


def no_access() -> Response:
    """The token's owner may not have this."""
    return refusal("User does not have access to this resource.", 403)


def _credentials(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
