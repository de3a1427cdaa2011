"""The switches of the sandbox servers and what they keep of each request.

No behaviour: the services read the switches, `gate.py` writes the log.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """How the servers behave where the real ones differ, or where their behaviour is not known for certain.

    `hidden_entities` holds pairs of database and public id that the token may not see. `enrich_leaves_out` names row
    fields that an enriched report omits all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_size_cap: int = Field(default=50, gt=0)
    toggl_admin: bool = True
    empty_relation: Literal["null", "object"] = "null"
    quota_per_hour: int = Field(default=10_000, ge=0)
    me_quota_per_hour: int = Field(default=10_000, ge=0)
    enrich_leaves_out: frozenset[str] = frozenset()
    running_entries: bool = True
    hidden_entities: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request that a server answered. `path` is without the service's prefix; `commands` counts Fibery commands."""

    service: str
    method: str
    path: str
    status: int
    commands: int = 0
