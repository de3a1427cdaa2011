"""A week's time as it is compared with another week's, and whether the two can be. Not here: reading the store, sentences.

Two weeks are compared only when both hold all time of the same people: a part beside a whole would show a change that is none.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from volt_assets.domain.entities import EntityKey
from volt_assets.domain.entries import DataSource
from volt_assets.domain.gaps import GAP_WORDS, Gap
from volt_assets.domain.values import Value


class Named(Value):
    """What time went into: an entity, or with `entity` None a Toggl project. `fibery_id` stays an entity's own whatever is renamed.

    The title of one that Fibery did not show (`found`) is somebody's own words.
    """

    title: str
    entity: EntityKey | None = None
    url: str | None = None
    fibery_id: str | None = None
    found: bool = True


class Amounts(Value):
    """Seconds of a person or of the team: all of them, and those of each part by its name in the week.

    `words` are a person's own for the parts that Fibery did not show.
    """

    seconds: int = 0
    parts: dict[str, int] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)


class WeekTime(Value):
    """A week's time. `parts` names what the amounts' parts are, entities or projects; `people` and their `names` are by user id.

    `so_far`: it was fetched before the week had ended. `parts_in_doubt`: Fibery did not answer everything, so parts may lack time.
    """

    week: date
    source: DataSource
    so_far: bool
    gaps: tuple[Gap, ...]
    excluded_people: tuple[int, ...]
    parts_in_doubt: bool = False
    parts: dict[str, Named]
    team: Amounts
    people: dict[int, Amounts]
    names: dict[int, str] = Field(default_factory=dict)


class Missing(StrEnum):
    """Why a week cannot be compared with the one before, whatever is in it."""

    NOT_STORED = "it is not stored"
    UNREADABLE = "what is stored of it cannot be read; run it again"


class WeekBefore(Value):
    """The stored week before, in the version that was read; or why there is none."""

    week: date
    version: str = ""
    time: WeekTime | None = None
    missing: Missing | None = None


class TwoWeeks(NamedTuple):
    """A week with the one before it, if there is one."""

    now: WeekTime
    before: WeekBefore | None


class Change(NamedTuple):
    """By how many seconds a part grew; negative where it shrank."""

    name: str
    part: Named
    seconds: int


class _Stored(BaseModel):
    """Of what is stored, as much as a comparison needs; whatever else is there is not read."""

    model_config = ConfigDict(frozen=True)


class StoredSums(_Stored):
    """A stored week's or person's sums."""

    total_duration_seconds: int
    excluded_seconds: int = 0
    excluded_people: tuple[int, ...] = ()


class StoredShare(_Stored):
    """A person's time on a Toggl project."""

    project: str | None
    duration_seconds: int


class StoredRow(_Stored):
    """A person's time on an entity."""

    entity: EntityKey
    title: str = ""
    duration_seconds: int


class StoredPart(_Stored):
    """An entity of a stored week."""

    entity_database: str
    entity_type: str
    entity_id: str
    name: str
    duration_seconds: int
    found: bool
    outcome: str
    url: str | None = None
    fibery_id: str | None = None


class StoredPerson(_Stored):
    """A person of a stored week: their entities on the Fibery side, their projects on both."""

    user_id: int
    user_name: str = ""
    statistics: StoredSums
    entities: tuple[StoredRow, ...] = ()
    projects: tuple[StoredShare, ...] = ()


class StoredTime(_Stored):
    """What both sides store of a week."""

    week: date
    source: DataSource
    so_far: bool = False
    only_users: tuple[str, ...] = ()
    own_entries_only: bool = False
    covered_days: tuple[date, ...] | None = None
    statistics: StoredSums


class StoredToggl(StoredTime):
    """As much of a stored `toggl_aggregated` as a comparison needs."""

    users: dict[str, StoredPerson]


class StoredFibery(StoredTime):
    """As much of a stored `enriched_data` as a comparison needs."""

    people: dict[str, StoredPerson]
    entities: tuple[StoredPart, ...]
    failures: tuple[object, ...] = ()
    titles_not_compared: tuple[str, ...] = ()


