"""What is asked of each database: the fields that exist of those wanted, the ways up, what is below. Not here: answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from volt_assets.domain.entities import Below, Budget, EntityRequest, ParentStep, Period
from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Schema
from volt_assets.domain.field_fit import MissingField, misfits, shown_field
from volt_assets.domain.matching import EntityGroup
from volt_assets.domain.roles import DATES, STRUCTURAL, Role, fields_of_role, find_role, resolve_field
from volt_assets.domain.strategies import STRATEGIES, Strategy
from volt_assets.domain.values import Value

LEVELS_UP = 3
_WAYS_UP = 3
_OF_PARENTS = (*DATES, Role.ESTIMATE)


class Wishes(Value):
    """What is wanted of one database: the activity's name, configured fields, and the fields that lead to parents (None: the usual)."""

    activity: str
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    parents: tuple[str, ...] | None = None


class DatabasePlan(Value):
    """What one database is asked: its activity and the fields that exist, of those wanted.

    `kept` are the names of the fields that are kept as they are; `roles` the names of those that play a role.
    """

    database: Database
    activity: str
    strategy: Strategy
    fields: tuple[Field, ...]
    kept: tuple[str, ...]
    roles: dict[Role, str]
    missing: tuple[MissingField, ...]
    parents: tuple[ParentStep, ...] = ()
    children: tuple[Field, ...] = ()

    @property
    def wants_comments(self) -> bool:
        """Whether comments are to be read, and there are any."""
        wanted = any(Role.COMMENTS in together for together in self.strategy.roles)
        return self.database.has_comments and (wanted or Role.COMMENTS.value in self.strategy.fields)


def plan_databases(
    schema: Schema, names: Iterable[str], wishes: Mapping[str, Wishes], default: Wishes, strategies: Mapping[str, Strategy]
) -> dict[str, DatabasePlan]:
    """A plan for each of these databases that exists and for those above them, by name.

    Only what `wishes` name is told as missing: of a database that nobody configured, the default's fields are read where there are any.
    """
    ways = _Ways(schema, {name: wish.parents for name, wish in wishes.items()}, default.parents)
    known = {database.name: database for database in schema.databases}
    wanted = [name for name in dict.fromkeys(names) if name in known]
    above = sorted({name for one in wanted for name in _databases_above(ways.up(known[one]))} - set(wanted))
    plans = {}
    for database in (known[name] for name in sorted((*wanted, *above))):
        wish = wishes.get(database.name, default)
        plan = plan_database(
            database, wish.activity, wish.fields, optional=wish.optional, parents=wish.parents or (), strategies=strategies
        )
        found = {"parents": ways.up(database), "children": ways.children(database)}
        missing = plan.missing if database.name in wishes else ()
        plans[database.name] = plan.model_copy(update={**found, "missing": missing})
    return plans


def plan_database(
    database: Database,
    activity: str,
    configured: Sequence[str],
    *,
    optional: Sequence[str] = (),
    parents: Sequence[str] = (),
    strategies: Mapping[str, Strategy] = STRATEGIES,
) -> DatabasePlan:
    """The fields to ask for, each once. Configured ones and `parents` that do not fit are told; optional ones and roles are not."""
    strategy = strategies[activity]
    told = dict.fromkeys((*configured, *strategy.fields))
    named = {name: shown_field(database, name) for name in (*told, *optional)}
    roles = _roles(database, strategy)
    shown = [field for role, field in roles.items() if role not in (*_OF_PARENTS, Role.DESCRIPTION)]
    kept = {field.name: field for field in (*named.values(), *shown) if field}
    return DatabasePlan(
        database=database,
        activity=activity,
        strategy=strategy,
        fields=tuple((kept | {field.name: field for field in roles.values()}).values()),
        kept=tuple(kept),
        roles={role: field.name for role, field in roles.items()},
        missing=misfits(database, told, parents),
    )


def entity_requests(
    groups: Iterable[EntityGroup], plans: Mapping[str, DatabasePlan], *, comments: Period | None = None, budget: Budget | None = None
) -> tuple[EntityRequest, ...]:
    """The questions about the entities to fetch, one per database, and about all that is above them, one per database too."""
    named = {f"{group.space}/{group.database}": group.public_ids for group in groups if f"{group.space}/{group.database}" in plans}
    own = tuple(
        EntityRequest(
            database=plans[name].database,
            public_ids=public_ids,
            fields=plans[name].fields,
            parents=plans[name].parents,
            children=plans[name].children,
            comments=comments if plans[name].wants_comments else None,
            budget=budget or Budget(),
        )
        for name, public_ids in named.items()
    )
    return (*own, *_parent_requests(named, plans))


