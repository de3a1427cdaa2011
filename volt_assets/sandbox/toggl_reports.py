"""Toggl's Reports v3: detailed report with its paging, totals, summary, and the two lists of people.

No Track v9 and no choice of entries (`toggl_rows.py`). Shapes are those of reference/toggl.md 3 and 4.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from volt_assets.sandbox.answers import JsonObject, json_body, json_response
from volt_assets.sandbox.constants import WORKSPACE_ID
from volt_assets.sandbox.models import Entry, Person
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.toggl_auth import Guard, Handler, refusal
from volt_assets.sandbox.toggl_query import BadRequestError, checked_fields, report_query, whole_number
from volt_assets.sandbox.toggl_rows import Report, ReportQuery, finished, rounded
from volt_assets.sandbox.weeks import zone
from volt_assets.sandbox.world import World

_DEFAULT_PAGE = 50
_MOST_POSTED_IDS = 100


class Reports:
    """The report endpoints over one world."""

    def __init__(self, world: World, options: Options, guard: Guard) -> None:
        self._world = world
        self._options = options
        self._guard = guard

    def routes(self) -> list[Route]:
        """All endpoints below `/reports/api/v3`."""
        base = "/reports/api/v3/workspace/{workspace}"
        endpoints = {
            "search/time_entries": self._detailed,
            "search/time_entries/totals": self._totals,
            "summary/time_entries": self._summary,
            "filters/users": self._filter_users,
            "search/users": self._search_users,
        }
        return [Route(f"{base}/{path}", self._guard(self._endpoint(answer)), methods=["POST"]) for path, answer in endpoints.items()]

    def _endpoint(self, answer: Callable[[object], Response]) -> Handler:
        async def endpoint(request: Request) -> Response:
            if request.path_params["workspace"] != str(WORKSPACE_ID):
                return refusal("Workspace not found/accessible", 403)
            try:
                return answer(await json_body(request))
            except BadRequestError as error:
                return refusal(error.text, 400)

        return endpoint

    def _detailed(self, body: object) -> Response:
        query, fields = report_query(body), checked_fields(body)
        report = Report(self._world, self._options, query)
        rows = report.rows()
        size = self._page_size(fields)
        first = _first_row(fields, rows)
        page = rows[first : first + size]
        written = [report.written(row, first + at) for at, row in enumerate(page, start=1)]
        return json_response(written, headers=_range_headers(query) | _page_headers(rows, first, size))

    def _page_size(self, fields: JsonObject) -> int:
        wanted = whole_number(fields, "page_size")
        if wanted is not None and wanted < 1:
            raise BadRequestError("Invalid 'page_size' value")
        return min(_DEFAULT_PAGE if wanted is None else wanted, self._options.page_size_cap)

    def _totals(self, body: object) -> Response:
        query = report_query(body)
        entries = list(finished(Report(self._world, self._options, query).entries()))
        billable = _sum((entry for entry in entries if entry.billable), query)
        days = [query.start + timedelta(days=offset) for offset in range((query.end - query.start).days + 1)]
        content = {
            "seconds": _sum(entries, query), "tracked_days": len({entry.day for entry in entries}),
            "billable_amount_in_cents": None, "labour_cost_in_cents": None,
            "rates": [{"billable_seconds": billable, "hourly_rate_in_cents": 0, "currency": "EUR"}],
            "resolution": "day",
            "graph": [_graph_day([entry for entry in entries if entry.day == day], query) for day in days],
        }  # fmt: skip
        return json_response(content, headers=_range_headers(query))

    def _summary(self, body: object) -> Response:
        query, fields = report_query(body), checked_fields(body)
        grouping, sub_grouping = str(fields.get("grouping") or "projects"), str(fields.get("sub_grouping") or "time_entries")
        entries = list(finished(Report(self._world, self._options, replace(query, grouped=False)).entries()))
        groups = [
            {"id": key, "sub_groups": self._sub_groups(found, grouping, sub_grouping, query)}
            for key, found in _by(entries, self._key(grouping)).items()
        ]
        headers = {"X-Grouping": grouping, "X-Sub-Grouping": sub_grouping}
        return json_response({"groups": groups}, headers=_range_headers(query) | headers)

    def _sub_groups(self, entries: list[Entry], grouping: str, sub_grouping: str, query: ReportQuery) -> list[JsonObject]:
        by_words = sub_grouping == "time_entries"
        return [
            {
                "id": None if by_words else key, "title": key if by_words else None, "seconds": _sum(found, query),
                "local_start": self._false_utc(found[0]), "ForExport": False, "DistinguishRates": False,
                "Grouping": grouping, "SubGrouping": sub_grouping,
            }
            for key, found in _by(entries, self._key(sub_grouping)).items()
        ]  # fmt: skip

    def _key(self, grouping: str) -> Callable[[Entry], int | str | None]:
        clients = {project.project_id: project.client_id for project in self._world.projects}
        keys: dict[str, Callable[[Entry], int | str | None]] = {
            "projects": lambda entry: entry.project_id,
            "users": lambda entry: entry.user_id,
            "clients": lambda entry: clients.get(entry.project_id or 0),
            "time_entries": lambda entry: entry.description,
            "tasks": lambda _: None,
        }
        if grouping not in keys:
            raise BadRequestError(f"Invalid 'grouping' value, allowed values are: '{', '.join(keys)}'")
        return keys[grouping]

    def _false_utc(self, entry: Entry) -> str:
        """The recorded trap: the owner's wall clock, marked as if it were UTC."""
        wall = entry.start.astimezone(zone(self._world.person(entry.user_id).zone))
        return wall.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _filter_users(self, body: object) -> Response:
        fields = body if isinstance(body, dict) else {}
        people = self._posted_people(fields)
        if fields.get("active") is True:
            people = [person for person in people if not person.deleted and not person.deactivated]
        return json_response([{"id": one.user_id, "name": one.name} | self._left(one) for one in people])

    def _search_users(self, body: object) -> Response:
        if not isinstance(body, dict) or not body:
            raise BadRequestError("At least one parameter must be set")
        return json_response([self._user(person) for person in self._posted_people(body)])

    def _posted_people(self, fields: JsonObject) -> list[Person]:
        ids = fields.get("ids")
        if isinstance(ids, list) and len(ids) > _MOST_POSTED_IDS:
            raise BadRequestError("Maximum count of posted IDs is 100")
        return [person for person in self._world.people if not isinstance(ids, list) or person.user_id in ids]

    def _left(self, person: Person) -> JsonObject:
        return {"deleted_at": f"{self._world.last_complete_week + timedelta(days=3)}T00:00:00Z"} if person.deleted else {}

    def _user(self, person: Person) -> JsonObject:
        return {
            "id": person.user_id, "workspace_user_id": person.membership_id, "email": person.email,
            "fullname": person.name, "avatar": "", "active": not (person.deleted or person.deactivated),
            "deactivated": person.deactivated, "deleted_at": self._left(person).get("deleted_at"),
        }  # fmt: skip


