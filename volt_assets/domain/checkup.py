"""What a look at the configuration, the services and this machine found, each with what to do about it. Not here: looking.

A finding that fails means that the pipeline cannot run; a warning, that its reports will lack something.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from rapidfuzz import fuzz, process

from volt_assets.domain.confirmed import ConfirmedAlias
from volt_assets.domain.entities import FiberyUser
from volt_assets.domain.fibery_schema import Schema
from volt_assets.domain.field_fit import FieldProblem, MissingField
from volt_assets.domain.people import Person, fibery_address, named, person_key
from volt_assets.domain.plans import plan_database
from volt_assets.domain.proposal import Entry
from volt_assets.domain.schema_fit import AbsentDatabase, absent_database, stale_confirmed, stale_labels, what_to_write
from volt_assets.domain.strategies import STRATEGIES, Strategy
from volt_assets.domain.values import Value

DATABASES, FIELDS, LABELS, CONFIRMED = "Databases", "Fields", "Label aliases", "Confirmed aliases"
NAMED_PEOPLE, JOINED_PEOPLE, QUOTA = "People in volt.yaml", "People in Fibery", "Toggl quota"
_ENRICHMENT, _ALIASES = "enrichment_config.yaml", "aliases.yaml"
_ENTRIES_OF_A_PERSON = 20
"""A week of eleven people has about 200 entries (`reference/toggl.md` section 3.6)."""
_REQUESTS_BESIDE_PAGES = 3
_SAME_NAME = 80


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "not checked"


class Finding(Value):
    """One row: what was looked at, how it is, what to do. `private` is what to do with addresses in it, for the user's own screen."""

    check: str
    verdict: Verdict
    says: str
    remedy: str = ""
    private: str = ""


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check=check, verdict=Verdict.OK, says=says)


def warning(check: str, says: str, remedy: str, *, private: str = "") -> Finding:
    """Reports will lack something."""
    return Finding(check=check, verdict=Verdict.WARNING, says=says, remedy=remedy, private=private)


def failed(check: str, says: str, remedy: str) -> Finding:
    """The pipeline cannot run."""
    return Finding(check=check, verdict=Verdict.FAILED, says=says, remedy=remedy)


def skipped(check: str, reason: str) -> Finding:
    """Nothing is known, and why."""
    return Finding(check=check, verdict=Verdict.SKIPPED, says=reason)


