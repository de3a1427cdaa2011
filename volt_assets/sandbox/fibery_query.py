"""The query engine of the made-up Fibery: `q/from`, both forms of `q/select`, sub-queries, limits.

No HTTP. Conditions are in `fibery_where.py`; errors carry the names that real clients have met.
"""

from collections.abc import Callable
from typing import Final, cast

from volt_assets.sandbox.fibery_aggregates import AGGREGATES
from volt_assets.sandbox.fibery_store import QueryError, Store
from volt_assets.sandbox.fibery_types import Field, Type
from volt_assets.sandbox.fibery_where import Where
from volt_assets.sandbox.models import Row

Read = Callable[[Row | None], object]

_NO_LIMIT: Final = "q/no-limit"
_NOT_PRIMITIVE: Final = "entity.error/query-primitive-field-expr-invalid"
_WRONG_VECTOR: Final = "entity.error/query-select-collection-field-vector-shape-invalid"
_WRONG_SELECT: Final = "entity.error/query-select-expr-invalid"
_SECURED: Final = "entity.error/query-with-permissions-field-expression-invalid"
_NO_AGGREGATES: Final = "entity.error/query-with-permissions-expr-not-supported"


class Engine:
    """Answers `fibery.entity/query` over one store, to the user with that id."""

    def __init__(self, store: Store, me: str) -> None:
        self._store = store
        self._me = me

    def query(self, args: object) -> list[object]:
        """The rows that a command's `args` ask for; raises QueryError."""
        query = args.get("query") if isinstance(args, dict) else None
        params = args.get("params") if isinstance(args, dict) else None
        if not isinstance(query, dict):
            raise QueryError("entity.error/query-expr-invalid", "Query expression is invalid.")
        kind = self._store.type(query.get("q/from"))
        given = {"$my-id": self._me, **(params if isinstance(params, dict) else {})}
        return _Query(self._store, given).run(kind, query, self._store.rows(kind))


