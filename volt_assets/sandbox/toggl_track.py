"""Toggl's Track v9: the token's owner, organizations, workspaces, people, lookups, and the owner's own entries.

No reports. Three lists of people have ids of three different kinds, as the real ones do (reference/toggl.md 2).
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from volt_assets.sandbox.answers import JsonObject, json_response, number
from volt_assets.sandbox.constants import ORGANIZATION_ID, WORKSPACE_ID
from volt_assets.sandbox.models import Person
from volt_assets.sandbox.toggl_auth import Guard, Handler, Quota, no_access, refusal
from volt_assets.sandbox.toggl_shapes import (
    client_json,
    entry_json,
    me_json,
    organization_json,
    organization_user_json,
    project_json,
    tag_json,
    user_json,
    workspace_json,
    workspace_user_json,
)
from volt_assets.sandbox.toggl_shown import Shown
from volt_assets.sandbox.weeks import zone

_MOST_ENTRIES = 1000
_OLDEST_DAYS = 90


class Track:
    """The Track v9 endpoints over one world."""

    def __init__(self, shown: Shown, guard: Guard, quota: Quota) -> None:
        self._shown = shown
        self._world = shown.world
        self._options = shown.options
        self._guard = guard
        self._quota = quota
        self._me = shown.me

    def routes(self) -> list[Route]:
        """All endpoints below `/api/v9`."""
        organization = "/organizations/{organization}"
        endpoints: dict[str, Callable[[Request], Response]] = {
            "/me": self._who, "/me/logged": lambda _: Response(), "/me/workspaces": self._my_workspaces,
            "/me/organizations": self._my_organizations, "/me/quota": lambda _: json_response(self._quota.state()),
            "/me/time_entries": self._my_entries, "/me/time_entries/current": self._current,
            "/workspaces/{workspace}": lambda _: json_response(self._workspace()),
            "/workspaces/{workspace}/users": self._users, "/workspaces/{workspace}/projects": self._projects,
            "/workspaces/{workspace}/clients": self._clients, "/workspaces/{workspace}/tags": self._tags,
            "/workspaces/{workspace}/workspace_users": self._workspace_users,
            f"{organization}/users": self._organization_users,
            f"{organization}/workspaces/{{workspace}}/workspace_users": self._workspace_users,
        }  # fmt: skip
        return [Route(f"/api/v9{path}", self._guard(_endpoint(answer)), methods=["GET"]) for path, answer in endpoints.items()]

    def _workspace(self) -> JsonObject:
        return workspace_json(admin=self._options.toggl_admin)

    def _who(self, request: Request) -> Response:
        me = me_json(self._me)
        if request.query_params.get("with_related_data") == "true":
            me |= {"workspaces": [self._workspace()], "tags": [tag_json(tag) for tag in self._world.tags]}
        return json_response(me)

    def _my_workspaces(self, _: Request) -> Response:
        return self._list([self._workspace()])

    def _my_organizations(self, _: Request) -> Response:
        return self._list([organization_json(len(self._listed()), admin=self._options.toggl_admin)])

    def _listed(self) -> list[Person]:
        return [person for person in self._world.people if not person.deleted]

    def _users(self, _: Request) -> Response:
        if not self._shown.may_list("users"):
            return no_access()
        return self._list([user_json(person) for person in self._listed()])

    def _organization_users(self, request: Request) -> Response:
        if not self._shown.may_list("organization_users"):
            return refusal("User is not authorized to list the organization users", 403)
        rows = [organization_user_json(person) for person in self._listed()]
        return self._page(request, rows, 50)

    def _workspace_users(self, request: Request) -> Response:
        if not self._shown.may_list("workspace_users"):
            return no_access()
        return self._page(request, [workspace_user_json(person) for person in self._listed()], 50)

    def _projects(self, request: Request) -> Response:
        wanted = request.query_params.get("active", "true")
        shown = [one for one in self._world.projects if wanted == "both" or one.active == (wanted == "true")]
        return self._page(request, [project_json(project) for project in shown], 151, largest=200)

    def _clients(self, _: Request) -> Response:
        return self._list([client_json(client) for client in self._world.clients])

    def _tags(self, _: Request) -> Response:
        return self._list([tag_json(tag) for tag in self._world.tags])

    def _current(self, _: Request) -> Response:
        running = [entry for entry, _ in self._shown.own_entries(with_deleted=False) if entry.running]
        return json_response(entry_json(running[0], self._world, self._me, meta=False) if running else None)

    def _my_entries(self, request: Request) -> Response:
        query = request.query_params
        if "since" in query and "before" in query:
            return refusal("'since' and 'before' can not be present simultaneously", 400)
        oldest = self._world.today - timedelta(days=_OLDEST_DAYS)
        start = self._moment(query.get("start_date")) or datetime.combine(oldest, time(), zone(self._me.zone))
        if start.date() < oldest:
            return refusal(f"start_date must not be earlier than {oldest}", 400)
        end = self._moment(query.get("end_date"), last=self._options.own_end_date == "inclusive")
        since = number(query.get("since"), 0)
        shown = [
            entry_json(entry, self._world, self._me, meta=query.get("meta") == "true", deleted=deleted)
            for entry, deleted in self._shown.own_entries(with_deleted="since" in query)
            if start <= entry.start and (end is None or entry.start < end) and entry.changed_at.timestamp() >= since
        ]
        return self._list(shown[:_MOST_ENTRIES])

    def _moment(self, text: str | None, *, last: bool = False) -> datetime | None:
        """A plain date is midnight in the owner's zone, so that an `end_date` is exclusive; as the `last` day, the midnight after it."""
        if not text:
            return None
        if len(text) == len("2025-01-01"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=int(last)), time(), zone(self._me.zone))
        return datetime.fromisoformat(text)

    def _list(self, rows: list[JsonObject], headers: dict[str, str] | None = None) -> Response:
        items = rows or (None if self._options.empty_lists == "null" else [])
        return json_response({"items": items} if self._options.lists == "items" else items, headers=headers)

    def _page(self, request: Request, rows: list[JsonObject], default: int, largest: int = 200) -> Response:
        size = min(max(1, number(request.query_params.get("per_page"), default)), largest)
        page = max(1, number(request.query_params.get("page"), 1))
        headers = {
            "X-Page": str(page), "X-Page-Size": str(size), "X-Pages": str(-(-len(rows) // size)),
            "X-Records": str(len(rows)), "X-Sort-Field": "name", "X-Sort-Order": "ASC",
        }  # fmt: skip
        return self._list(rows[(page - 1) * size : page * size], headers)


def _endpoint(answer: Callable[[Request], Response]) -> Handler:
    async def endpoint(request: Request) -> Response:
        ids = request.path_params
        if ids.get("workspace", str(WORKSPACE_ID)) != str(WORKSPACE_ID):
            return no_access()
        if ids.get("organization", str(ORGANIZATION_ID)) != str(ORGANIZATION_ID):
            return no_access()
        try:
            return answer(request)
        except ValueError:
            return refusal("Invalid request parameters", 400)

    return endpoint
