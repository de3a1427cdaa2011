"""Who or what may be meant where a name leads nowhere, by names alike. Not here: deciding anything; each is for a person to confirm."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.fibery_schema import Schema, normal_name
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.resolving import MatchRules
from volt_assets.domain.schema_fit import nearest_in, stale_confirmed, stale_labels

_SAME_PERSON = 80
_CLEAR_LEAD = 10


def with_suggestions(resolved: FiberyEntities, users: Sequence[FiberyUser], schema: Schema, rules: MatchRules) -> FiberyEntities:
    """The same, with the likely Fibery user of each person without one, and the nearest name of each database that is not there:
    of those that are configured, and of those that the aliases of the rules name.
    """
    joined = {person.fibery_user for person in resolved.people}
    free = [user for user in users if user.email and user.name not in joined]
    people = tuple(
        person if person.fibery_user else person.model_copy(update={"likely_user": likely_user(person.name, free)})
        for person in resolved.people
    )
    nearest = {name: found for name in resolved.missing_databases if (found := nearest_in(schema, name))}
    stale = {"stale_labels": stale_labels(rules.label_aliases, schema), "stale_confirmed": stale_confirmed(rules.confirmed, schema)}
    return resolved.model_copy(update={"people": people, "nearest_databases": nearest, **stale})


def likely_user(name: str, users: Iterable[FiberyUser]) -> FiberyUser | None:
    """The one user whose name is like this one; None where none is, or two are about as much."""
    known = list(users)
    found = process.extract(
        normal_name(name), [normal_name(user.name) for user in known], scorer=fuzz.token_set_ratio, score_cutoff=_SAME_PERSON, limit=2
    )
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < _CLEAR_LEAD):
        return None
    return known[found[0][2]]
