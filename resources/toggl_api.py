"""One request to a Toggl workspace: remembered, paid from the quota, and what the status of its answer means.

Not here: which requests make up a week (`toggl`), how rows are read (`toggl_rows`), the quota's arithmetic (`toggl_quota`).
Facts: `reference/toggl.md` sections 1, 6 and 7.
"""

import itertools
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from resources.errors import AnswerError, PlanError, RefusedError, ServiceError
from resources.http import HttpSession, decode_json, is_overloaded, plain_words
from resources.toggl_quota import WHOLE_HOUR_SECONDS, QuotaLedger, QuotaPatience, whole, within_an_hour
from resources.toggl_rows import read_list
from resources.toggl_unfinished import UnfinishedFetch

SERVICE = "Toggl"
_WRONG_TOKEN = "Incorrect username and/or password"  # noqa: S105 - Toggl's words, not a token
_QUOTA_RESET = re.compile(r"\breset in (\d{1,9}) (second|minute|hour)", re.IGNORECASE)
_QUOTA_WORDS = re.compile(r"\bhourly (?:limit|quota)\b", re.IGNORECASE)
_UNITS = {"second": 1, "minute": 60, "hour": 3600}
_LIST_PAGE = 200


class TogglApi:
    """The requests about one workspace. `unfinished` may know an answer already; `ledger` and `patience` see to the quota."""

    def __init__(
        self, session: HttpSession, workspace_id: int, *, unfinished: UnfinishedFetch, ledger: QuotaLedger, patience: QuotaPatience
    ) -> None:
        self.session = session
        self.workspace_id = workspace_id
        self.unfinished = unfinished
        self.ledger = ledger
        self._patience = patience

    async def get(self, path: str, *, fresh: bool = False) -> Any:
        """The answer of Track v9 about the workspace, a remembered one unless `fresh`. Raises a ServiceError that fits the status."""
        return self.decode(await self._get(path, {}, fresh=fresh))

    async def get_own(self, path: str) -> Any:
        """The answer of Track v9 about the token's owner alone, which another bucket of the quota pays. Raises like `get`."""
        return self.decode(await self._send("GET", f"/api/v9/me{path}", fresh=True))

    async def get_list(self, path: str, **query: str | int) -> list[Any]:
        """One of the workspace's lists, as it comes."""
        return read_list(self.decode(await self._get(path, query)), path.strip("/"))

    async def get_pages(self, path: str, **query: str | int) -> list[Any]:
        """All pages of a list. A page that brings nothing new ends it, as a server may cap or ignore `per_page`."""
        items: list[Any] = []
        for page in itertools.count(1):
            response = await self._get(path, {**query, "per_page": _LIST_PAGE, "page": page})
            found = read_list(self.decode(response), path.strip("/"))
            fresh = [item for item in found if item not in items]
            items += fresh
            if not fresh or len(found) < (whole(response.headers.get("X-Page-Size")) or _LIST_PAGE):
                break
        return items

    async def report(self, path: str, body: Mapping[str, Any], *, fresh: bool = False) -> httpx.Response:
        """The answer of Reports v3 about time entries, with the headers that page. Raises like `get`."""
        return await self._send("POST", f"/reports/api/v3/workspace/{self.workspace_id}/search/time_entries{path}", body, fresh=fresh)

    def decode(self, response: httpx.Response) -> Any:
        """The JSON of an answer. Raises AnswerError."""
        return decode_json(response, SERVICE, self.session.secrets)

    async def _get(self, path: str, query: Mapping[str, str | int], *, fresh: bool = False) -> httpx.Response:
        asked = f"?{urlencode(query)}" if query else ""
        return await self._send("GET", f"/api/v9/workspaces/{self.workspace_id}{path}{asked}", fresh=fresh)

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, fresh: bool = False) -> httpx.Response:
        """An answer with status 200. A `fresh` one is neither remembered nor recalled: rights and proofs are those of now."""
        known = None if fresh else self.unfinished.recall(method, path, body)
        if known is not None:
            return known
        while True:
            response = await self.session.request(method, path, json=body)
            self.ledger.note(path, response.headers)
            if response.status_code == httpx.codes.OK:
                break
            resets_in_seconds = _quota_reset(response)
            if resets_in_seconds is None:
                raise self._error(response)
            await self._patience.wait(resets_in_seconds, problem="hourly quota of requests is used up")
        self._patience.answered()
        if not fresh:
            self.unfinished.keep(method, path, body, response)
        return response

    async def afford(self, requests: int) -> None:
        """Sees to it that this many requests are left, waiting for a near reset. Raises QuotaError where it is not near."""
        seconds = self.ledger.seconds_until_enough(requests)
        if seconds:
            left = self.ledger.remaining()
            await self._patience.wait(seconds, problem=f"hourly quota has {left} requests left, but {requests} are needed")

    def _error(self, response: httpx.Response) -> ServiceError:
        """What a status other than 200 means (section 7), the used-up quota aside."""
        status, text = response.status_code, _error_text(response)
        if _is_web_page(response):
            return AnswerError(f"Toggl answered HTTP {status} with a web page: check TOGGL_API_URL.")
        says = self.session.excerpt(text).rstrip(".") or "no reason given"
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
            return PlanError(f"Toggl's plan does not include this (HTTP 402: {says}). Ask the workspace's owner.")
        return AnswerError(
            f"Toggl answered HTTP {status} to {response.request.url.path}: {says}. "
            "It expects another request than Volt sends; please report this message."
        )


def is_transient(response: httpx.Response) -> bool:
    """Toggl's 500 passes, like the usual ones (section 7)."""
    return is_overloaded(response) or response.status_code == httpx.codes.INTERNAL_SERVER_ERROR


def answered_at(response: httpx.Response) -> datetime | None:
    """When Toggl answered, by its own clock; None where it does not say."""
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None


def _quota_reset(response: httpx.Response) -> int | None:
    """In how many seconds the used-up quota resets; None where 402 means a feature that the plan lacks (section 6)."""
    if response.status_code != httpx.codes.PAYMENT_REQUIRED:
        return None
    text = _error_text(response)
    told = _QUOTA_RESET.search(text)
    remaining = whole(response.headers.get("X-Toggl-Quota-Remaining"))
    if told is None and not _QUOTA_WORDS.search(text) and (remaining is None or remaining > 0):
        return None
    seconds = int(told[1]) * _UNITS[told[2].lower()] if told else whole(response.headers.get("X-Toggl-Quota-Resets-In"))
    return WHOLE_HOUR_SECONDS if seconds is None else within_an_hour(seconds)


def _is_web_page(response: httpx.Response) -> bool:
    """Whether something else than Toggl's API answered: a proxy, or another site at a wrong address."""
    return "html" in response.headers.get("content-type", "").lower() or response.text.lstrip("\ufeff \t\r\n").startswith("<")


def _error_text(response: httpx.Response) -> str:
    """The reason in a body that may be a JSON string, an object with `error` or `message`, or text; nothing of any other body."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return plain_words(response)
    if isinstance(body, dict):
        body = body.get("error") or body.get("message")
    if isinstance(body, dict):
        body = body.get("message")
    return body if isinstance(body, str) else ""
