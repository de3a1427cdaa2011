"""What earlier weeks, as they are stored, say about an entity's hours so far. Not here: reading the store, this week's hours.

An entity is the same while its `fibery/id` is, whatever its space or database is called (`reference/fibery.md` section 2.1); where no
week knows the id, the name decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from volt_assets.domain.enrichment import EnrichedEntity
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.gaps import Gap, time_gaps
from volt_assets.domain.matching import Outcome
from volt_assets.domain.values import Value
from volt_assets.domain.week_time import WeekBefore

LOST_FOR_GOOD = frozenset({Outcome.NOT_FOUND.value, Outcome.UNKNOWN_TYPE.value})
"""What Fibery said it does not have. Anything else that was not found, could not be asked for."""


class StoredParent(BaseModel):
    """What a stored entity belongs to."""

    model_config = ConfigDict(frozen=True)
    entity: EntityKey | None = None
    fibery_id: str | None = None


class StoredEntity(BaseModel):
    """An entity's time in a stored week; whatever else is stored of it, in whatever shape, is not read."""

    model_config = ConfigDict(frozen=True)
    entity_database: str
    entity_type: str
    entity_id: str
    duration_seconds: int
    parents: tuple[StoredParent, ...] = ()
    fibery_id: str | None = None
    found: bool = True
    outcome: str = ""

    @property
    def name(self) -> str:
        """Its key as messages name it."""
        return f"{self.entity_database}/{self.entity_type} #{self.entity_id}"


class StoredStatistics(BaseModel):
    """What a stored week's sums say about its scope."""

    model_config = ConfigDict(frozen=True)
    excluded_seconds: int = 0


class StoredWeek(BaseModel):
    """As much of a stored `enriched_data` as its hours need, and what says that they are not all."""

    model_config = ConfigDict(frozen=True)
    week: date
    entities: tuple[StoredEntity, ...]
    only_users: tuple[str, ...] = ()
    own_entries_only: bool = False
    covered_days: tuple[date, ...] | None = None
    statistics: StoredStatistics = StoredStatistics()
    failures: tuple[Any, ...] = ()
    missing_databases: tuple[str, ...] = ()
    so_far: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Why its hours may be less than were worked."""
        unasked = any(not entity.found and entity.outcome not in LOST_FOR_GOOD for entity in self.entities)
        of_time = time_gaps(
            only_users=self.only_users,
            own_entries_only=self.own_entries_only,
            covered_days=self.covered_days,
            excluded_seconds=self.statistics.excluded_seconds,
        )
        is_cut = unasked or self.failures or self.missing_databases
        return (*of_time, *((Gap.SO_FAR,) if self.so_far else ()), *((Gap.FIBERY,) if is_cut else ()))


class EarlierWeek(Value):
    """A stored week that was read, the version of it, and why it counts in part, if it does."""

    week: date
    version: str
    gaps: tuple[Gap, ...] = ()


class EarlierTime(Value):
    """Seconds in the stored weeks before this one: of each entity itself, and with all that is below it.

    Keys are entities' names as in `Scrum/Task #12`. `unreadable` are weeks that are stored but could not be read.
    `week_before` is the one before this week, to compare with; None where nobody looked for it.
    """

    weeks: tuple[EarlierWeek, ...] = ()
    unreadable: tuple[date, ...] = ()
    own_seconds: dict[str, int] = Field(default_factory=dict)
    seconds_with_below: dict[str, int] = Field(default_factory=dict)
    week_before: WeekBefore | None = None

    def of(self, keys: Iterable[EntityKey]) -> "EarlierTime":
        """The same weeks with the time of these entities alone, in a stable order."""
        names = sorted({str(key) for key in keys})
        own, below = ({name: all_of[name] for name in names if name in all_of} for all_of in (self.own_seconds, self.seconds_with_below))
        return self.model_copy(update={"own_seconds": own, "seconds_with_below": below})


def sum_earlier(
    weeks: Iterable[tuple[EarlierWeek, StoredWeek]], unreadable: Iterable[date] = (), *, current: Iterable[StoredEntity] = ()
) -> EarlierTime:
    """The hours of all these weeks, under the names that `current`, the week itself, has for its entities.

    What an entity belonged to is as each week stored it; where one says nothing, as this week says, else the latest that does.
    """
    read = list(weeks)
    stored = [entity for _, week in read for entity in week.entities]
    known = _Known([*stored, *current])
    own: dict[str, int] = defaultdict(int)
    with_below: dict[str, int] = defaultdict(int)
    for entity in stored:
        itself = known.identity(entity.name, entity.fibery_id)
        own[itself] += entity.duration_seconds
        for identity in {itself, *known.above(entity)}:
            with_below[identity] += entity.duration_seconds
    return EarlierTime(
        weeks=tuple(week for week, _ in read),
        unreadable=tuple(unreadable),
        own_seconds=known.by_name(own),
        seconds_with_below=known.by_name(with_below),
    )


def as_stored(entities: Iterable[EnrichedEntity]) -> tuple[StoredEntity, ...]:
    """A week's entities as stored ones are read, for who they are and what they belong to; they have no time."""
    return tuple(
        StoredEntity(
            entity_database=one.entity.space,
            entity_type=one.entity.database,
            entity_id=one.entity.public_id,
            duration_seconds=0,
            parents=tuple(StoredParent(entity=link.entity, fibery_id=link.fibery_id) for link in one.parents),
            fibery_id=one.fibery_id,
        )
        for one in entities
    )


def weeks_read(weeks: Iterable[date]) -> str:
    """Weeks as people write them: single Mondays, and `first to last` where several follow one another."""
    runs: list[list[date]] = []
    for monday in sorted(weeks):
        if runs and monday - runs[-1][-1] == timedelta(weeks=1):
            runs[-1].append(monday)
        else:
            runs.append([monday])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


class _Known:
    """Which entities of several weeks are the same, and what each belongs to. What comes later in the list outweighs what is before."""

    def __init__(self, entities: Sequence[StoredEntity]) -> None:
        named = [pair for entity in entities for pair in ((entity.name, entity.fibery_id), *_parents(entity))]
        self._names = tuple(dict.fromkeys(name for name, _ in named))
        self._ids = {name: fibery_id for name, fibery_id in named if fibery_id}
        self._above = {self.identity(entity.name, entity.fibery_id): _parents(entity) for entity in entities if _parents(entity)}

    def identity(self, name: str, fibery_id: str | None) -> str:
        """What stands for an entity in all weeks: its id, also where this week did not know it, else its name."""
        return fibery_id or self._ids.get(name, name)

    def above(self, entity: StoredEntity) -> frozenset[str]:
        """Everything that an entity belongs to."""
        parents = _parents(entity) or self._above.get(self.identity(entity.name, entity.fibery_id), ())
        return frozenset(self.identity(name, fibery_id) for name, fibery_id in parents)

    def by_name(self, seconds: dict[str, int]) -> dict[str, int]:
        """The same seconds by every name that stands for the entity now."""
        identities = {name: self.identity(name, None) for name in self._names}
        return {name: seconds[identity] for name, identity in identities.items() if identity in seconds}


def _parents(entity: StoredEntity) -> tuple[tuple[str, str | None], ...]:
    return tuple((str(parent.entity), parent.fibery_id) for parent in entity.parents if parent.entity)