def can_run(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands in the way of a run."""
    return not any(finding.verdict is Verdict.FAILED for finding in findings)


def check_databases(configured: Sequence[str], schema: Schema) -> tuple[Finding, ...]:
    """A row for each configured database that Fibery does not have, with what may be meant."""
    missing = [name for name in configured if schema.database(name) is None]
    if not missing:
        return (ok(DATABASES, f"{len(configured)} configured, all in Fibery"),)
    return tuple(
        warning(DATABASES, f"Fibery has no {name}", _instead(absent_database(name, schema, configured), _ENRICHMENT)) for name in missing
    )


def check_fields(configured: Mapping[str, Entry], schema: Schema, strategies: Mapping[str, Strategy] = STRATEGIES) -> tuple[Finding, ...]:
    """A row for each configured field or parent that does not fit its database, with what to write."""
    there = {database.name: database for database in schema.databases}
    plans = [
        plan_database(there[name], entry.activity, entry.fields, parents=entry.parents or (), strategies=strategies)
        for name, entry in configured.items()
        if name in there
    ]
    missing = [one for plan in plans for one in plan.missing]
    if not missing:
        count = sum(len(entry.fields) + len(entry.parents or ()) for name, entry in configured.items() if name in there)
        return (ok(FIELDS, f"{count} configured, all in Fibery"),)
    return tuple(_misfit(one) for one in missing)


def check_labels(aliases: Mapping[str, str], schema: Schema) -> tuple[Finding, ...]:
    """A row for each label that stands for a database that Fibery does not have."""
    stale = stale_labels(aliases, schema)
    if not stale:
        return (ok(LABELS, f"{len(aliases)} configured, all for databases in Fibery" if aliases else "none configured"),)
    return tuple(
        warning(LABELS, f"{one.label} stands for {one.absent.database}, which Fibery has not", _instead(one.absent, _ENRICHMENT))
        for one in stale
    )


def check_confirmed(aliases: Sequence[ConfirmedAlias], schema: Schema) -> tuple[Finding, ...]:
    """A row for each database that confirmed entities are said to be in and Fibery does not have."""
    stale = stale_confirmed(aliases, schema)
    if not stale:
        return (ok(CONFIRMED, f"{len(aliases)} in {_ALIASES}, all in databases of Fibery" if aliases else "none"),)
    return tuple(
        warning(CONFIRMED, f"{_lines(len(one.lines))} {one.absent.database}, which Fibery has not", _instead(one.absent, _ALIASES))
        for one in stale
    )


def check_named_people(settings: Mapping[str, Collection[str]], people: Sequence[Person]) -> tuple[Finding, ...]:
    """A row for each setting that names somebody whom Toggl does not list. `settings` are the names by their key in volt.yaml."""
    unknown = {key: sorted(name for name in names if not named(name, people)) for key, names in settings.items()}
    wrong = {key: names for key, names in unknown.items() if names}
    if not wrong:
        count = sum(map(len, settings.values()))
        return (ok(NAMED_PEOPLE, f"{count} named, all known to Toggl" if count else "nobody is named"),)
    return tuple(
        warning(
            NAMED_PEOPLE,
            f"people.{key} names {len(names)} whom Toggl does not list",
            "Correct or remove them in volt.yaml; somebody deleted from Toggl may stay as user:<id>.",
            private=f"Correct or remove in volt.yaml: {', '.join(names)}.",
        )
        for key, names in wrong.items()
    )


def check_joined_people(people: Sequence[Person], users: Sequence[FiberyUser], aliases: Mapping[str, str]) -> tuple[Finding, ...]:
    """A row for each person without a Fibery user of the same address, with the alias to paste. Accounts of one e-mail go by their ids."""
    accounts = Counter(person.email for person in people)
    keyed = [(person_key(person.user_id, person.email if accounts[person.email] == 1 else None), person) for person in people]
    by_address = {user.email: user for user in users if user.email}
    joined = {key: by_address[address] for key, person in keyed if (address := fibery_address(key, person.email, aliases)) in by_address}
    free = [user for user in by_address.values() if user not in joined.values()]
    counted = ok(JOINED_PEOPLE, f"{len(joined)} of {len(people)} have a Fibery user of the same address")
    return (counted, *(_unjoined(key, person, free) for key, person in keyed if key not in joined))


def requests_of_a_week(people: int, page_size: int) -> int:
    """About how many requests a week of so many people takes."""
    return _REQUESTS_BESIDE_PAGES + max(1, math.ceil(people * _ENTRIES_OF_A_PERSON / page_size))


def check_quota(remaining: int, total: int | None, resets: str, needed: int) -> Finding:
    """Whether the hour has requests left for a week. A negative number means that Toggl does not enforce it (section 6)."""
    of_total = f" of {total}" if total is not None else ""
    if remaining < 0:
        return ok(QUOTA, "Toggl does not enforce one here")
    says = f"{remaining}{of_total} requests left in this hour, {resets}; a week takes about {needed}"
    if remaining >= needed:
        return ok(QUOTA, says)
    wait = "Wait for the reset before you run a week."
    return warning(QUOTA, says, wait) if remaining > _REQUESTS_BESIDE_PAGES else failed(QUOTA, says, wait)


def _lines(number: int) -> str:
    return f"{number} line{' names' if number == 1 else 's name'}"


def _instead(absent: AbsentDatabase, file: str) -> str:
    advice = what_to_write(absent, file, str)
    rights = "" if absent.is_renamed else " Or give the token's user the right to see it."
    return f"{advice[0].upper()}{advice[1:]}.{rights}"


def _misfit(one: MissingField) -> Finding:
    says, remedy = {
        FieldProblem.MISSING: (
            f"has no field {one.field!r}",
            f"If it was renamed, write its new name in {_ENRICHMENT}; if not, remove it.",
        ),
        FieldProblem.RENAMED: (f"has no field {one.field!r} any more", f"It was renamed to {one.nearest}: write that in {_ENRICHMENT}."),
        FieldProblem.TECHNICAL: (f"has in {one.field!r} nothing that means anything to people", f"Remove it in {_ENRICHMENT}."),
        FieldProblem.LEADS_NOWHERE: (
            f"has {one.field!r} under parents, but it leads to no entity",
            f"Write there in {_ENRICHMENT} a field that does.",
        ),
    }[one.problem]
    if one.problem is FieldProblem.MISSING and one.nearest:
        remedy = f"Write {one.nearest!r}, the nearest name, in {_ENRICHMENT}."
    return warning(FIELDS, f"{one.database} {says}", remedy)


def _unjoined(key: str, person: Person, free: Sequence[FiberyUser]) -> Finding:
    says = f"{person.name} has no Fibery user of the same address"
    names = {number: user.name.casefold() for number, user in enumerate(free)}
    nearest = process.extractOne(person.name.casefold(), names, scorer=fuzz.token_sort_ratio) if names else None
    if nearest is None or nearest[1] < _SAME_NAME:
        why = "Toggl tells no e-mail of theirs" if person.email is None else "Nobody else in Fibery has a similar name"
        return warning(JOINED_PEOPLE, says, f"{why}; their hours count, but their open work is in no report.")
    user = free[nearest[2]]
    return warning(
        JOINED_PEOPLE,
        says,
        f"{user.name} in Fibery has the name: add an alias to volt.yaml. The line to paste is shown in a terminal alone.",
        private=f"Paste under people.aliases in volt.yaml:  {key}: {user.email}",
    )
