"""Who or what may be meant where a name leads nowhere, by names alike. Not here: deciding anything; each is for a person to confirm."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.fibery_schema import Schema, normal_name
from volt_assets.domain.label_aliases import Guess
from volt_assets.domain.matching import FiberyEntities
from volt_assets.domain.proposal import proposed_entry
from volt_assets.domain.resolving import MatchRules
from volt_assets.domain.schema_fit import AbsentDatabase, absent_database, stale_confirmed, stale_labels

_SAME_PERSON = 80
_CLEAR_LEAD = 10


def with_suggestions(resolved: FiberyEntities, users: Sequence[FiberyUser], schema: Schema, rules: MatchRules) -> FiberyEntities:
    """The same, with the likely Fibery user of each person without one, what may be meant by each database that is not there, of those
    that are configured and those that the aliases of the rules name, and what could be configured for those that are not.
    """
    joined = {person.fibery_user for person in resolved.people}
    free = [user for user in users if user.email and user.name not in joined]
    people = tuple(
        person if person.fibery_user else person.model_copy(update={"likely_user": likely_user(person.name, free)})
        for person in resolved.people
    )
    named = {f"{one.entity.space}/{one.entity.database}" for one in resolved.resolutions if one.entity}
    open_to = [database for database in schema.databases if database.name in named and database.name not in rules.configured]
    absent = {name: absent_database(name, schema, rules.configured) for name in resolved.missing_databases}
    return resolved.model_copy(
        update={
            "people": people,
            "absent_databases": tuple(absent.values()),
            "unknown_labels": tuple(_with_others(guess, absent.get(guess.use.key)) for guess in resolved.unknown_labels),
            "proposals": {database.name: proposed_entry(database, has_time=True) for database in open_to},
            "stale_labels": stale_labels(rules.label_aliases, schema),
            "stale_confirmed": stale_confirmed(rules.confirmed, schema),
        }
    )


def _with_others(guess: Guess, absent: AbsentDatabase | None) -> Guess:
    """A label that names a configured database that is gone means, if anything is to be guessed, one that may be it."""
    if guess.sure or absent is None or not absent.others:
        return guess
    database = max(absent.others, key=lambda name: fuzz.ratio(normal_name(name), normal_name(absent.database)))
    return guess.model_copy(update={"database": database, "why": "may be its name now"})


def likely_user(name: str, users: Iterable[FiberyUser]) -> FiberyUser | None:
    """The one user whose name is like this one; None where none is, or two are about as much."""
    known = list(users)
    found = process.extract(
        normal_name(name), [normal_name(user.name) for user in known], scorer=fuzz.token_set_ratio, score_cutoff=_SAME_PERSON, limit=2
    )
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < _CLEAR_LEAD):
        return None
    return known[found[0][2]]