def open_work_requests(schema: Schema, configured: Sequence[str]) -> tuple[EntityRequest, ...]:
    """One question per configured database that has states and assignees: what is started there."""
    asked = (
        database for database in schema.databases if database.name in configured and database.has_state_type and database.has_assignees
    )
    return tuple(EntityRequest(database=database, started_only=True) for database in asked)


def parent_fields(database: Database) -> tuple[Field, ...]:
    """The fields for what only parents are asked: dates and an estimate."""
    found = (find_role(database, role) for role in _OF_PARENTS)
    return tuple({field.name: field for field in found if field}.values())


class _Ways:
    """Which relations lead up: the configured ones, or those of usual names."""

    def __init__(self, schema: Schema, chosen: Mapping[str, tuple[str, ...] | None], default: tuple[str, ...] | None) -> None:
        self._schema = schema
        self._chosen = chosen
        self._default = default

    def up(self, database: Database, path: tuple[str, ...] = (), down: tuple[str, ...] | None = ()) -> tuple[ParentStep, ...]:
        """The ways up from a database, each with its own, at most three levels in all."""
        if len(path) == LEVELS_UP:
            return ()
        return tuple(self._step(database, field, path, down) for field in self._fields(database))

    def children(self, database: Database) -> tuple[Field, ...]:
        """The collections whose entities have this database as a parent, and states to tell whether they are done."""
        return tuple(field for field in database.fields if field.kind is FieldKind.ENTITIES and self._is_child(database, field))

    def _step(self, database: Database, field: Field, path: tuple[str, ...], down: tuple[str, ...] | None) -> ParentStep:
        target = self._schema.database(field.type)
        if target is None:
            raise KeyError(f"{database.name}: {field.name} leads to {field.type}, which is no database")
        back = self._schema.opposite(database, field)
        returns = (back.name, *down) if back and down is not None else None
        further = (*path, field.name)
        return ParentStep(relation=field.display, path=further, down=returns, database=target, above=self.up(target, further, returns))

    def _fields(self, database: Database) -> tuple[Field, ...]:
        chosen = self._chosen.get(database.name) if self._chosen.get(database.name) is not None else self._default
        usual = fields_of_role(database, Role.PARENT)
        found = usual if chosen is None else tuple(field for name in chosen if (field := resolve_field(database, name)))
        leading = [field for field in found if field.kind is FieldKind.ENTITY and self._schema.database(field.type)]
        return tuple(leading[:_WAYS_UP])

    def _is_child(self, database: Database, field: Field) -> bool:
        child, back = self._schema.database(field.type), self._schema.opposite(database, field)
        return bool(child and child.has_workflow and back and back in self._fields(child))


def _roles(database: Database, strategy: Strategy) -> dict[Role, Field]:
    """The field of each role of a strategy; of roles that stand together, the first that is there."""
    found: dict[Role, Field] = {}
    for together in strategy.roles:
        there = ((role, find_role(database, role)) for role in together if role not in STRUCTURAL)
        role, field = next(((role, field) for role, field in there if field), (None, None))
        if role and field:
            found[role] = field
    return found


def _parent_requests(named: Mapping[str, tuple[str, ...]], plans: Mapping[str, DatabasePlan]) -> tuple[EntityRequest, ...]:
    """What is above the week's entities is found by what is below it, so that no other question has to come first."""
    below: dict[str, list[Below]] = defaultdict(list)
    for name, public_ids in named.items():
        for step in _all_steps(plans[name].parents):
            if step.down and step.database.name in plans:
                below[step.database.name].append(Below(path=step.down, public_ids=public_ids))
    above = [plans[name] for name in sorted(below)]
    return tuple(
        EntityRequest(
            database=plan.database,
            below=tuple(below[plan.database.name]),
            fields=parent_fields(plan.database),
            children=plan.children,
        )
        for plan in above
    )


def _all_steps(steps: Iterable[ParentStep]) -> list[ParentStep]:
    return [one for step in steps for one in (step, *_all_steps(step.above))]


def _databases_above(steps: Iterable[ParentStep]) -> frozenset[str]:
    return frozenset(step.database.name for step in _all_steps(steps))
