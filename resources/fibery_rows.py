"""How the rows of a Fibery answer become entities and users.

Not here: what was asked (`fibery_query`), documents' texts, failures (`fibery`). Facts: `reference/fibery.md` section 2.2.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from resources.errors import AnswerError
from resources.fibery_documents import Documents
from resources.fibery_query import SUB_ROWS, alias, steps_up
from volt_assets.domain.entities import (
    Assignee,
    Comment,
    EntityKey,
    EntityLink,
    EntityRecord,
    EntityRequest,
    FiberyUser,
    ParentStep,
    Progress,
    Remark,
    labels,
)
from volt_assets.domain.fibery_schema import Field, FieldKind
from volt_assets.domain.people import normal_email, shown_name
from volt_assets.domain.values import clean_text

Row = Mapping[str, Any]
_NUMBERS = frozenset({"fibery/decimal", "fibery/int"})
_DEEPEST = 20
"""Levels within one value: Fibery's own have two, and what is stored may not have more than a few hundred."""
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_LISTS = frozenset({FieldKind.OPTIONS, FieldKind.ENTITIES, FieldKind.USERS, FieldKind.FILES})


def read_record(row: Row, request: EntityRequest, documents: Documents) -> EntityRecord:
    """The entity of a row. Raises AnswerError where the row has no public id."""
    key = EntityKey(space=request.database.space, database=request.database.database, public_id=_needed(row, "publicId", request))
    remarks: list[Remark] = []
    in_period = _comments_in_period(row, request)
    return EntityRecord(
        key=key,
        name=_text(row.get("name")) or f"#{key.public_id}",
        state=_text(row.get("state")),
        state_type=_text(row.get("stateType")),
        is_final=_final(row.get("isFinal")),
        assignees=tuple(_assignee(user) for user in _objects(row.get("assignees")) if _text(user.get("name"))),
        parents=tuple(_way_up(request.parents, {step.path: row.get(f"p{at}") for at, step in enumerate(steps_up(request.parents))})),
        progress=_progress(row, request),
        comments=tuple(_comment(comment, request, documents, remarks) for comment in _newest(in_period, request)),
        comments_in_period=len(in_period),
        created_at=_usable(row.get("createdAt"), "creation date", remarks),
        modified_at=_usable(row.get("modifiedAt"), "modification date", remarks),
        fibery_id=_text(row.get("id")),
        fields={name: _value(name, field, value, request, documents, remarks) for name, field, value in _fields(row, request)},
        remarks=(*_list_remarks(row, request, len(in_period)), *dict.fromkeys(remarks)),
    )


def read_user(row: Row) -> FiberyUser:
    """A person in Fibery. Raises AnswerError where the row has no id."""
    user_id = row.get("id")
    if not isinstance(user_id, str):
        raise AnswerError("Fibery listed a user without an id. Try again later.")
    email = normal_email(_text(row.get("email")))
    return FiberyUser(id=user_id, name=shown_name(_text(row.get("name"))) or shown_name(email) or user_id, email=email)


def secrets_of(row: Row, request: EntityRequest) -> Iterator[str]:
    """The keys of a row's rich texts and wanted comments, by which their text is asked for. They are confidential."""
    for _, field, value in _fields(row, request):
        if field.kind is FieldKind.DOCUMENT and isinstance(value, str) and value:
            yield value
    for comment in _newest(_comments_in_period(row, request), request):
        if isinstance(comment.get("secret"), str):
            yield comment["secret"]


def _fields(row: Row, request: EntityRequest) -> Iterator[tuple[str, Field, Any]]:
    """Name, field and value of what came of what was asked."""
    named = labels(request.fields)
    for number, field in enumerate(request.fields):
        if alias(number) in row:
            yield named[field.name], field, row[alias(number)]


def _way_up(steps: Iterable[ParentStep], told: Mapping[tuple[str, ...], Any]) -> Iterator[EntityLink]:
    """The first parent that is there, then its own."""
    for step in steps:
        parent = told.get(step.path)
        if isinstance(parent, Mapping) and (public_id := _text(parent.get("publicId"))):
            yield _link(step, parent, public_id)
            yield from _way_up(step.above, told)
            return


def _link(step: ParentStep, parent: Row, public_id: str) -> EntityLink:
    key = EntityKey(space=step.database.space, database=step.database.database, public_id=public_id)
    return EntityLink(
        relation=clean_text(step.relation),
        entity_id=str(key),
        name=_text(parent.get("name")) or f"#{public_id}",
        entity=key,
        state=_text(parent.get("state")),
        is_final=_final(parent.get("isFinal")),
        fibery_id=_text(parent.get("id")),
    )


def _progress(row: Row, request: EntityRequest) -> Progress | None:
    """What is done of what is below; None where nothing is below."""
    lists = [_objects(row.get(f"c{number}")) for number in range(len(request.children))]
    children = [child for found in lists for child in found]
    done = sum(1 for child in children if _final(child.get("isFinal")))
    return Progress(done=done, all=len(children), is_partial=any(len(found) >= SUB_ROWS for found in lists)) if children else None


