"""Toggl's Reports v3: detailed report, totals, summary, and the two lists of people.

No Track v9, no choice of entries (`toggl_choice.py`), no paging (`toggl_pages.py`). Shapes are those of reference/toggl.md 3 and 4.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from volt_assets.sandbox.answers import JsonObject, json_body, json_response
from volt_assets.sandbox.constants import WORKSPACE_ID
from volt_assets.sandbox.interruptions import TOTALS, Interruptions, page_moment
from volt_assets.sandbox.models import Entry, Person
from volt_assets.sandbox.toggl_auth import Guard, Handler, no_access, refusal
from volt_assets.sandbox.toggl_choice import Answers, ReportQuery, finished, report_day
from volt_assets.sandbox.toggl_pages import Cut, first_row, page_of, page_size
from volt_assets.sandbox.toggl_query import BadRequestError, checked_fields, report_query
from volt_assets.sandbox.toggl_rows import rounded, row_json
from volt_assets.sandbox.toggl_shown import Shown
from volt_assets.sandbox.weeks import zone

_MOST_POSTED_IDS = 100


class Reports:
    """The report endpoints over one world."""

    def __init__(self, shown: Shown, guard: Guard, interruptions: Interruptions) -> None:
        self._shown = shown
        self._options = shown.options
        self._answers = Answers(shown)
        self._guard = guard
        self._interruptions = interruptions

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
        query, fields = report_query(body, self._options), checked_fields(body)
        size = page_size(fields, self._options)
        cut = Cut(first_row(fields, self._answers.answer(query).rows, self._options), size)
        self._interruptions.happen(page_moment(cut.number))
        page = page_of(self._answers.answer(query).rows, cut, self._options)
        written = [row_json(row, cut.first + at, query, self._shown) for at, row in enumerate(page.rows, start=1)]
        return json_response(written, headers=_range_headers(query) | page.headers)

    def _totals(self, body: object) -> Response:
        query = report_query(body, self._options)
        self._interruptions.happen(TOTALS)
        entries = self._answers.answer(query).entries
        by_day: Counter[date] = Counter()
        for entry in entries:
            by_day[report_day(entry, query, self._shown)] += self._counted(entry, query)
        content = {
            "seconds": by_day.total() + self._options.totals_off_by_seconds,
            "tracked_days": len({report_day(entry, query, self._shown) for entry in finished(entries)}),
            "billable_amount_in_cents": None, "labour_cost_in_cents": None,
            "rates": [{"billable_seconds": _sum((one for one in finished(entries) if one.billable), query),
                       "hourly_rate_in_cents": 0, "currency": "EUR"}],
            "resolution": "day", "graph": [_graph_day(by_day[day]) for day in _days(query)],
        }  # fmt: skip
        return json_response(content, headers=_range_headers(query))

    def _counted(self, entry: Entry, query: ReportQuery) -> int:
        return self._options.running_seconds_in_totals if entry.running else rounded(entry.seconds, query)

    def _summary(self, body: object) -> Response:
        query, fields = report_query(body, self._options), checked_fields(body)
        ids_field = self._options.summary_ids_field if fields.get("include_time_entry_ids") is True else None
        grouping, sub_grouping = str(fields.get("grouping") or "projects"), str(fields.get("sub_grouping") or "time_entries")
        entries = list(finished(self._answers.answer(replace(query, grouped=False)).entries))
        groups = [
            {"id": key, "sub_groups": self._sub_groups(found, grouping, sub_grouping, query, ids_field)}
            for key, found in _by(entries, self._key(grouping)).items()
        ]
        headers = {"X-Grouping": grouping, "X-Sub-Grouping": sub_grouping}
        return json_response({"groups": groups}, headers=_range_headers(query) | headers)

    def _sub_groups(
        self, entries: list[Entry], grouping: str, sub_grouping: str, query: ReportQuery, ids_field: str | None
    ) -> list[JsonObject]:
        by_words = sub_grouping == "time_entries"
        return [
            {
                "id": None if by_words else key, "title": key if by_words else None, "seconds": _sum(found, query),
                "local_start": self._false_utc(found[0]), "ForExport": False, "DistinguishRates": False,
                "Grouping": grouping, "SubGrouping": sub_grouping,
            } | ({ids_field: [entry.entry_id for entry in found]} if ids_field else {})
            for key, found in _by(entries, self._key(sub_grouping)).items()
        ]  # fmt: skip

    def _key(self, grouping: str) -> Callable[[Entry], int | str | None]:
        clients = {project.project_id: project.client_id for project in self._shown.world.projects}
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
        wall = entry.start.astimezone(zone(self._shown.people[entry.user_id].zone))
        return wall.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _filter_users(self, body: object) -> Response:
        if not self._shown.may_list("filters_users"):
            return no_access()
        fields = body if isinstance(body, dict) else {}
        people = self._posted_people(fields)
        if fields.get("active") is True:
            people = [person for person in people if not person.deleted and not person.deactivated]
        return json_response([{"id": one.user_id, "name": one.name} | self._left(one) for one in people])

    def _search_users(self, body: object) -> Response:
        if not isinstance(body, dict) or not body:
            raise BadRequestError("At least one parameter must be set")
        if not self._shown.may_list("search_users"):
            return no_access()
        return json_response([self._user(person) for person in self._posted_people(body)])

    def _posted_people(self, fields: JsonObject) -> list[Person]:
        ids = fields.get("ids")
        if isinstance(ids, list) and len(ids) > _MOST_POSTED_IDS:
            raise BadRequestError("Maximum count of posted IDs is 100")
        return [person for person in self._shown.world.people if not isinstance(ids, list) or person.user_id in ids]

    def _left(self, person: Person) -> JsonObject:
        return {"deleted_at": f"{self._shown.world.last_complete_week + timedelta(days=3)}T00:00:00Z"} if person.deleted else {}

    def _user(self, person: Person) -> JsonObject:
        return {
            "id": person.user_id, "workspace_user_id": person.membership_id, "email": person.email,
            "fullname": person.name, "avatar": "", "active": not (person.deleted or person.deactivated),
            "deactivated": person.deactivated, "deleted_at": self._left(person).get("deleted_at"),
        }  # fmt: skip


def _range_headers(query: ReportQuery) -> dict[str, str]:
    return {"X-Range-Start": query.start.isoformat(), "X-Range-End": query.end.isoformat()}


def _days(query: ReportQuery) -> Iterator[date]:
    return (query.start + timedelta(days=offset) for offset in range((query.end - query.start).days + 1))


def _sum(entries: Iterable[Entry], query: ReportQuery) -> int:
    return sum(rounded(entry.seconds, query) for entry in entries)


def _graph_day(seconds: int) -> JsonObject:
    return {"seconds": seconds, "billable_amount_in_cents": None, "labour_cost_in_cents": None, "by_rate": {}}


def _by(entries: list[Entry], key: Callable[[Entry], int | str | None]) -> dict[int | str | None, list[Entry]]:
    groups: dict[int | str | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups
