"""How the rows of a Fibery answer become entities and users.

Not here: what was asked (`fibery_query`), documents' texts, failures (`fibery`). Facts: `reference/fibery.md` section 2.2.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from resources.errors import AnswerError
from resources.fibery_query import alias
from volt_assets.domain.entities import Assignee, EntityKey, EntityLink, EntityRecord, EntityRequest, FiberyUser
from volt_assets.domain.fibery_schema import Field, FieldKind
from volt_assets.domain.people import normal_email
from volt_assets.domain.values import clean_text

Row = Mapping[str, Any]
_NUMBERS = frozenset({"fibery/decimal", "fibery/int"})
_LISTS = frozenset({FieldKind.OPTIONS, FieldKind.ENTITIES, FieldKind.USERS})


def read_record(row: Row, request: EntityRequest, documents: Mapping[str, str]) -> EntityRecord:
    """The entity of a row. `documents` are texts by secret. Raises AnswerError where the row has no public id."""
    key = EntityKey(space=request.database.space, database=request.database.database, public_id=_needed(row, "publicId", request))
    return EntityRecord(
        key=key,
        name=_text(row.get("name")) or f"#{key.public_id}",
        state=_text(row.get("state")),
        state_type=_text(row.get("stateType")),
        is_final=row["isFinal"] if isinstance(row.get("isFinal"), bool) else None,
        assignees=tuple(_assignee(user) for user in _objects(row.get("assignees")) if _text(user.get("name"))),
        links=tuple(_links(row, request)),
        created_at=_moment(row.get("createdAt")),
        modified_at=_moment(row.get("modifiedAt")),
        fields={name: _value(field, value, documents) for name, field, value in _fields(row, request)},
    )


def read_user(row: Row) -> FiberyUser:
    """A person in Fibery. Raises AnswerError where the row has no id."""
    user_id = row.get("id")
    if not isinstance(user_id, str):
        raise AnswerError("Fibery listed a user without an id. Try again later.")
    email = normal_email(_text(row.get("email")))
    return FiberyUser(id=user_id, name=_text(row.get("name")) or email or user_id, email=email)


def secrets_of(row: Row, request: EntityRequest) -> Iterator[str]:
    """The keys of a row's rich texts, by which their text is asked for. They are confidential."""
    for _, field, value in _fields(row, request):
        if field.kind is FieldKind.DOCUMENT and isinstance(value, str) and value:
            yield value


def _fields(row: Row, request: EntityRequest) -> Iterator[tuple[str, Field, Any]]:
    """Name, field and value of what was asked. Where two fields look alike, the later one keeps its exact name."""
    taken: set[str] = set()
    for number, field in enumerate(request.fields):
        name = clean_text(field.name if field.display in taken else field.display)
        taken.add(name)
        yield name, field, row.get(alias(number))


def _links(row: Row, request: EntityRequest) -> Iterator[EntityLink]:
    for name, field, value in _fields(row, request):
        public_id = _text(value.get("publicId")) if isinstance(value, Mapping) else None
        if field.kind is FieldKind.ENTITY and public_id:
            title = _text(value.get("name")) or f"#{public_id}"
            yield EntityLink(relation=name, entity_id=f"{field.type} #{public_id}", name=title)


def _value(field: Field, value: Any, documents: Mapping[str, str]) -> Any:
    if field.kind in _LISTS:
        return [_text(item.get("name")) or f"#{item.get('publicId')}" for item in _objects(value) if any(item.values())]
    if field.kind is FieldKind.ENTITY:
        target = value if isinstance(value, Mapping) and value.get("publicId") else None
        return (_text(target.get("name")) or f"#{target['publicId']}") if target else None
    if field.kind is FieldKind.DOCUMENT:
        return documents.get(value) if isinstance(value, str) else None
    return _number(value) if field.type in _NUMBERS else _plain(value)


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
    """Clean text; None for nothing, also where nothing comes as an object of nulls."""
    if isinstance(value, Mapping):
        value = next((inner for inner in value.values() if inner is not None), None)
    return clean_text(str(value)).strip() or None if value is not None else None


def _needed(row: Row, key: str, request: EntityRequest) -> str:
    value = _text(row.get(key))
    if value is None:
        raise AnswerError(f"Fibery sent an entity of {request.database.name} without {key!r}. Try again later.")
    return value
