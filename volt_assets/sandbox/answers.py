"""Small helpers that the services share: JSON answers as bytes, and values read from untrusted bodies.

No service's own rules.
"""

import json

from starlette.requests import Request
from starlette.responses import Response

JsonObject = dict[str, object]


def json_response(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in UTF-8 JSON, with the content type that Toggl and Fibery send."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers, media_type="application/json; charset=utf-8")


async def json_body(request: Request) -> object:
    """The parsed body, or None when it is no JSON."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def number(text: str | None, default: int) -> int:
    """A whole number from a query parameter."""
    return int(text) if text and text.lstrip("-").isdigit() else default
