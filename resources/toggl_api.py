"""One request to a Toggl workspace, and what the status of its answer means to a caller.

Not here: which requests make up a week (`toggl`), how rows are read (`toggl_rows`).
Facts: `reference/toggl.md` sections 1, 6 and 7.
"""

import itertools
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from resources.errors import AnswerError, PlanError, QuotaError, RefusedError, ServiceError
from resources.http import HttpSession, decode_json, is_overloaded
from resources.toggl_rows import read_list

SERVICE = "Toggl"
_WRONG_TOKEN = "Incorrect username and/or password"  # noqa: S105 - Toggl's words, not a token
_QUOTA_RESET = re.compile(r"quota will reset in (\d+) seconds")
_WHOLE_QUOTA_SECONDS = 3600
_LIST_PAGE = 200


class TogglApi:
    """The requests about one workspace. Keeps Toggl's last word on the remaining quota."""

    def __init__(self, session: HttpSession, workspace_id: int) -> None:
        self.session = session
        self.workspace_id = workspace_id
        self.quota_remaining: int | None = None

    async def get(self, path: str, **query: str | int) -> Any:
        """The answer of Track v9 about the workspace. Raises a ServiceError that fits the status."""
        return self.decode(await self._get(path, query))

    async def get_list(self, path: str, **query: str | int) -> list[Any]:
        """One of the workspace's lists, as it comes."""
        return read_list(await self.get(path, **query), path.strip("/"))

    async def get_pages(self, path: str, **query: str | int) -> list[Any]:
        """All pages of a list. A page that brings nothing new ends it, as a server may cap or ignore `per_page`."""
        items: list[Any] = []
        for page in itertools.count(1):
            response = await self._get(path, {**query, "per_page": _LIST_PAGE, "page": page})
            found = read_list(self.decode(response), path.strip("/"))
            fresh = [item for item in found if item not in items]
            items += fresh
            if not fresh or len(found) < (_whole(response.headers.get("X-Page-Size")) or _LIST_PAGE):
                break
        return items

    async def report(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """The answer of Reports v3 about time entries, with the headers that page. Raises like `get`."""
        return await self._send("POST", f"/reports/api/v3/workspace/{self.workspace_id}/search/time_entries{path}", body)

    def decode(self, response: httpx.Response) -> Any:
        """The JSON of an answer. Raises AnswerError."""
        return decode_json(response, SERVICE, self.session.secrets)

    async def _get(self, path: str, query: Mapping[str, str | int]) -> httpx.Response:
        asked = f"?{urlencode(query)}" if query else ""
        return await self._send("GET", f"/api/v9/workspaces/{self.workspace_id}{path}{asked}")

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        response = await self.session.request(method, path, json=body)
        remaining = _whole(response.headers.get("X-Toggl-Quota-Remaining"))
        self.quota_remaining = self.quota_remaining if remaining is None else remaining
        if response.status_code != httpx.codes.OK:
            raise self._error(response)
        return response

    def _error(self, response: httpx.Response) -> ServiceError:
        """What a status other than 200 means (section 7)."""
        status, text = response.status_code, _error_text(response)
        if _is_web_page(response):
            return AnswerError(f"Toggl answered HTTP {status} with a web page: check TOGGL_API_URL.")
        says = self.session.excerpt(text) or "no reason given"
        if status == httpx.codes.UNAUTHORIZED or (status == httpx.codes.FORBIDDEN and _WRONG_TOKEN in text):
            return RefusedError(
                f"Toggl refused the token (HTTP {status}). "
                "Set TOGGL_API_TOKEN to the API token of a workspace admin (Toggl: Profile settings)."
            )
        if status in {httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND}:
            return RefusedError(
                f"Toggl gives this token no access to workspace {self.workspace_id} (HTTP {status}: {says}). "
                "Set TOGGL_WORKSPACE_ID to a workspace that the token's owner administers."
            )
        if status == httpx.codes.PAYMENT_REQUIRED:
            return self._payment_error(response, text, says)
        return AnswerError(
            f"Toggl answered HTTP {status} to {response.request.url.path}: {says}. "
            "It expects another request than Volt sends; please report this message."
        )

    def _payment_error(self, response: httpx.Response, text: str, says: str) -> ServiceError:
        """402 has two meanings: the hourly quota, or a feature that the plan lacks (section 6)."""
        reset = _QUOTA_RESET.search(text)
        remaining = _whole(response.headers.get("X-Toggl-Quota-Remaining"))
        if reset is None and (remaining is None or remaining > 0):
            return PlanError(f"Toggl's plan does not include this (HTTP 402: {says}). Ask the workspace's owner.")
        announced = int(reset[1]) if reset else _whole(response.headers.get("X-Toggl-Quota-Resets-In"))
        seconds = _WHOLE_QUOTA_SECONDS if announced is None else max(0, announced)
        return QuotaError(
            f"Toggl's hourly quota of requests is used up; it resets in {_minutes(seconds)}. "
            "A week needs 3 requests and one for each page of entries "
            f"({self.session.requests_made} were made here). Run again after that.",
            resets_in_seconds=seconds,
        )


def is_transient(response: httpx.Response) -> bool:
    """Toggl's 500 passes, like the usual ones (section 7)."""
    return is_overloaded(response) or response.status_code == httpx.codes.INTERNAL_SERVER_ERROR


def _is_web_page(response: httpx.Response) -> bool:
    """Whether something else than Toggl's API answered: a proxy, or another site at a wrong address."""
    return "html" in response.headers.get("content-type", "").lower() or response.text.lstrip("\ufeff \t\r\n").startswith("<")


def _error_text(response: httpx.Response) -> str:
    """The reason in a body that may be a JSON string, an object with `error` or `message`, or text."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return response.text
    if isinstance(body, dict):
        body = body.get("error") or body.get("message") or body
    if isinstance(body, dict):
        body = body.get("message") or body
    return str(body)


def _whole(header: str | None) -> int | None:
    return int(header) if header and re.fullmatch(r"\s*-?\d{1,18}\s*", header) else None


def _minutes(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
