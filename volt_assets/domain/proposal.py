"""Which databases to configure, and how, by what a workspace's schema and descriptions look like. Not here: YAML, asking services.

Field names are each workspace's own (`reference/fibery.md` section 8), so all goes by what fields are called, never by one exact name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from volt_assets.domain.fibery_schema import Database, Field, FieldKind, Schema, normal_name
from volt_assets.domain.label_aliases import LONGEST_NAME, Guess, LabelUse, meant_database
from volt_assets.domain.values import Value

DEFAULT_ACTIVITY = "default_enrich_entity"
_MOST_FIELDS = 8
_WITH_TIME, _WITHOUT_TIME = 5, 3
# What tells a kind of work, the surest first: a bug has an effort and a sprint as a task does, a task may have requests as a feature does.
_SIGNS = (
    ("enrich_scrum_bug", re.compile(r"severity|root cause|steps to reproduce")),
    ("enrich_scrum_task", re.compile(r"sprint|story points?")),
    ("enrich_product_feature", re.compile(r"product area|revenue impact|(?:.+ )?(?:launch|release) date")),
    ("enrich_scrum_task", re.compile(r"effort\b.*")),
    ("enrich_product_feature", re.compile(r"(?:.+ )?requests?")),
)
# What a report shows of an entity, in the order in which it is worth the room.
_SHOWN = tuple(
    re.compile(pattern)
    for pattern in (
        r"severity",
        r"feature|epic|user story|story|task|product area",
        r"sprint|release|milestone",
        r"effort\b.*|story points?|(?:total )?estimate\b.*",
        r"priority",
        r"root cause",
        r"planned end|due(?: date)?|deadline|planned dates?|(?:planned )?(?:launch|release) date",
        r"revenue impact",
        r"customer|requests?|customer requests?",
        r"labels|tags",
    )
)
_UNSHOWN_KINDS = frozenset({FieldKind.DOCUMENT, FieldKind.USER, FieldKind.USERS})
_UNSHOWN_PREFIXES = ("fibery/", "workflow/", "assignments/")
_DEFAULT_FIELDS = ("Priority", "Labels", "Tags")


class Entry(Value):
    """What is configured for one database."""

    activity: str
    max_concurrent: int
    fields: tuple[str, ...] = ()
    parents: tuple[str, ...] | None = None


class ProposedDatabase(Value):
    """A database to configure. `entries` and `seconds` are those whose labels or links name it."""

    name: str
    entry: Entry
    entries: int = 0
    seconds: int = 0


class Proposal(Value):
    """A configuration for a workspace: databases with time first, the most first. `aliases` hold the doubtful ones too."""

    databases: tuple[ProposedDatabase, ...]
    default: Entry
    aliases: tuple[Guess, ...] = ()


def propose(schema: Schema, uses: Sequence[LabelUse] = (), guesses: Sequence[Guess] = ()) -> Proposal:
    """What fits this workspace: every database that got time, and those that look like work, with a workflow and assignees."""
    time = _time_by_database(schema, uses, guesses)
    chosen = [one for one in schema.databases if _can_be_configured(one) and (one.name in time or (one.has_workflow and one.has_assignees))]
    databases = [_proposed(one, *time.get(one.name, (0, 0))) for one in chosen]
    everywhere = {normal_name(field.display) for database in schema.databases for field in database.fields}
    shared = tuple(name for name in _DEFAULT_FIELDS if normal_name(name) in everywhere)
    return Proposal(
        databases=tuple(sorted(databases, key=lambda one: (-one.seconds, one.name))),
        default=Entry(activity=DEFAULT_ACTIVITY, max_concurrent=_WITHOUT_TIME, fields=shared),
        aliases=tuple(sorted(guesses, key=lambda guess: (not guess.sure, -guess.use.seconds, guess.use.key))),
    )


def proposed_entry(database: Database, *, has_time: bool) -> Entry:
    """What to configure for a database."""
    most = _WITH_TIME if has_time else _WITHOUT_TIME
    return Entry(activity=activity_of(database), max_concurrent=most, fields=shown_fields(database))


def activity_of(database: Database) -> str:
    """The strategy that fits a database by what its fields are called."""
    names = [normal_name(field.display) for field in database.fields if field.name != database.title_field]
    return next((activity for activity, sign in _SIGNS if any(map(sign.fullmatch, names))), DEFAULT_ACTIVITY)


def shown_fields(database: Database) -> tuple[str, ...]:
    """The display names of the fields worth showing; the exact name where a display name means another field."""
    candidates = [field for field in database.fields if _may_be_shown(field, database)]
    found = [field for role in _SHOWN for field in candidates if role.fullmatch(normal_name(field.display))]
    return tuple(database.written(field) for field in dict.fromkeys(found))[:_MOST_FIELDS]


def _time_by_database(schema: Schema, uses: Iterable[LabelUse], guesses: Iterable[Guess]) -> dict[str, tuple[int, int]]:
    """Entries and seconds of each database."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, use in _named(schema, uses, guesses):
        entries, seconds = sums[name]
        sums[name] = (entries + use.entries, seconds + use.seconds)
    return dict(sums)


def _named(schema: Schema, uses: Iterable[LabelUse], guesses: Iterable[Guess]) -> Iterator[tuple[str, LabelUse]]:
    for use in uses:
        database = meant_database(use, schema)
        if database:
            yield database.name, use
    yield from ((guess.database, guess.use) for guess in guesses if guess.sure)


def _proposed(database: Database, entries: int, seconds: int) -> ProposedDatabase:
    entry = proposed_entry(database, has_time=entries > 0)
    return ProposedDatabase(name=database.name, entry=entry, entries=entries, seconds=seconds)


def _can_be_configured(database: Database) -> bool:
    """A name with a space at its edge, or one longer than a YAML key, cannot stand in the file."""
    parts = database.name.split("/", 1)
    return len(parts) > 1 and all(part and part == part.strip() for part in parts) and len(database.name) <= LONGEST_NAME


def _may_be_shown(field: Field, database: Database) -> bool:
    is_own = not field.name.startswith(_UNSHOWN_PREFIXES) and field.name != database.title_field
    return is_own and field.kind not in _UNSHOWN_KINDS and field.kind is not FieldKind.ENTITIES
