"""The `q/where` and `q/order-by` of a Fibery query: which rows match, in which order.

No selecting. A path through a to-many field matches when any of its rows does. A value must come from `params`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from volt_assets.sandbox.fibery_store import QueryError, ServerFailure, Store
from volt_assets.sandbox.fibery_types import Field, Type
from volt_assets.sandbox.models import Row

Test = Callable[[Row], bool]

_WRONG_WHERE: Final = "entity.error/query-where-expr-invalid"
_WRONG_FIELD: Final = "entity.error/query-primitive-field-expr-invalid"


def _folded(value: object) -> str:
    return str(value or "").casefold()


def _equal(value: object, wanted: object) -> bool:
    return value == (_moment(wanted) if isinstance(value, datetime) else wanted)


def _text_test(test: Callable[[str, str], bool]) -> Callable[[object, object], bool]:
    return lambda value, wanted: isinstance(value, str) and isinstance(wanted, str) and test(value, wanted)


def _ordered(test: Callable[[int], bool]) -> Callable[[object, object], bool]:
    def compare(value: object, wanted: object) -> bool:
        order = _compared(value, wanted)
        return order is not None and test(order)

    return compare


_COMPARISONS: Final[dict[str, Callable[[object, object], bool]]] = {
    "=": _equal,
    "!=": lambda value, wanted: not _equal(value, wanted),
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
    "q/contains": _text_test(lambda value, wanted: wanted in value),
    "q/not-contains": lambda value, wanted: not (isinstance(value, str) and str(wanted) in value),
    "q/in": lambda value, wanted: isinstance(wanted, list) and value in wanted,
    "q/not-in": lambda value, wanted: isinstance(wanted, list) and value not in wanted,
    "q/equals-ignoring-case?": _text_test(lambda value, wanted: value.casefold() == wanted.casefold()),
    "q/not-equals-ignoring-case?": lambda value, wanted: _folded(value) != _folded(wanted),
    "q/starts-with-ignoring-case?": _text_test(lambda value, wanted: value.casefold().startswith(wanted.casefold())),
    "q/ends-with-ignoring-case?": _text_test(lambda value, wanted: value.casefold().endswith(wanted.casefold())),
}
_NULL_TESTS: Final[dict[str, Callable[[object], bool]]] = {
    "q/null?": lambda value: value is None,
    "q/null-or-empty?": lambda value: value in (None, ""),
}
_NEGATIVE: Final = frozenset({"!=", "q/not-in", "q/not-contains", "q/not-equals-ignoring-case?"})
_LISTS: Final = frozenset({"q/in", "q/not-in"})


class Where:
    """Compiles conditions against one store and one set of parameters."""

    def __init__(self, store: Store, params: dict[str, object]) -> None:
        self._store = store
        self._params = params

    def test(self, kind: Type, condition: object) -> Test:
        """A function that says whether a row of that type matches."""
        if condition is None:
            return lambda _: True
        if not isinstance(condition, list) or len(condition) < 2:
            raise QueryError(_WRONG_WHERE, f"Where expression {condition!r} is invalid.")
        operator, *rest = condition
        if operator in ("q/and", "q/or"):
            return self._joined(kind, all if operator == "q/and" else any, rest)
        if operator not in _COMPARISONS or len(rest) != 2:
            raise QueryError(_WRONG_WHERE, f"Where operator {operator!r} is not supported.")
        return self._comparison(kind, str(operator), rest[0], rest[1])

    def order(self, kind: Type, orders: object, rows: list[Row]) -> list[Row]:
        """The rows in the order asked for, nulls first when ascending."""
        if not isinstance(orders, list):
            return rows
        for order in reversed(orders):
            path, direction = _order_parts(order)
            read = self._reader(kind, path)
            rows = sorted(rows, key=lambda row: _sort_key(read(row)), reverse=direction == "q/desc")
        return rows

    def _joined(self, kind: Type, join: Callable[[list[bool]], bool], conditions: list[object]) -> Test:
        tests = [self.test(kind, condition) for condition in conditions]
        return lambda row: join([test(row) for test in tests])

    def _comparison(self, kind: Type, operator: str, left: object, right: object) -> Test:
        wanted = self._param(right)
        if operator in _LISTS and not isinstance(wanted, list):
            raise QueryError(_WRONG_WHERE, f'"{operator}" needs a list in {right!r}.')
        if isinstance(left, list) and left and left[0] in _NULL_TESTS:
            read, null = self._reader(kind, left[1] if len(left) > 1 else None), _NULL_TESTS[left[0]]
            return lambda row: all(null(value) for value in read(row)) == bool(wanted)
        if isinstance(left, list) and len(left) == 2 and left[0] == "q/count":
            return self._count(kind, operator, left[1], wanted)
        read, compare = self._reader(kind, left), _COMPARISONS[operator]
        join = all if operator in _NEGATIVE else any
        return lambda row: join(compare(value, wanted) for value in read(row))

    def _count(self, kind: Type, operator: str, path: object, wanted: object) -> Test:
        """How many rows a collection has, as in `[">", ["q/count", ["Coll", "fibery/id"]], "$zero"]`."""
        read, compare = self._reader(kind, path), _COMPARISONS[operator]
        return lambda row: compare(len(read(row)), wanted)

    def _param(self, name: object) -> object:
        if isinstance(name, str) and name.startswith("?"):
            raise ServerFailure(f"No parameter {name!r}; a name begins with $.")
        if not isinstance(name, str) or not name.startswith("$"):
            raise QueryError(_WRONG_WHERE, f"Literal {name!r} is not allowed in a where expression; use params.")
        if name not in self._params:
            raise QueryError(_WRONG_WHERE, f'Parameter "{name}" was not found in params.')
        return self._params[name]

    def _reader(self, kind: Type, path: object) -> Callable[[Row], list[object]]:
        """Reads the values at the end of a path; several where the path leads through a to-many field."""
        if not isinstance(path, list) or not path:
            raise QueryError(_WRONG_WHERE, f"Field expression {path!r} is invalid.")
        part = path[0] if path[0] in ("q/start", "q/end") else None
        names = path[1] if part and len(path) == 2 else path
        steps = self._steps(kind, names)
        return lambda row: [_plain(value, steps[-1], part) for value in self._walk(row, steps)]

    def _steps(self, kind: Type, names: object) -> list[Field]:
        if not isinstance(names, list) or not names:
            raise QueryError(_WRONG_WHERE, f"Field expression {names!r} is invalid.")
        steps: list[Field] = []
        for at, name in enumerate(names):
            field = self._store.field(kind, name)
            steps.append(field)
            if at < len(names) - 1:
                kind = self._store.target(kind, field)
        if not self._store.primitive(steps[-1]):
            raise QueryError(_WRONG_FIELD, f"Field expression {names!r} is not primitive.", tuple(names))
        return steps

    def _walk(self, row: Row | None, steps: list[Field]) -> list[object]:
        field, *rest = steps
        if not rest:
            return [row.get(field.name) if row else None]
        rows: list[Row | None] = [*self._store.many(field, row)] if field.collection else [self._store.one(field, row)]
        return [value for other in rows for value in self._walk(other, rest)]


def _order_parts(order: object) -> tuple[object, object]:
    if not isinstance(order, list) or len(order) != 2 or order[1] not in ("q/asc", "q/desc"):
        raise QueryError("entity.error/query-order-by-expr-invalid", f"Order expression {order!r} is invalid.")
    return order[0], order[1]


def _plain(value: object, field: Field, part: str | None) -> object:
    if part and isinstance(value, dict):
        return value.get(part.removeprefix("q/"))
    if field.type_name == "fibery/date-time":
        return _moment(value)
    return _decimal(value) if field.type_name == "fibery/decimal" else value


def _moment(value: object) -> object:
    """A date-time as a moment, so that `Z`, an offset and milliseconds do not matter; what is none stays as it is."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return value
    return value if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC)


def _decimal(value: object) -> object:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return value


def _compared(left: object, right: object) -> int | None:
    """Below, at or above zero; numbers by value, texts (dates too) by their characters; None for unlike values."""
    if isinstance(left, datetime):
        left, right = left.timestamp(), _seconds(right)
    if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
        return int(Decimal(str(left)).compare(Decimal(str(right))))
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    return None


def _seconds(value: object) -> float | None:
    moment = _moment(value)
    return moment.timestamp() if isinstance(moment, datetime) else None


def _sort_key(values: list[object]) -> tuple[int, Decimal, str]:
    value = values[0] if values else None
    if value is None:
        return (0, Decimal(0), "")
    if isinstance(value, int | float | Decimal):
        return (1, Decimal(str(value)), "")
    return (2, Decimal(0), str(value))
