"""The labelled set: descriptions with the entity that a careful reader gives them, and the workspace they are about.

Read from `benchmarks/matching/`; how it was labelled is told in `docs/labelled-set.md`. Not here: the matcher, scores.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import model_validator

from volt_assets.domain.entities import EntityKey
from volt_assets.domain.values import Value

FOLDER = Path(__file__).parent / "matching"


class Verdict(StrEnum):
    """What a description is about: one entity, none of the workspace, or nobody could tell."""

    ENTITY = "entity"
    NONE = "none"
    AMBIGUOUS = "ambiguous"


class State(StrEnum):
    """How far the work on an entity is in the set's week."""

    OPEN = "open"
    STARTED = "started"
    FINISHED = "finished"


class Access(StrEnum):
    """Whether the token sees an entity. Fibery answers nothing for deleted and hidden ones alike."""

    VISIBLE = "visible"
    DELETED = "deleted"
    HIDDEN = "hidden"


class LabelledEntity(Value):
    """An entity of the made-up workspace. `assignees` are e-mails; `former_titles` are what it was called when people copied it."""

    space: str
    database: str
    public_id: str
    title: str
    state: State
    assignees: tuple[str, ...]
    created: date
    modified: date
    former_titles: tuple[str, ...] = ()
    access: Access = Access.VISIBLE

    @property
    def key(self) -> EntityKey:
        """Its identity."""
        return EntityKey(space=self.space, database=self.database, public_id=self.public_id)


class LabelAlias(Value):
    """Labels that a team writes in brackets, and the database (`Space/Database`) that they mean."""

    labels: tuple[str, ...]
    database: str


class TeamMember(Value):
    """A person who tracks time. `in_fibery` tells whether Fibery has a user with this e-mail."""

    email: str
    in_fibery: bool


class ConfirmedAlias(Value):
    """What a person's description was confirmed to mean in an earlier week. `description` is NFKC, lower case, single spaces."""

    person: str
    description: str
    entity: EntityKey


class LabelledWorkspace(Value):
    """The workspace and the team as their configuration describes them.

    `week` is the Monday that states and dates are of; `projects` gives the spaces that each Toggl project is used for.
    """

    host: str
    week: date
    databases: tuple[str, ...]
    label_aliases: tuple[LabelAlias, ...]
    projects: dict[str, tuple[str, ...]]
    people: tuple[TeamMember, ...]
    confirmed: tuple[ConfirmedAlias, ...]


class LabelledDescription(Value):
    """A description of a time entry and its label: the entity where the verdict is ENTITY.

    `names_in_full` is true where the text gives id, space and database (or aliases of them), or a URL of the workspace that does.
    """

    form: str
    description: str
    person: str
    project: str | None
    seconds: int
    verdict: Verdict
    entity: EntityKey | None = None
    names_in_full: bool

    @model_validator(mode="after")
    def _has_the_entity_it_claims(self) -> Self:
        if (self.entity is not None) != (self.verdict is Verdict.ENTITY):
            raise ValueError(f"{self.form}: verdict {self.verdict} and entity {self.entity} do not fit: {self.description[:80]!r}")
        return self


class LabelCount(Value):
    """How many descriptions have each verdict, how many name their entity in full, and the time of all of them."""

    rows: int
    entity: int
    none: int
    ambiguous: int
    in_full: int
    seconds: int


def read_workspace(folder: Path = FOLDER) -> LabelledWorkspace:
    """The workspace and the team. Raises pydantic's ValidationError where the file is not as described here."""
    return LabelledWorkspace.model_validate(yaml.safe_load((folder / "workspace.yaml").read_text(encoding="utf-8")))


def read_entities(folder: Path = FOLDER) -> tuple[LabelledEntity, ...]:
    """Every entity, deleted and hidden ones too, in the file's order."""
    return tuple(LabelledEntity.model_validate_json(line) for line in _lines(folder / "entities.jsonl"))


def read_descriptions(folder: Path = FOLDER) -> tuple[LabelledDescription, ...]:
    """Every labelled description, in the file's order."""
    return tuple(LabelledDescription.model_validate_json(line) for line in _lines(folder / "descriptions.jsonl"))


def count_labels(descriptions: Iterable[LabelledDescription]) -> LabelCount:
    """The counts over these descriptions."""
    rows = tuple(descriptions)
    verdicts = [row.verdict for row in rows]
    return LabelCount(
        rows=len(rows),
        entity=verdicts.count(Verdict.ENTITY),
        none=verdicts.count(Verdict.NONE),
        ambiguous=verdicts.count(Verdict.AMBIGUOUS),
        in_full=sum(row.names_in_full for row in rows),
        seconds=sum(row.seconds for row in rows),
    )


def _lines(path: Path) -> list[str]:
    """The lines of a JSON Lines file. Only a newline ends one: splitlines would cut at separators that descriptions may hold."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]
