"""What every Fibery answer goes through: the token, the two rate limits, slowness, and answers of a service that is not well.

No commands and no data. Texts and codes are those of reference/fibery.md 1.1, 1.3 and 6.
"""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from volt_assets.sandbox.answers import json_body, json_response
from volt_assets.sandbox.constants import FIBERY_OTHER_TOKEN, FIBERY_TOKEN
from volt_assets.sandbox.faults import (
    FORBIDDEN_403,
    FORBIDDEN_JSON_403,
    NGINX_429,
    NGINX_502,
    NGINX_503,
    NGINX_504,
    NOT_FOUND_404,
    SIGN_IN_PAGE_200,
    TOO_MANY_REQUESTS_429,
    UNAUTHORIZED_401,
    UNEXPECTED_JSON_500,
    CannedAnswer,
)
from volt_assets.sandbox.gate import Clock
from volt_assets.sandbox.limits import Limiter
from volt_assets.sandbox.models import Role
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.people import PEOPLE
from volt_assets.sandbox.users import of_role, user_id

Handler = Callable[[Request], Awaitable[Response]]

ME: Final = "sandbox.me"
"""The scope key under which the handlers find the Fibery user whose token asks."""

_INSTEAD: Final[dict[str, CannedAnswer]] = {
    "html_200": SIGN_IN_PAGE_200,
    "text_403": FORBIDDEN_403,
    "json_403": FORBIDDEN_JSON_403,
    "text_404": NOT_FOUND_404,
    "json_500": UNEXPECTED_JSON_500,
    "html_502": NGINX_502,
    "html_503": NGINX_503,
    "html_504": NGINX_504,
}


class FiberyGuard:
    """Wraps handlers so that each request is authenticated, counted, delayed and now and then spoilt."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._numbers = itertools.count(1)
        self._users = {
            FIBERY_TOKEN: user_id(PEOPLE[0]),
            FIBERY_OTHER_TOKEN: user_id(of_role(Role.PRODUCT)),
        }
        self._of_token = {token: _limiter(options.fibery_requests_per_second, clock) for token in self._users}
        self._of_workspace = _limiter(options.fibery_workspace_requests_per_second, clock)

    def __call__(self, handler: Handler) -> Handler:
        """The handler behind the checks."""

        async def guarded(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme not in self._options.fibery_schemes or token not in self._users:
                return UNAUTHORIZED_401.response()
            wait = await self._wait(request, token)
            if wait is not None:
                return self._too_many(wait)
            request.scope[ME] = self._users[token]
            if self._options.fibery_answer_seconds:
                await self._clock.wait(self._options.fibery_answer_seconds)
            return await self._answer(handler, request)

        return guarded

    async def _wait(self, request: Request, token: str) -> int | None:
        amount = await _commands(request) if self._options.fibery_commands_count else 1
        waits = [limit.overflow(amount) for limit in (self._of_token[token], self._of_workspace)]
        return max((wait for wait in waits if wait is not None), default=None)

    def _too_many(self, wait: int) -> Response:
        answers = {"text": TOO_MANY_REQUESTS_429, "empty": CannedAnswer(429), "html": NGINX_429}
        response = answers[self._options.fibery_429_body].response()
        if self._options.fibery_retry_after == "seconds":
            response.headers["Retry-After"] = str(wait)
        elif self._options.fibery_retry_after == "date":
            response.headers["Retry-After"] = format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)
        return response

    async def _answer(self, handler: Handler, request: Request) -> Response:
        fault = self._options.fibery_fault
        concerned = fault != "none" and self._options.fibery_fault_in in {"all", request.url.path.split("/api/")[1].split("/")[0]}
        if not concerned or next(self._numbers) % self._options.fibery_fault_every:
            return await handler(request)
        if fault in _INSTEAD:
            return _INSTEAD[fault].response()
        if fault == "not_an_array":
            return json_response({"success": True, "result": "ok"})
        whole = bytes((await handler(request)).body)
        return Response(whole[: len(whole) * 2 // 3], 200, media_type="application/json; charset=utf-8")


def _limiter(rate: float | None, clock: Clock) -> Limiter:
    return Limiter(rate, max(1.0, rate or 1.0), clock)


async def _commands(request: Request) -> int:
    """How many commands the request brings; one where it brings none."""
    body = await json_body(request)
    return max(1, len(body)) if isinstance(body, list) else 1