def _first_row(fields: JsonObject, rows: list[list[Entry]]) -> int:
    """The index of the page's first row. An id without a timestamp silently finds nothing (reference/toggl.md 3.4)."""
    first_id, timestamp = whole_number(fields, "first_id"), whole_number(fields, "first_timestamp")
    number = whole_number(fields, "first_row_number")
    if first_id is not None and timestamp is None:
        return len(rows)
    if number is not None:
        if number < 1:
            raise BadRequestError("Invalid 'first_row_number' value")
        return number - 1
    if first_id is not None:
        return next((at for at, row in enumerate(rows) if row[0].entry_id == first_id), len(rows))
    return 0


def _range_headers(query: ReportQuery) -> dict[str, str]:
    return {"X-Range-Start": query.start.isoformat(), "X-Range-End": query.end.isoformat()}


def _page_headers(rows: list[list[Entry]], first: int, size: int) -> dict[str, str]:
    headers = {"X-Page-Size": str(size)}
    if first + size < len(rows):
        following = rows[first + size][0]
        headers |= {
            "X-Next-ID": str(following.entry_id),
            "X-Next-Row-Number": str(first + size + 1),
            "X-Next-Timestamp": str(int(following.start.timestamp())),
        }
    return headers


def _sum(entries: Iterable[Entry], query: ReportQuery) -> int:
    return sum(rounded(entry.seconds, query) for entry in entries)


def _graph_day(entries: list[Entry], query: ReportQuery) -> JsonObject:
    return {"seconds": _sum(entries, query), "billable_amount_in_cents": None, "labour_cost_in_cents": None, "by_rate": {}}


def _by(entries: list[Entry], key: Callable[[Entry], int | str | None]) -> dict[int | str | None, list[Entry]]:
    groups: dict[int | str | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups
