"""What earlier weeks, as they are stored, say about an entity's hours so far. Not here: reading the store, this week's hours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from volt_assets.domain.entities import EntityKey
from volt_assets.domain.values import Value


class StoredParent(BaseModel):
    """What a stored entity belongs to."""

    model_config = ConfigDict(frozen=True)
    entity: EntityKey | None = None


class StoredEntity(BaseModel):
    """An entity's time in a stored week; whatever else is stored of it, in whatever shape, is not read."""

    model_config = ConfigDict(frozen=True)
    entity_database: str
    entity_type: str
    entity_id: str
    duration_seconds: int
    parents: tuple[StoredParent, ...] = ()


class StoredWeek(BaseModel):
    """As much of a stored `enriched_data` as its hours need."""

    model_config = ConfigDict(frozen=True)
    week: date
    entities: tuple[StoredEntity, ...]


class EarlierWeek(Value):
    """A stored week that was read, and the version of it."""

    week: date
    version: str


class EarlierTime(Value):
    """Seconds in the stored weeks before this one: of each entity itself, and with all that is below it.

    Keys are entities' names as in `Scrum/Task #12`. `unreadable` are weeks that are stored but could not be read.
    """

    weeks: tuple[EarlierWeek, ...] = ()
    unreadable: tuple[date, ...] = ()
    own_seconds: dict[str, int] = Field(default_factory=dict)
    seconds_with_below: dict[str, int] = Field(default_factory=dict)

    def of(self, keys: Iterable[EntityKey]) -> "EarlierTime":
        """The same weeks with the time of these entities alone, in a stable order."""
        names = sorted({str(key) for key in keys})
        own, below = ({name: all_of[name] for name in names if name in all_of} for all_of in (self.own_seconds, self.seconds_with_below))
        return self.model_copy(update={"own_seconds": own, "seconds_with_below": below})


def sum_earlier(weeks: Iterable[tuple[EarlierWeek, StoredWeek]], unreadable: Iterable[date] = ()) -> EarlierTime:
    """The hours of all these weeks. What an entity belonged to is as each week stored it."""
    own: dict[str, int] = defaultdict(int)
    with_below: dict[str, int] = defaultdict(int)
    read = []
    for week, stored in weeks:
        read.append(week)
        for entity in stored.entities:
            own[_name(entity)] += entity.duration_seconds
            for name in {_name(entity), *_above(entity)}:
                with_below[name] += entity.duration_seconds
    return EarlierTime(weeks=tuple(read), unreadable=tuple(unreadable), own_seconds=dict(own), seconds_with_below=dict(with_below))


def weeks_read(weeks: Iterable[date]) -> str:
    """Weeks as people write them: single Mondays, and `first to last` where several follow one another."""
    runs: list[list[date]] = []
    for monday in sorted(weeks):
        if runs and monday - runs[-1][-1] == timedelta(weeks=1):
            runs[-1].append(monday)
        else:
            runs.append([monday])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _name(entity: StoredEntity) -> str:
    return f"{entity.entity_database}/{entity.entity_type} #{entity.entity_id}"


def _above(entity: StoredEntity) -> Iterator[str]:
    return (str(parent.entity) for parent in entity.parents if parent.entity)
