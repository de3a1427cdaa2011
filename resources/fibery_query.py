"""How a question about a Fibery database is written as a command, in parts that fit Fibery's limits.

Not here: sending them (`fibery`), reading rows (`fibery_rows`). Facts: `reference/fibery.md` sections 3 and 6.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from volt_assets.domain.entities import Below, EntityRequest, ParentStep
from volt_assets.domain.fibery_schema import (
    ASSIGNEES_FIELD,
    COMMENT_SECRET,
    COMMENTS_FIELD,
    PUBLIC_ID,
    USER_TYPE,
    WORKFLOW_FIELD,
    Database,
    Field,
    FieldKind,
)
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

ROWS = 1000  # the most that the documentation says to ask for; at exactly this many there may be more
SUB_ROWS = 100
SECRET = "Collaboration~Documents/secret"  # noqa: S105 - a field's name
_SMALLEST_PAGE = 25
_DATES = {"createdAt": "fibery/creation-date", "modifiedAt": "fibery/modification-date"}
_FARTHEST_EAST, _FARTHEST_WEST = timedelta(hours=14), timedelta(hours=12)
_USER_SELECT = {"name": ["user/name"], "email": ["user/email"]}


_COMMENT_SELECT = {
    "created": ["fibery/creation-date"],
    "author": ["comment/author", "user/name"],
    "secret": [COMMENT_SECRET],
}
_NO_DATABASE = "entity.error/schema-type-not-found"


class Part(Value):
    """One command's share of a question: some ids, what is above some ids, or the rows after a `fibery/id`.

    A `request` of None asks for users. `is_bare` asks for number, title and state alone. `is_smaller`: a larger share was too much.
    """

    number: int
    request: EntityRequest | None
    public_ids: tuple[str, ...] = ()
    below: Below | None = None
    after: str | None = None
    limit: int = ROWS
    is_smaller: bool = False
    is_bare: bool = False

    @property
    def database(self) -> str:
        """The full name of the database that is asked."""
        return self.request.database.name if self.request else USER_TYPE

    def command(self) -> dict[str, Any]:
        """The command to send."""
        query: dict[str, Any] = {"q/from": self.database, "q/select": self._select()}
        conditions, params = self._conditions()
        if conditions:
            query["q/where"] = conditions[0] if len(conditions) == 1 else ["q/and", *conditions]
        query |= {"q/order-by": [[["fibery/id"], "q/asc"]], "q/limit": self.limit}
        return {"command": "fibery.entity/query", "args": {"query": query, "params": params}}

    def smaller(self) -> tuple["Part", ...]:
        """The same share in two halves (or in smaller pages), for a query that took too long (section 1.3); nothing below one id."""
        below = self.below if self.after is None else None
        ids = self.public_ids or (below.public_ids if below else ())
        if ids:
            return tuple(self._of(half, below) for half in halves(ids))
        if self.limit <= _SMALLEST_PAGE:
            return ()
        return (self.model_copy(update={"limit": max(_SMALLEST_PAGE, self.limit // 2), "is_smaller": True}),)

    def _of(self, ids: tuple[str, ...], below: Below | None) -> "Part":
        """The same share of these ids alone."""
        share = {"below": below.model_copy(update={"public_ids": ids})} if below else {"public_ids": ids}
        return self.model_copy(update={**share, "is_smaller": True})

    def bare(self, code: str) -> "Part | None":
        """The same share without what may have failed it, such as a field that has gone; None where nothing can be left out."""
        asked = self.request
        is_rich = asked is not None and bool(asked.fields or asked.parents or asked.children or asked.comments)
        if not is_rich or self.is_bare or code == _NO_DATABASE:
            return None
        return self.model_copy(update={"is_bare": True})

    def following(self, rows: list[dict[str, Any]]) -> "Part | None":
        """The share after these rows, if there may be one. Ids are never more than one answer holds."""
        last = rows[-1].get("id") if rows else None
        if self.public_ids or len(rows) != self.limit or not isinstance(last, str) or last == self.after:
            return None
        return self.model_copy(update={"after": last})

    def _select(self) -> dict[str, Any]:
        if self.request is None:
            return {"id": ["fibery/id"], **_USER_SELECT}
        return _bare_select(self.request.database) if self.is_bare else select(self.request)

    def _conditions(self) -> tuple[list[Any], dict[str, Any]]:
        conditions: list[Any] = []
        params: dict[str, Any] = {}
        if self.public_ids:
            conditions.append(["q/in", [PUBLIC_ID], "$ids"])
            params["$ids"] = list(self.public_ids)
        elif self.request and self.request.open_in_week:
            in_week, params = _open_in_week(self.request.database, Week(monday=self.request.open_in_week))
            conditions += in_week
        elif self.below:
            conditions.append(["q/in", [*self.below.path, PUBLIC_ID], "$ids"])
            params["$ids"] = list(self.below.public_ids)
        elif self.request:
            conditions.append(["=", [WORKFLOW_FIELD, "workflow/Type"], "$started"])
            params["$started"] = "Started"
        if self.after:
            conditions.append([">", ["fibery/id"], "$after"])
            params["$after"] = self.after
        return conditions, params


def parts_of(number: int, request: EntityRequest, batch_size: int) -> Iterator[Part]:
    """The shares of a question: ids in batches, each way to what is above, or one scan of what is started or open."""
    if request.started_only or request.open_in_week:
        yield Part(number=number, request=request)
        return
    ids = tuple(dict.fromkeys(request.public_ids))
    for start in range(0, len(ids), batch_size):
        yield Part(number=number, request=request, public_ids=ids[start : start + batch_size])
    for one in request.below:
        for start in range(0, len(one.public_ids), batch_size):
            share = one.model_copy(update={"public_ids": one.public_ids[start : start + batch_size]})
            yield Part(number=number, request=request, below=share)


def select(request: EntityRequest) -> dict[str, Any]:
    """The select in map form, under aliases of our own: field names may hold spaces, brackets and emoji."""
    database = request.database
    chosen = _bare_select(database)
    present = {field.name for field in database.fields}
    chosen |= {key: [name] for key, name in _DATES.items() if name in present}
    if database.has_assignees:
        chosen["assignees"] = _collection(ASSIGNEES_FIELD, _USER_SELECT)
    chosen |= {alias(number): _expression(field) for number, field in enumerate(request.fields)}
    chosen |= {f"p{number}": _parent(step) for number, step in enumerate(steps_up(request.parents))}
    chosen |= {
        f"c{number}": _collection(field.name, {"isFinal": [WORKFLOW_FIELD, "workflow/Final"]})
        for number, field in enumerate(request.children)
    }
    if request.comments:
        newest_first = {"q/order-by": [[["fibery/creation-date"], "q/desc"]]}
        chosen["comments"] = _collection(COMMENTS_FIELD, _COMMENT_SELECT) | newest_first
    return chosen


def steps_up(steps: tuple[ParentStep, ...]) -> Iterator[ParentStep]:
    """All ways up with those above them, in the order of their aliases."""
    for step in steps:
        yield step
        yield from steps_up(step.above)


def _bare_select(database: Database) -> dict[str, Any]:
    chosen: dict[str, Any] = {"id": ["fibery/id"], "publicId": [PUBLIC_ID], "name": [database.title_field]}
    if database.has_workflow:
        chosen |= {"state": [WORKFLOW_FIELD, "enum/name"], "isFinal": [WORKFLOW_FIELD, "workflow/Final"]}
    if database.has_state_type:
        chosen["stateType"] = [WORKFLOW_FIELD, "workflow/Type"]
    return chosen


def _parent(step: ParentStep) -> dict[str, Any]:
    """What a parent is, by paths from the entity itself: no request of its own."""
    asked = {
        "id": [*step.path, "fibery/id"],
        "publicId": [*step.path, PUBLIC_ID],
        "name": [*step.path, step.database.title_field],
    }
    if step.database.has_workflow:
        asked |= {
            "state": [*step.path, WORKFLOW_FIELD, "enum/name"],
            "isFinal": [*step.path, WORKFLOW_FIELD, "workflow/Final"],
        }
    return asked


Item = TypeVar("Item")


def halves(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], ...]:
    """The items in two halves; nothing where there is nothing to halve."""
    middle = (len(items) + 1) // 2
    return (items[:middle], items[middle:]) if len(items) > 1 else ()


def alias(number: int) -> str:
    """The alias of the field at this place of the request."""
    return f"f{number}"


def _expression(field: Field) -> Any:
    """How to ask for a field: a path, a map of paths from the entity itself, or a sub-query for a collection."""
    title = field.target_title or "fibery/public-id"
    asked: dict[FieldKind, Any] = {
        FieldKind.PRIMITIVE: [field.name],
        FieldKind.OPTION: [field.name, "enum/name"],
        FieldKind.OPTIONS: _collection(field.name, {"name": ["enum/name"]}),
        FieldKind.ENTITY: {
            "id": [field.name, "fibery/id"],
            "publicId": [field.name, "fibery/public-id"],
            "name": [field.name, title],
        },
        FieldKind.ENTITIES: _collection(field.name, {"publicId": ["fibery/public-id"], "name": [title]}),
        FieldKind.USER: [field.name, "user/name"],
        FieldKind.USERS: _collection(field.name, {"name": ["user/name"]}),
        FieldKind.DOCUMENT: [field.name, SECRET],
        FieldKind.FILES: _collection(field.name, {"name": ["fibery/name"]}),
    }
    return asked[field.kind]


def _open_in_week(database: Database, week: Week) -> tuple[list[Any], dict[str, Any]]:
    """What was open in a week: not final, or changed since it began, and created before it ended.

    Where entities have no state, all would be open for ever: there only those that changed count. Days are those of any place on Earth.
    """
    start, end = (datetime.combine(day, time(), tzinfo=UTC) for day in (week.monday, week.shifted(1).monday))
    changed: list[Any] = [">=", [_DATES["modifiedAt"]], "$since"]
    state = [WORKFLOW_FIELD, "workflow/Final"]
    was_open = ["q/or", ["!=", state, "$final"], changed] if database.has_workflow else changed
    moments = {"$since": start - _FARTHEST_EAST, "$before": end + _FARTHEST_WEST}
    params = {name: moment.strftime("%Y-%m-%dT%H:%M:%S.000Z") for name, moment in moments.items()}
    return [was_open, ["<", [_DATES["createdAt"]], "$before"]], params | ({"$final": True} if database.has_workflow else {})


def _collection(name: str, selected: dict[str, Any]) -> dict[str, Any]:
    return {"q/from": name, "q/select": selected, "q/limit": SUB_ROWS}