def obstacle(now: WeekTime, before: WeekBefore) -> str | None:
    """Why two weeks cannot be compared, in words that follow "not compared with the week before:"; None where they can."""
    if now.so_far:
        return "this week had not ended when its time was fetched"
    if before.time is None:
        return str(before.missing or Missing.NOT_STORED)
    if before.time.so_far:
        return "that had not ended when its time was fetched; run it again"
    if now.source is not before.time.source:
        return "one of the two is from a CSV export, which knows people by other ids than Toggl"
    for gap in (Gap.SOME_PEOPLE, Gap.SOME_DAYS):
        for which, week in (("of this week", now), ("of that week", before.time)):
            if gap in week.gaps:
                return f"{which}, {GAP_WORDS[gap]}"
    return _other_people(now, before.time)


def _other_people(now: WeekTime, before: WeekTime) -> str | None:
    """Whether one of the weeks lacks people that the other has."""
    if Gap.OWN_ENTRIES in (*now.gaps, *before.gaps) and not (now.gaps == before.gaps and now.people.keys() == before.people.keys()):
        return "the Toggl token sees its owner's time only, and the two weeks are not of the same people"
    if {*now.excluded_people} & before.people.keys() or {*before.excluded_people} & now.people.keys():
        return "the configuration leaves somebody's time out of one of the two weeks alone"
    return None


def changes(now: WeekTime, before: WeekTime, person: int | None = None) -> list[Change]:
    """By how much each part grew or shrank, for a person or for the team; the largest change first.

    Nothing where parts are in doubt. What Fibery did not show has a person's own words: a colleague's may be private.
    """
    if now.parts_in_doubt or before.parts_in_doubt:
        return []
    then = _as_named_now(now, before)
    seconds, earlier = (amounts(week, person).parts for week in (now, before))
    known = {**{then.get(name, name): part for name, part in before.parts.items()}, **now.parts}
    moved = summed((then.get(name, name), spent) for name, spent in earlier.items())
    told = known if person is None else _in_own_words(known, {**amounts(before, person).words, **amounts(now, person).words})
    found = [Change(name, told[name], seconds.get(name, 0) - moved.get(name, 0)) for name in {**seconds, **moved}]
    return sorted((one for one in found if one.seconds), key=lambda one: (-abs(one.seconds), one.name))


def _in_own_words(parts: Mapping[str, Named], words: Mapping[str, str]) -> Mapping[str, Named]:
    return {name: part if part.found else part.model_copy(update={"title": words.get(name, "")}) for name, part in parts.items()}


def amounts(week: WeekTime, person: int | None) -> Amounts:
    """The seconds of a person, none where they are not in the week, or of the team."""
    return week.team if person is None else week.people.get(person, Amounts())


def largest(found: list[Change], most: int) -> list[Change]:
    """The largest changes, fewer than `most` where the next is as large as the last of them: then neither is among the largest."""
    if len(found) <= most:
        return found
    return [one for one in found[:most] if abs(one.seconds) > abs(found[most].seconds)]


def _as_named_now(now: WeekTime, before: WeekTime) -> Mapping[str, str]:
    """What this week calls the parts of the week before: an entity is the same while its `fibery/id` is.

    A name that another entity has by now, keeps its old one's time apart.
    """
    names = {part.fibery_id: name for name, part in now.parts.items() if part.fibery_id}
    told = {}
    for name, part in before.parts.items():
        current = now.parts.get(name)
        if part.fibery_id in names:
            told[name] = names[part.fibery_id]
        elif part.fibery_id and current and current.fibery_id:
            told[name] = part.fibery_id
    return told


def summed(shares: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Seconds by name, in a stable order."""
    seconds: dict[str, int] = {}
    for name, spent in shares:
        seconds[name] = seconds.get(name, 0) + spent
    return dict(sorted(seconds.items()))
