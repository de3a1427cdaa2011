"""What was found out about each row of time: its entity, the step that decided, the candidates. Not here: deciding (that is `ladder`)."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from volt_assets.domain.entities import EntityKey, FiberyUser, RequestFailure
from volt_assets.domain.label_aliases import Guess
from volt_assets.domain.proposal import Entry
from volt_assets.domain.references import Reference
from volt_assets.domain.schema_fit import AbsentDatabase, StaleConfirmed, StaleLabel
from volt_assets.domain.values import Value


class MatchStep(StrEnum):
    """What decided a match, surest first, or that nothing did; `unasked` where Fibery could not be asked what would decide."""

    URL = "url"
    LABELS = "labels"
    ALIAS = "alias"
    BARE_ID = "bare_id"
    TITLE = "title"
    NONE = "none"
    UNASKED = "unasked"


class Outcome(StrEnum):
    """How a row ended. All but `matched` leave the time where Toggl put it, with the reason; `activity` names no entity at all."""

    MATCHED = "matched"
    NOT_FOUND = "not_found"
    UNKNOWN_TYPE = "unknown_type"
    AMBIGUOUS = "ambiguous"
    UNREACHABLE = "unreachable"
    ACTIVITY = "activity"


class Candidate(Value):
    """An entity that a row could mean. `score` is 1.0 for certain, 0.5 for the number alone, else how like the title is.

    `signals` are what speaks for it; a suggestion has only `similar title`.
    """

    entity: EntityKey
    name: str
    score: float
    signals: tuple[str, ...] = ()


class Resolution(Value):
    """How one row of one person's time was resolved. `entity` is set for every reference that names one, found or not.

    `reference` is the one that decided. `also_named` are the other entities that the description names: they have none of the time.
    """

    person: str
    description: str
    reference: Reference | None
    entry_ids: tuple[int, ...]
    duration_seconds: int
    step: MatchStep
    outcome: Outcome
    entity: EntityKey | None
    also_named: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...]
    reason: str | None


class EntityGroup(Value):
    """Entities to fetch from one database. `configured` tells whether the configuration lists it."""

    space: str
    database: str
    configured: bool
    public_ids: tuple[str, ...]


class JoinedPerson(Value):
    """A Toggl person and the Fibery user they are, None where nobody there has their address.

    `likely_user` is then somebody of a like name, as a suggestion only.
    """

    person: str
    name: str
    email: str | None
    fibery_user: str | None
    likely_user: FiberyUser | None = None


class MatchStatistics(Value):
    """Rows and seconds by outcome and step, over the whole week.

    `references` counts the rows that carry one, `several_references` those that name other entities beside the one that has all the time.
    """

    references: int
    several_references: int
    entities: int
    rows_by_outcome: dict[str, int]
    seconds_by_outcome: dict[str, int]
    seconds_by_step: dict[str, int]


class FiberyEntities(Value):
    """Every row of the week resolved, the entities to fetch, and who is who in Fibery.

    `missing_databases` are configured, but Fibery has none of that name; `absent_databases` say what may be meant.
    `proposals` are what fits the databases of the week that are not configured, by name.
    `people_failure`: why nobody could be looked up there.
    `titles_not_compared`: the databases whose open entities could not be asked for, so that no title was compared.
    `unknown_labels` name no database, with the likeliest one. `stale_labels` and `stale_confirmed` are lines of the configuration that
    name a database that is not there. `running` are the entities that timers which still run name in full.
    """

    week: date
    resolutions: tuple[Resolution, ...]
    entities: tuple[EntityGroup, ...]
    people: tuple[JoinedPerson, ...]
    missing_databases: tuple[str, ...]
    absent_databases: tuple[AbsentDatabase, ...] = ()
    proposals: dict[str, Entry] = Field(default_factory=dict)
    titles_not_compared: tuple[str, ...]
    unknown_labels: tuple[Guess, ...]
    stale_labels: tuple[StaleLabel, ...] = ()
    stale_confirmed: tuple[StaleConfirmed, ...] = ()
    failures: tuple[RequestFailure, ...]
    people_failure: RequestFailure | None
    running: tuple[EntityKey, ...] = ()
    statistics: MatchStatistics
