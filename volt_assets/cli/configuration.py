"""A configuration that is not whole yet: the user's files over those that are shipped. Not here: what is proposed for it."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from volt_assets.domain.phrasing import PROMPTS
from volt_assets.domain.proposal import Entry
from volt_assets.settings import PROJECT, ConfigurationError, Settings, absolute_location, load_settings

SHIPPED = PROJECT / "config"
ENRICHMENT = "enrichment_config.yaml"
_PATTERNS = ("*.yaml", "prompts/*.md")
SMALLEST_ENRICHMENT = "enrichment_activities: {default: {activity: default_enrich_entity}}\n"
_SMALLEST: Mapping[str, str] = {
    "volt.yaml": "week: {first: 2025-01-06, timezone: UTC}\n",
    ENRICHMENT: SMALLEST_ENRICHMENT,
    **{f"prompts/{name}.md": "Say what the facts say.\n" for name in PROMPTS},
}


def config_folder(environment: Mapping[str, str]) -> Path:
    """Where the configuration is, or will be."""
    return Path(absolute_location(environment.get("VOLT_CONFIG") or str(SHIPPED), Path.cwd()))


def shipped_files() -> dict[str, Path]:
    """The files of a configuration, by their path in its folder."""
    found = (path for pattern in _PATTERNS for path in sorted(SHIPPED.glob(pattern)))
    return {path.relative_to(SHIPPED).as_posix(): path for path in found}


def settings_over_shipped(environment: Mapping[str, str], changed: Mapping[str, str]) -> Settings:
    """The settings as if the folder had every file: those it lacks are as they are shipped, the `changed` ones as given.

    Raises ConfigurationError, which names the user's own file.
    """
    own = config_folder(environment)
    return _load(environment, {**shipped_files(), **_own_files(own)}, changed, own)


def settings_of_environment(environment: Mapping[str, str]) -> Settings:
    """What can be known where the configuration cannot be read: addresses and names, with the defaults for everything else."""
    known = {name: value for name, value in environment.items() if name != "VOLT_LLM_PROVIDER"}
    return _load(known, {}, _SMALLEST, SHIPPED)


def configured_entries(settings: Settings) -> dict[str, Entry]:
    """What is configured for each database and for `default`, as the domain names it."""
    return {
        name: Entry(activity=one.activity, max_concurrent=one.max_concurrent, fields=one.fields, parents=one.parents)
        for name, one in settings.enrichment.enrichment_activities.items()
    }


def _own_files(folder: Path) -> dict[str, Path]:
    found = (path for pattern in _PATTERNS for path in sorted(folder.glob(pattern)))
    return {path.relative_to(folder).as_posix(): path for path in found}


def _load(environment: Mapping[str, str], files: Mapping[str, Path], changed: Mapping[str, str], own: Path) -> Settings:
    with tempfile.TemporaryDirectory(prefix="volt-") as folder:
        (Path(folder) / "prompts").mkdir()
        for name, source in files.items():
            target = Path(folder) / name
            try:
                shutil.copyfile(source, target)
            except OSError as error:
                raise ConfigurationError(f"{source}: cannot be read: {error.strerror or type(error).__name__}") from None
        for name, text in changed.items():
            (Path(folder) / name).write_bytes(text.encode("utf-8"))
        try:
            settings = load_settings({**environment, "VOLT_CONFIG": folder})
        except ConfigurationError as error:
            raise ConfigurationError(str(error).replace(str(Path(folder).resolve()), str(own))) from None
    return settings.model_copy(update={"config_folder": own})
