"""Answers of the proxies and servers before and behind the real APIs, to be given on demand instead of the true one.

No queue of them (`gate.py`) and no rules for when they come. Bodies are those of reference/toggl.md 6 and 7, and fibery.md 1.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from starlette.responses import Response

_JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer that does not depend on the request."""

    status: int
    body: str = ""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """That answer."""
        return Response(self.body, self.status, dict(self.headers), media_type=self.content_type)

    def retry_after(self, seconds: int) -> "CannedAnswer":
        """The same answer with a Retry-After."""
        return replace(self, headers={**self.headers, "Retry-After": str(seconds)})


def _nginx(status: int, reason: str) -> CannedAnswer:
    said = f"{status} {reason}"
    body = (
        f"<html>\r\n<head><title>{said}</title></head>\r\n<body>\r\n<center><h1>{said}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return CannedAnswer(status, body, "text/html")


NGINX_400: Final = _nginx(400, "Bad Request")
"""What the rate limiter once gave in place of a 429."""
NGINX_429: Final = _nginx(429, "Too Many Requests")
NGINX_502: Final = _nginx(502, "Bad Gateway")
NGINX_503: Final = _nginx(503, "Service Temporarily Unavailable")
NGINX_504: Final = _nginx(504, "Gateway Time-out")
SERVER_ERROR_500: Final = CannedAnswer(500, '"Internal Server Error"', _JSON)
GONE_410: Final = CannedAnswer(410, '"This endpoint is no longer available"', _JSON)
"""The status is known, its words are ours."""
NEEDS_FEATURE_402: Final = CannedAnswer(402, '"Workspace needs to have this feature enabled"', _JSON)

UNAUTHORIZED_401: Final = CannedAnswer(401, "Unauthorized")
"""Fibery's, as its next three; bodies of 403 and 404 are not known."""
TOO_MANY_REQUESTS_429: Final = CannedAnswer(429, "Too Many Requests")
FORBIDDEN_403: Final = CannedAnswer(403, "Forbidden")
NOT_FOUND_404: Final = CannedAnswer(404, "Not Found")
FORBIDDEN_JSON_403: Final = CannedAnswer(403, '{"name":"access.error/forbidden","message":"Access denied.","data":{}}', _JSON)
UNEXPECTED_JSON_500: Final = CannedAnswer(500, '{"name":"unexpected.error/internal","message":"Unexpected failure.","data":{}}', _JSON)
SIGN_IN_PAGE_200: Final = CannedAnswer(200, "<!doctype html><html><head><title>Sign in</title></head><body></body></html>", "text/html")


def hourly_limit_402(resets_in: int, *, text: Literal["json", "bare", "longer"] = "json") -> CannedAnswer:
    """The hourly quota is used up: as a JSON string, as bare text, or in more words, of which only the first are known."""
    said = f"You have hit your hourly limit for API calls. The quota will reset in {resets_in} seconds."
    if text == "bare":
        return CannedAnswer(402, said)
    more = " Upgrade your plan to get a higher limit." if text == "longer" else ""
    return CannedAnswer(402, f'"{said}{more}"', _JSON)
