"""How kinds of entities are enriched: which roles and fields are read of each, and in what form they are kept. Not here: asking.

A new kind of entity needs a line of YAML, a new strategy a few more; a new behaviour needs one function in BEHAVIOURS.
"""

from collections.abc import Callable, Mapping
from typing import Any

from volt_assets.domain.roles import DATES, Role
from volt_assets.domain.values import Value

Fields = Mapping[str, Any]
Behaviour = Callable[[Fields, Mapping[Role, str]], dict[str, Any]]
"""Makes what is kept of an entity's fields, by display name; the other mapping says which of them plays which role."""


class Strategy(Value):
    """How one kind of entity is enriched.

    `roles` are read where a database has a field for them; of roles that stand together, the first that is there. `fields`
    are names that are missed where a database has them not. `is_feature`: time of what is below it is summed up in reports.
    """

    roles: tuple[tuple[Role, ...], ...] = ()
    fields: tuple[str, ...] = ()
    behaviour: str = "as_read"
    is_feature: bool = False


def as_read(fields: Fields, roles: Mapping[Role, str]) -> dict[str, Any]:
    """Every field as Fibery gave it."""
    del roles
    return dict(fields)


def requests_counted(fields: Fields, roles: Mapping[Role, str]) -> dict[str, Any]:
    """Customers' requests as a number: a list of their titles would be the longest thing in the report."""
    name = roles.get(Role.CUSTOMER_REQUESTS, "")
    counted = {name: len(fields[name])} if isinstance(fields.get(name), list) else {}
    return {**fields, **counted}


BEHAVIOURS: Mapping[str, Behaviour] = {"as_read": as_read, "requests_counted": requests_counted}

_COMMON: tuple[tuple[Role, ...], ...] = tuple(
    (role,) for role in (Role.STATE, *DATES, Role.ESTIMATE, Role.DESCRIPTION, Role.COMMENTS, Role.ASSIGNEES, Role.PRIORITY, Role.LABELS)
)

STRATEGIES: Mapping[str, Strategy] = {
    "default_enrich_entity": Strategy(roles=_COMMON),
    "enrich_scrum_task": Strategy(
        roles=(
            *((Role.STORY_POINTS, Role.EFFORT), (Role.SPRINT,), (Role.EPIC,)),
            *((Role.ACCEPTANCE_CRITERIA,), (Role.TEST_CASES,)),
            *_COMMON,
        )
    ),
    "enrich_scrum_bug": Strategy(roles=((Role.SEVERITY,), (Role.STEPS_TO_REPRODUCE,), (Role.ROOT_CAUSE,), *_COMMON)),
    "enrich_product_feature": Strategy(
        roles=((Role.PRODUCT_AREA,), (Role.CUSTOMER_REQUESTS,), (Role.REVENUE_IMPACT,), *_COMMON),
        behaviour="requests_counted",
        is_feature=True,
    ),
}


def derived(base: Strategy, *, roles: tuple[Role, ...], fields: tuple[str, ...]) -> Strategy:
    """A strategy that reads these roles and fields besides those of another one. They are missed where they are not there."""
    return base.model_copy(update={"fields": (*base.fields, *(role.value for role in roles), *fields)})
