"""What a materialisation was made of, so that what is out of date can be told: data versions, settings. Not here: who looks at them.

Dagster writes the versions of an asset's inputs on its materialisation by itself, as tags `dagster/input_data_version/<asset>` that hold
`as_input(version)`; they are of use only if a version says what was made and not when.
"""

import hashlib
import json
from collections.abc import Mapping
from operator import attrgetter
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel

from io_managers.json_io import dump_json
from volt_assets.assets.metadata import Metadata
from volt_assets.domain.stages import PHRASED
from volt_assets.settings import Settings

Stored = TypeVar("Stored", bound=BaseModel)
CONFIGURATION_TAG = "volt/configuration"
VERSION_TAG = "dagster/data_version"
INPUT_VERSION_TAG = "dagster/input_data_version/"
"""Before the name of an asset that was read. Both are Dagster's own names, which it has no public constants for."""
_CHARACTERS = 16

_FRAME = ("week.timezone", "toggl_workspace_id", "toggl_web", "fibery_workspace")
_MODEL = (
    "llm.base_url",
    "llm.model",
    "llm.temperature",
    "llm.max_tokens",
    "llm.pseudonyms",
    "llm.comments",
    "prompts",
    "people",
    "link_hosts",
)
_DEPENDS_ON: Mapping[str, tuple[str, ...]] = {
    "raw_toggl_data": ("people.exclude", "toggl_workspace_id", "toggl.allow_own_entries_only"),
    "toggl_aggregated": ("fibery_hosts", "data_quality"),
    "toggl_summary": _FRAME,
    "fibery_entities": ("fibery_hosts", "fibery_url", "matching", "enrichment", "confirmed", "people.aliases"),
    "enriched_entities": ("week.timezone", "fibery.budget", "fibery.hours_in_day", "fibery_url", "enrichment", "people.aliases"),
    "enriched_data": ("week.timezone",),
    "work_alignment": (*_FRAME, "alignment", "people.no_report"),
    "coverage_report": (*_FRAME, "enrichment"),
    "person_reports": (*_FRAME, "alignment", "people.no_report"),
    "team_summary": _FRAME,
    "report_site": (),
}
"""The settings that change what an asset makes, by its name. How services are reached, paced and paid changes nothing."""


def versioned(asset: str, value: Stored, settings: Settings, metadata: Metadata) -> dg.MaterializeResult[Stored]:
    """An asset's result, with what it is made of on it: its data version, and the version of the settings it depends on."""
    return dg.MaterializeResult(
        value=value,
        metadata=metadata,
        data_version=dg.DataVersion(content_version(dump_json(value))),
        tags={CONFIGURATION_TAG: configuration_of(settings, asset)},
    )


def version_tags(asset: str, stored: bytes, settings: Settings) -> dict[str, str]:
    """The same as tags, for what is stored without a run: Dagster takes a data version from its tag then."""
    return {VERSION_TAG: content_version(stored), CONFIGURATION_TAG: configuration_of(settings, asset)}


def content_version(stored: bytes) -> str:
    """The data version of an asset whose stored file has this content: equal content, equal version."""
    return hashlib.sha256(stored).hexdigest()[:_CHARACTERS]


def as_input(version: str) -> str:
    """How Dagster notes a week's version of an input on what was made from it: a hash over the versions of the weeks read, here of one."""
    return hashlib.sha256(version.encode()).hexdigest()


def configuration_of(settings: Settings, asset: str) -> str:
    """The version of the settings that change what an asset makes. Equal settings give the same in every process."""
    names = (*_DEPENDS_ON[asset], *(_MODEL if asset in PHRASED and settings.llm.provider != "none" else ()))
    told = {name: attrgetter(name)(settings) for name in names}
    return content_version(json.dumps(told, sort_keys=True, default=_plain).encode())


def _plain(value: object) -> object:
    """What JSON does not know; a set in an order of its own, which is not the process's."""
    if isinstance(value, frozenset | set):
        return sorted(json.dumps(one, sort_keys=True, default=_plain) for one in value)
    return value.model_dump() if isinstance(value, BaseModel) else str(value)
