"""What a user configures, read from YAML and the environment into frozen values.

Not here: the sections (`sections`), how files are read (`files`), secrets (Dagster's EnvVar reads those), paths inside the store.

Order: the environment wins over `.env`, `.env` over the YAML, the YAML over the defaults here.
"""

import io
import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from volt_assets.domain.confirmed import ConfirmedAlias
from volt_assets.domain.phrasing import PROMPTS, prompt_problem
from volt_assets.domain.resolving import MatchRules
from volt_assets.domain.workspaces import workspace_address
from volt_assets.settings.delivery_sections import DeliveriesSettings
from volt_assets.settings.files import ConfigurationError, read_section, read_text
from volt_assets.settings.sections import (
    AliasFile,
    AlignmentSettings,
    DataQualitySettings,
    EnrichmentSettings,
    FiberySettings,
    LateEditsSettings,
    LlmSettings,
    MatchingSettings,
    PeopleSettings,
    RetrySettings,
    Strict,
    TogglSettings,
    WeekSettings,
    site_address,
)
from volt_assets.settings.volt_file import VoltFile

__all__ = ["ConfigurationError", "EnrichmentSettings", "LlmSettings", "PeopleSettings", "WeekSettings"]

PROJECT = Path(__file__).resolve().parents[2]
TOGGL_URL = "https://api.track.toggl.com"
TOGGL_WEB = "https://track.toggl.com"


class Settings(Strict):
    """Everything configured, without a secret in it. Paths are absolute."""

    week: WeekSettings
    toggl: TogglSettings
    people: PeopleSettings
    fibery: FiberySettings
    data_quality: DataQualitySettings
    matching: MatchingSettings
    alignment: AlignmentSettings
    llm: LlmSettings
    retries: RetrySettings
    late_edits: LateEditsSettings
    deliveries: DeliveriesSettings
    enrichment: EnrichmentSettings
    confirmed: tuple[ConfirmedAlias, ...]
    prompts: dict[str, str]
    config_folder: Path
    data: str
    toggl_url: str
    toggl_workspace_id: str
    fibery_workspace: str
    fibery_url: str
    site_url: str

    @property
    def match_rules(self) -> MatchRules:
        """What the team has said about its descriptions."""
        return MatchRules(
            configured=self.enrichment.databases,
            label_aliases=self.enrichment.label_aliases,
            confirmed=self.confirmed,
            routine=self.matching.routine,
            hosts=self.fibery_hosts,
        )

    @property
    def toggl_web(self) -> str:
        """Where Toggl's own pages are, to which reports lead; empty for no links, as for another Toggl than the real one."""
        own = TOGGL_WEB if self.toggl_url == TOGGL_URL else ""
        return own if self.toggl.web_url is None else self.toggl.web_url

    @property
    def link_hosts(self) -> tuple[str, ...]:
        """The addresses that links in reports may lead to, without scheme."""
        return tuple(host for host in (*self.fibery_hosts, self.toggl_web.split("://", 1)[-1]) if host)

    @property
    def fibery_hosts(self) -> tuple[str, ...]:
        """The addresses under which links of the workspace are recognised, without scheme."""
        own = workspace_address(self.fibery_workspace).removeprefix("https://")
        return tuple(host for host in dict.fromkeys((own, self.fibery_url.split("://", 1)[-1])) if host)


def read_environment() -> dict[str, str]:
    """The environment over the `.env` of the current folder, or else of the project. Empty values count as set to nothing.

    Relative paths in a `.env` lie in its folder. Raises ConfigurationError for a line of it that cannot be read.
    """
    file = next((path for path in (Path.cwd() / ".env", PROJECT / ".env") if path.is_file()), None)
    stored = _dotenv(file) if file else {}
    places = {name: absolute_location(stored[name], file.parent) for name in ("VOLT_CONFIG", "VOLT_DATA") if file and stored.get(name)}
    return {**stored, **places, **os.environ}


