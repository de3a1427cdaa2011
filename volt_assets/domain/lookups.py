"""What Fibery is asked so that a week's rows can be resolved. Not here: deciding (that is `ladder`), how a question is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from volt_assets.domain.aggregation import PersonTime, TogglAggregated
from volt_assets.domain.confirmed import ConfirmedAliases
from volt_assets.domain.entities import EntityKey, EntityRequest
from volt_assets.domain.fibery_schema import Database, Schema, normal_name
from volt_assets.domain.label_forms import Labels
from volt_assets.domain.references import Reference
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week


class Row(Value):
    """One row of one person's aggregated time, named in one form.

    `references` are all of it, surest first; `confirmed` is what it was said to mean.
    """

    person: str
    email: str | None
    description: str
    project: str | None
    references: tuple[Reference, ...]
    confirmed: EntityKey | None
    entry_ids: tuple[int, ...]
    duration_seconds: int


class Workspace:
    """The databases of a workspace, which of them are configured, and what labels mean in it. `missing` are configured, but not there."""

    def __init__(self, schema: Schema, labels: Labels, configured: Sequence[str]) -> None:
        self.schema = schema
        self.labels = labels
        self.configured = tuple(configured)
        self.configured_databases = tuple(database for database in schema.databases if database.name in configured)
        self._by_name = {database.name: database for database in schema.databases}
        self.missing = tuple(name for name in configured if name not in self._by_name)

    def database(self, name: str) -> Database | None:
        """The database of this full name."""
        return self._by_name.get(name)

    def where_to_look(self, reference: Reference) -> tuple[Database, ...]:
        """A full reference in its own database, a number in every configured one that its label allows."""
        if reference.is_full:
            database = self.labels.meant(reference)
            return (database,) if database else ()
        label = reference.label
        if label is None or not self.means_something(label):
            return self.configured_databases
        in_space = (database for database in self.configured_databases if normal_name(database.space) == normal_name(label))
        return tuple(dict.fromkeys((*self.labels.named(label), *in_space)))

    def unseen(self, shared: str) -> str:
        """Why what is the only one here may not be the only one, while a configured database is missing."""
        missing = ", ".join(self.missing)
        return f"Fibery does not have what is configured as {missing}: whether something there has this {shared} too is not known"

    def means_something(self, label: str) -> bool:
        """Whether a single label names a space or a database."""
        return bool(self.labels.named(label)) or self.schema.has_space(label)


def week_rows(aggregated: TogglAggregated, labels: Labels, confirmed: ConfirmedAliases) -> tuple[Row, ...]:
    """Every row of every person, in a stable order, with all that its description refers to."""
    return tuple(row for key, time in aggregated.users.items() for row in _rows(key, time, labels, confirmed))


def lookups(rows: Iterable[Row], workspace: Workspace, week: Week) -> tuple[EntityRequest, ...]:
    """The questions to Fibery, all of which fit one POST: the numbers of each database, and what was open in each configured one."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for reference in row.references:
            for database in workspace.where_to_look(reference):
                wanted[database.name].add(reference.public_id)
        if row.confirmed:
            wanted[f"{row.confirmed.space}/{row.confirmed.database}"].add(row.confirmed.public_id)
    asked = [(workspace.database(name), ids) for name, ids in sorted(wanted.items())]
    numbers = [EntityRequest(database=database, public_ids=tuple(sorted(ids, key=int))) for database, ids in asked if database]
    titles = [EntityRequest(database=database, open_in_week=week.monday) for database in workspace.configured_databases]
    return (*numbers, *titles)


def _rows(key: str, time: PersonTime, labels: Labels, confirmed: ConfirmedAliases) -> list[Row]:
    names = (key, *([time.user_email] if time.user_email else []), f"user:{time.user_id}")
    return [
        Row(
            person=key,
            email=time.user_email,
            description=row.description,
            project=row.project,
            references=_references(row.reference, row.description, labels),
            confirmed=confirmed.entity(row.descriptions, row.reference, names),
            entry_ids=row.entry_ids,
            duration_seconds=row.duration_seconds,
        )
        for row in time.rows_by_form
    ]


def _references(stored: Reference | None, description: str, labels: Labels) -> tuple[Reference, ...]:
    """What the row refers to. The entries of a full reference may have different words, but what stands before its labels is the same."""
    if stored and stored.is_full:
        return (*labels.read(stored.words_before), *stored.in_order)
    named = labels.read(description)
    numbers = {reference.public_id for reference in named}
    bare = stored.in_order if stored else ()
    return (*named, *(reference for reference in bare if reference.public_id not in numbers))