class _Query:
    """One query with its parameters, which its sub-queries share."""

    def __init__(self, store: Store, params: dict[str, object]) -> None:
        self._store = store
        self._where = Where(store, params)
        self._empty_object = store.options.empty_relation == "object"

    def run(self, kind: Type, query: dict[str, object], rows: tuple[Row, ...]) -> list[object]:
        prepared = self._prepared(kind, query, top=True)
        return prepared(list(rows))

    def _prepared(self, kind: Type, query: dict[str, object], *, top: bool = False) -> Callable[[list[Row]], list[object]]:
        """Checks the whole query first, so that an error does not depend on the rows."""
        select = self._select(kind, query.get("q/select"))
        limit, offset = self._limit(query, top=top), _offset(query)
        matches = self._where.test(kind, query.get("q/where"))
        orders = query.get("q/order-by")
        self._where.order(kind, orders, [])

        def answer(rows: list[Row]) -> list[object]:
            found = self._where.order(kind, orders, [row for row in rows if matches(row)])
            return [select(row) for row in found[offset:][:limit]]

        return answer

    def _limit(self, query: dict[str, object], *, top: bool) -> int:
        limit, options = query.get("q/limit"), self._store.options
        if limit is None:
            raise QueryError("entity.error/query-limit-expr-not-found", "Query limit expression was not found.")
        if limit == _NO_LIMIT and (top or options.no_limit_in_sub_queries == "honoured"):
            return options.largest_limit
        whole = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
        if not isinstance(limit, int) or not whole or (limit > options.largest_limit and options.limit_above == "refused"):
            raise QueryError("entity.error/query-limit-expr-invalid", f"Query limit {limit!r} is invalid.")
        return min(limit, options.largest_limit)

    def _select(self, kind: Type, select: object) -> Read:
        if isinstance(select, list) and select:
            return self._array(kind, select)
        if isinstance(select, dict) and select:
            return self._map(kind, select)
        raise QueryError("entity.error/query-select-expr-not-found", "Query select expression was not found.")

    def _array(self, kind: Type, select: list[object]) -> Read:
        """The form in which keys are field names: primitives as strings, relations as objects."""
        reads: dict[str, Read] = {}
        for part in select:
            if isinstance(part, str):
                reads[part] = self._path(kind, [part])
            elif isinstance(part, dict):
                reads |= {str(name): self._nested(kind, str(name), shape) for name, shape in part.items()}
            else:
                raise QueryError(_WRONG_SELECT, f"Select expression {part!r} is invalid.")
        return lambda row: {name: read(row) for name, read in reads.items()}

    def _nested(self, kind: Type, name: str, shape: object) -> Read:
        field = self._store.field(kind, name)
        if isinstance(shape, dict) and "q/select" in shape:
            return self._collection(kind, field, shape)
        if not isinstance(shape, list):
            raise QueryError(_WRONG_SELECT, f'Select expression of "{name}" is invalid.', (name,))
        if field.collection:
            return self._vector(kind, field, shape)
        if self._store.primitive(field):
            raise QueryError(_NOT_PRIMITIVE, f'"{name}" field is not a relation.', (name,))
        if self._store.options.nested_select == "refused" and any(isinstance(part, dict) for part in shape):
            raise QueryError(_WRONG_SELECT, f'Select expression of "{name}" is invalid.', (name,))
        return self._related(field, self._array(self._store.target(kind, field), shape))

    def _vector(self, kind: Type, field: Field, names: list[object]) -> Read:
        """A collection without a sub-query: refused, or a column for each field, but never of a secured one (1.4)."""
        if self._store.options.collection_vector == "refused":
            raise _wrong_vector(field.name)
        target = self._store.target(kind, field)
        secured = [name for name in names if self._store.field(target, name).meta.get("fibery/secured?")]
        if secured:
            raise QueryError(_SECURED, f'Field expression {secured} of "{field.name}" is not supported.', (field.name,))
        reads = {str(name): self._path(target, [name]) for name in names}
        return lambda row: {name: [read(one) for one in self._store.many(field, row)] for name, read in reads.items()}

    def _related(self, field: Field, read: Read) -> Read:
        def related(row: Row | None) -> object:
            target = self._store.one(field, row)
            return None if target is None and not self._empty_object else read(target)

        return related

    def _map(self, kind: Type, select: dict[str, object]) -> Read:
        """The form in which keys are the client's aliases and paths start at the queried entity."""
        reads = {alias: self._aliased(kind, shape) for alias, shape in select.items()}
        return lambda row: {alias: read(row) for alias, read in reads.items()}

    def _aliased(self, kind: Type, shape: object) -> Read:
        if isinstance(shape, str):
            return self._path(kind, [shape])
        if isinstance(shape, list) and shape:
            return self._aggregate(kind, shape) if shape[0] in AGGREGATES else self._path(kind, shape)
        if isinstance(shape, dict) and ("q/select" in shape or "q/from" in shape):
            source = shape.get("q/from")
            name = source[0] if isinstance(source, list) and len(source) == 1 else source
            return self._collection(kind, self._store.field(kind, name), shape)
        if isinstance(shape, dict) and shape:
            return self._map(kind, shape)
        raise QueryError(_WRONG_SELECT, f"Select expression {shape!r} is invalid.")

    def _collection(self, kind: Type, field: Field, query: dict[str, object]) -> Read:
        target = self._store.target(kind, field)
        if not field.collection:
            raise QueryError(_WRONG_SELECT, f'"{field.name}" field is not a collection.', (field.name,))
        prepared = self._prepared(target, query)
        return lambda row: prepared(self._store.many(field, row))

    def _aggregate(self, kind: Type, shape: list[object]) -> Read:
        """`q/count` and its kind over a collection; refused where the collection's database is secured (1.4)."""
        path = shape[1] if len(shape) == 2 else None
        if not isinstance(path, list) or len(path) != 2:
            raise QueryError(_WRONG_SELECT, f"Select expression {shape!r} is invalid.")
        field = self._store.field(kind, path[0])
        target = self._store.target(kind, field)
        if target.meta.get("fibery/secured?"):
            raise QueryError(_NO_AGGREGATES, "Sub query aggregate expressions are not supported.")
        read, aggregate = self._path(target, [path[1]]), AGGREGATES[str(shape[0])]
        return lambda row: aggregate([read(one) for one in self._store.many(field, row)])

    def _path(self, kind: Type, path: list[object]) -> Read:
        fields = self._steps(kind, path)

        def read(row: Row | None) -> object:
            for field in fields[:-1]:
                row = self._store.one(field, row)
            return self._shown(fields[-1], row.get(fields[-1].name)) if row else None

        return read

    def _shown(self, field: Field, value: object) -> object:
        """A decimal is a text, or with a switch a number."""
        if field.type_name != "fibery/decimal" or self._store.options.decimals == "text" or not isinstance(value, str):
            return value
        return float(value)

    def _steps(self, kind: Type, path: list[object]) -> list[Field]:
        fields: list[Field] = []
        for at, name in enumerate(path):
            field = self._store.field(kind, name)
            fields.append(field)
            if at < len(path) - 1:
                if field.collection:
                    raise _wrong_vector(field.name)
                kind = self._store.target(kind, field)
        self._check_primitive(kind, fields[-1], cast("list[str]", path))
        return fields

    def _check_primitive(self, kind: Type, field: Field, path: list[str]) -> None:
        if not self._store.primitive(field):
            self._store.target(kind, field)
            raise QueryError(_NOT_PRIMITIVE, f"Primitive field expression {path} is invalid.", tuple(path))


def _offset(query: dict[str, object]) -> int:
    offset = query.get("q/offset", 0)
    if not isinstance(offset, int) or offset < 0:
        raise QueryError("entity.error/query-offset-expr-invalid", f"Query offset {offset!r} is invalid.")
    return offset


def _wrong_vector(name: str) -> QueryError:
    return QueryError(_WRONG_VECTOR, f'Collection field "{name}" needs a sub-query.', (name,))