def load_environment() -> dict[str, str]:
    """Puts what `.env` adds into this process's environment, where Dagster's EnvVar looks for it, and returns the whole."""
    environment = read_environment()
    for key, value in environment.items():
        os.environ.setdefault(key, value)
    return environment


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """All settings. Raises ConfigurationError with one line for the first thing that is wrong."""
    env = read_environment() if environment is None else environment
    folder = _config_folder(env)
    volt = read_section(folder / "volt.yaml", VoltFile)
    enrichment = read_section(folder / "enrichment_config.yaml", EnrichmentSettings)
    workspace = env.get("FIBERY_WORKSPACE_NAME", "").strip()
    return Settings(
        week=volt.week,
        toggl=volt.toggl,
        people=volt.people,
        fibery=volt.fibery,
        data_quality=volt.data_quality,
        matching=volt.matching,
        alignment=volt.alignment,
        llm=_llm(volt.llm, env),
        retries=volt.retries,
        late_edits=volt.late_edits,
        deliveries=volt.deliveries,
        enrichment=enrichment,
        confirmed=_confirmed(folder / "aliases.yaml"),
        prompts=_prompts(folder / "prompts"),
        config_folder=folder,
        data=absolute_location(env.get("VOLT_DATA") or str(PROJECT / "data"), Path.cwd()),
        toggl_url=(env.get("TOGGL_API_URL") or TOGGL_URL).rstrip("/"),
        toggl_workspace_id=env.get("TOGGL_WORKSPACE_ID", "").strip(),
        fibery_workspace=workspace,
        fibery_url=(env.get("FIBERY_API_URL") or workspace_address(workspace)).rstrip("/"),
        site_url=_site_url(env.get("VOLT_SITE_URL", "")) or volt.site.url,
    )


def missing_variables(environment: Mapping[str, str], settings: Settings, *, toggl: bool = True, fibery: bool = True) -> tuple[str, ...]:
    """The variables a run needs and does not have. Without `toggl` or `fibery`, that service is not asked."""
    services = {"TOGGL_API_TOKEN": toggl, "TOGGL_WORKSPACE_ID": toggl, "FIBERY_API_TOKEN": fibery, "FIBERY_WORKSPACE_NAME": fibery}
    needed = {**services, "OPENAI_API_KEY": settings.llm.provider == "openai"}
    return tuple(name for name, used in needed.items() if used and not environment.get(name, "").strip())


def absolute_location(location: str, base: Path) -> str:
    """A path made absolute; an fsspec URL as it is."""
    return location if "://" in location else str((base / Path(location).expanduser()).resolve())


def _dotenv(file: Path) -> dict[str, str]:
    """What a `.env` sets. A line that is none may hold a secret, so it is told by its number alone."""
    text = file.read_text(encoding="utf-8")
    wrong = [str(binding.original.line) for binding in parse_stream(io.StringIO(text)) if binding.error]
    if wrong:
        lines = f"line{'s' if len(wrong) > 1 else ''} {', '.join(wrong)}"
        raise ConfigurationError(f"{file}: {lines} cannot be read. Write NAME=value, or a # in front of what is no setting.")
    return {key: value or "" for key, value in dotenv_values(stream=io.StringIO(text)).items()}


def _config_folder(env: Mapping[str, str]) -> Path:
    folder = Path(absolute_location(env.get("VOLT_CONFIG") or str(PROJECT / "config"), Path.cwd()))
    if not folder.is_dir():
        raise ConfigurationError(f"VOLT_CONFIG: there is no folder {folder}; name the folder that holds volt.yaml.")
    return folder


def _llm(configured: LlmSettings, env: Mapping[str, str]) -> LlmSettings:
    provider = env.get("VOLT_LLM_PROVIDER", "").strip() or configured.provider
    if provider not in ("none", "openai", "replay"):
        raise ConfigurationError(f"VOLT_LLM_PROVIDER: {provider!r} is no provider; allowed are none, openai and replay.")
    base_url = env.get("OPENAI_BASE_URL", "").strip() or configured.base_url
    return configured.model_copy(update={"provider": provider, "base_url": base_url})


def _site_url(given: str) -> str:
    try:
        return site_address(given)
    except ValueError as error:
        raise ConfigurationError(f"VOLT_SITE_URL: {' '.join(given.split())[:200]!r} {error}.") from None


def _confirmed(file: Path) -> tuple[ConfirmedAlias, ...]:
    """The confirmed aliases; a project that has confirmed nothing yet has no such file."""
    return read_section(file, AliasFile).confirmed if file.exists() else ()


def _prompts(folder: Path) -> dict[str, str]:
    prompts = {name: read_text(folder / f"{name}.md") for name in PROMPTS}
    for name, text in prompts.items():
        problem = prompt_problem(text)
        if problem:
            raise ConfigurationError(f"{folder / f'{name}.md'}: {problem}")
    return prompts