def _comments_in_period(row: Row, request: EntityRequest) -> list[Row]:
    """The comments of the period, newest first."""
    period = request.comments
    if period is None:
        return []
    dated = [(moment, comment) for comment in _objects(row.get("comments")) if (moment := _moment(comment.get("created")))]
    return [comment for moment, comment in sorted(dated, key=lambda one: one[0], reverse=True) if period.holds(moment)]


def _newest(comments: list[Row], request: EntityRequest) -> list[Row]:
    """As many as the budget allows, oldest first."""
    return comments[: request.budget.max_comments][::-1]


def _comment(comment: Row, request: EntityRequest, documents: Documents, remarks: list[Remark]) -> Comment:
    created = _moment(comment.get("created"))
    if created is None:
        raise AnswerError("Fibery sent a comment without its date. Try again later.")
    text, reason = documents.read(comment.get("secret"), request.budget.max_comment_characters)
    if reason:
        remarks.append(Remark(about="comments", reason=reason))
    return Comment(author=_text(comment.get("author")), created_at=created, text=text)


def _list_remarks(row: Row, request: EntityRequest, in_period: int) -> Iterator[Remark]:
    """What Fibery, or the budget, left out of lists. Exactly as many as were asked for means that there may be more (section 3.3)."""
    for name, field, value in _fields(row, request):
        if field.kind in _LISTS and len(_objects(value)) >= SUB_ROWS:
            yield Remark(about=name, reason=f"only the first {SUB_ROWS} are known")
    if request.comments and in_period >= SUB_ROWS:
        yield Remark(about="comments", reason=f"only the newest {SUB_ROWS} are known")
    elif in_period > request.budget.max_comments:
        yield Remark(about="comments", reason=f"the newest {request.budget.max_comments} of {in_period} are kept")


def _value(name: str, field: Field, value: Any, request: EntityRequest, documents: Documents, remarks: list[Remark]) -> Any:
    if field.kind in _LISTS:
        return [_text(item.get("name")) or f"#{item.get('publicId')}" for item in _objects(value) if any(item.values())]
    if field.kind is FieldKind.ENTITY:
        target = value if isinstance(value, Mapping) and value.get("publicId") else None
        return (_text(target.get("name")) or f"#{target['publicId']}") if target else None
    text, reason = value, None
    if _is_deeper(value, _DEEPEST):
        text, reason = None, f"Fibery sent a value of more than {_DEEPEST} levels, which is left out"
    elif field.kind is FieldKind.DOCUMENT:
        text, reason = documents.read(value, request.budget.max_text_characters)
    elif isinstance(value, str) and len(value) > request.budget.max_text_characters:
        text, reason = documents.fit(value, request.budget.max_text_characters)
    if reason:
        remarks.append(Remark(about=name, reason=reason))
    return _number(text) if field.type in _NUMBERS else _plain(text)


def _is_deeper(value: Any, most: int) -> bool:
    """Whether a value has more levels than this. Level by level, for a recursion would itself be too deep."""
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in (one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ())]
    return bool(level)


def _final(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> Any:
    """Decimals come as text, such as "2.50"; what is no finite number stays as it came."""
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number.adjusted() > 300:
        return _plain(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _plain(value: Any) -> Any:
    """A value with clean texts; an object of nulls is nothing, as empty relations may come that way (section 3.1)."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        inner = {clean_text(str(key)): _plain(item) for key, item in value.items()}
        return inner if any(item is not None for item in inner.values()) else None
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _usable(value: Any, about: str, remarks: list[Remark]) -> datetime | None:
    """A moment that other moments can be counted from: at the calendar's edge a time zone or an hour more has no date."""
    moment = _moment(value)
    if moment is None or _FIRST < moment < _LAST:
        return moment
    remarks.append(Remark(about=about, reason=f"Fibery says {moment.date()}, which is left out"))
    return None


def _moment(value: Any) -> datetime | None:
    """A date and time; Fibery's are in UTC and say so."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _assignee(user: Row) -> Assignee:
    return Assignee(name=_text(user.get("name")) or "", email=normal_email(_text(user.get("email"))))


def _objects(value: Any) -> list[Row]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """Clean text; None for nothing, also where nothing comes as an object of nulls, and for what is no text."""
    if isinstance(value, Mapping):
        value = next((inner for inner in value.values() if inner is not None), None)
    return clean_text(str(value)).strip() or None if isinstance(value, str | int | float) else None


def _needed(row: Row, key: str, request: EntityRequest) -> str:
    value = _text(row.get(key))
    if value is None:
        raise AnswerError(f"Fibery sent an entity of {request.database.name} without {key!r}. Try again later.")
    return value
