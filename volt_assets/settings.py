"""What a user configures, read from YAML and the environment into frozen values.

Not here: secrets (Dagster's EnvVar reads those), paths inside the store.

Order: the environment wins over `.env`, `.env` over the YAML, the YAML over the defaults here.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import available_timezones

import yaml
from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from yaml.constructor import SafeConstructor

from volt_assets.domain.enrichment import STRATEGIES
from volt_assets.domain.people import normal_email
from volt_assets.domain.phrasing import PROMPTED_REPORTS, prompt_problem
from volt_assets.domain.weeks import Week

PROJECT = Path(__file__).resolve().parent.parent
TOGGL_URL = "https://api.track.toggl.com"
Provider = Literal["none", "openai", "replay"]
Model = TypeVar("Model", bound=BaseModel)

_PERSON = re.compile(r"[^@\s]+@[^@\s]+|user:[1-9][0-9]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError)  # raised by PyYAML for `!!int abc`, `!!int ''`, `!!bool x` ...
_NO_DATE = "must be a valid date; write a Monday, as 2025-01-06"
_WORDS = {  # where Pydantic's own name Python's types
    **dict.fromkeys(("model_type", "dict_type"), "must be a section of keys and values"),
    **dict.fromkeys(("frozen_set_type", "tuple_type"), "must be a list"),
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing"), _NO_DATE),
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "invalid_key": "is no text; keys should be strings",
}


class ConfigurationError(Exception):
    """The configuration cannot be used. The message is one line: file, key or variable, what is wrong, what is allowed."""


class _PlainDates(yaml.SafeLoader):
    """YAML in which a date is text, quoted or not, so that a wrong one is refused by the key it stands under."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML declares it as an instance's own
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, given: Any) -> Any:
        """A key with nothing under it, as when all its lines are comments, counts as not given."""
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value is not None or key not in cls.model_fields}


def _person(name: object) -> str:
    key = normal_email(name) if isinstance(name, str) else None
    if not key or not _PERSON.fullmatch(key):
        raise ValueError("write an e-mail or user:<id>")
    return key


def _day(written: object) -> object:
    if isinstance(written, date) or (isinstance(written, str) and _DAY.fullmatch(written)):
        return written
    raise ValueError(_NO_DATE)  # Pydantic would take 1736121600 for one


PersonKey = Annotated[str, BeforeValidator(_person)]
NotEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WeekSettings(_Strict):
    """Which weeks there are. `first` is a Monday."""

    first: Annotated[date, BeforeValidator(_day)]
    timezone: str

    @field_validator("first")
    @classmethod
    def _is_monday(cls, day: date) -> date:
        monday = Week.containing(day).monday
        if day != monday:
            raise ValueError(f"{day} is no Monday; a week is named by its Monday, here {monday}")
        return day

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone; write an IANA name such as Europe/Berlin")
        return zone


class TogglSettings(_Strict):
    """How Toggl is asked."""

    page_size: int = Field(default=50, ge=1, le=1000)
    max_requests_per_second: float = Field(default=1, gt=0)
    max_quota_wait_seconds: int = Field(default=60, ge=0)
    allow_own_entries_only: bool = False


class PeopleSettings(_Strict):
    """Who is who. Keys are e-mails in lower case or `user:<id>`."""

    aliases: dict[PersonKey, PersonKey] = {}
    exclude: frozenset[PersonKey] = frozenset()
    no_report: frozenset[PersonKey] = frozenset()


class FiberySettings(_Strict):
    """How Fibery is asked."""

    max_requests_per_second: float = Field(default=3, gt=0)
    batch_size: int = Field(default=500, ge=1, le=1000)


class LlmSettings(_Strict):
    """Which model phrases sections, if any."""

    provider: Provider = "none"
    base_url: NotEmpty = "https://api.openai.com/v1"
    model: NotEmpty = "gpt-4.1-mini"
    deadline_seconds: float = Field(default=60, gt=0)
    max_concurrent: int = Field(default=4, ge=1)
    temperature: float = Field(default=0.3, ge=0, le=2)
    max_tokens: int = Field(default=800, ge=1)
    pseudonyms: bool = True
    replay_folder: str = ""


class _VoltFile(_Strict):
    week: WeekSettings
    toggl: TogglSettings = TogglSettings()
    people: PeopleSettings = PeopleSettings()
    fibery: FiberySettings = FiberySettings()
    llm: LlmSettings = LlmSettings()


class Activity(_Strict):
    """How entities of one database are enriched. `fields` are display names."""

    activity: str
    max_concurrent: int = Field(default=3, ge=1)
    fields: tuple[str, ...] = ()

    @field_validator("activity")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in STRATEGIES:
            raise ValueError(f"{name!r} is no activity; there are {', '.join(sorted(STRATEGIES))}")
        return name


class EnrichmentSettings(_Strict):
    """An activity per `Space/Database`; `default` for the others."""

    enrichment_activities: dict[str, Activity]

    @model_validator(mode="after")
    def _names_databases(self) -> Self:
        if "default" not in self.enrichment_activities:
            raise ValueError("the key 'default' is missing")
        wrong = [name for name in self.databases if "/" not in name or any(not part or part != part.strip() for part in name.split("/", 1))]
        if wrong:
            raise ValueError(f'{wrong[0]!r} names no database; write "Space/Database" or default')
        return self

    @property
    def databases(self) -> tuple[str, ...]:
        """The configured databases: where references are looked for."""
        return tuple(name for name in self.enrichment_activities if name != "default")

    def activity(self, database: str) -> Activity:
        """The activity of a database, or the default one."""
        return self.enrichment_activities.get(database) or self.enrichment_activities["default"]


class Settings(_Strict):
    """Everything configured, without a secret in it. Paths are absolute."""

    week: WeekSettings
    toggl: TogglSettings
    people: PeopleSettings
    fibery: FiberySettings
    llm: LlmSettings
    enrichment: EnrichmentSettings
    prompts: dict[str, str]
    config_folder: Path
    data: str
    toggl_url: str
    toggl_workspace_id: str
    fibery_workspace: str
    fibery_url: str

    @property
    def fibery_hosts(self) -> tuple[str, ...]:
        """The addresses under which links of the workspace are recognised, without scheme."""
        own = f"{self.fibery_workspace}.fibery.io" if self.fibery_workspace else ""
        return tuple(host for host in dict.fromkeys((own, self.fibery_url.split("://", 1)[-1])) if host)


def read_environment() -> dict[str, str]:
    """The environment over the `.env` of the current folder, or else of the project. Empty values count as set to nothing.

    Relative paths in a `.env` lie in its folder.
    """
    file = next((path for path in (Path.cwd() / ".env", PROJECT / ".env") if path.is_file()), None)
    stored = {key: value or "" for key, value in dotenv_values(file).items()} if file else {}
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
    volt = _read(folder / "volt.yaml", _VoltFile)
    enrichment = _read(folder / "enrichment_config.yaml", EnrichmentSettings)
    workspace = env.get("FIBERY_WORKSPACE_NAME", "").strip()
    return Settings(
        week=volt.week,
        toggl=volt.toggl,
        people=volt.people,
        fibery=volt.fibery,
        llm=_llm(volt.llm, env),
        enrichment=enrichment,
        prompts=_prompts(folder / "prompts"),
        config_folder=folder,
        data=absolute_location(env.get("VOLT_DATA") or str(PROJECT / "data"), Path.cwd()),
        toggl_url=(env.get("TOGGL_API_URL") or TOGGL_URL).rstrip("/"),
        toggl_workspace_id=env.get("TOGGL_WORKSPACE_ID", "").strip(),
        fibery_workspace=workspace,
        fibery_url=(env.get("FIBERY_API_URL") or (f"https://{workspace}.fibery.io" if workspace else "")).rstrip("/"),
    )


def missing_variables(environment: Mapping[str, str], settings: Settings, *, toggl: bool = True) -> tuple[str, ...]:
    """The variables a run needs and does not have. Without `toggl`, only the Fibery side's."""
    needed = ["FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME"]
    if toggl:
        needed = ["TOGGL_API_TOKEN", "TOGGL_WORKSPACE_ID", *needed]
    if settings.llm.provider == "openai":
        needed.append("OPENAI_API_KEY")
    return tuple(name for name in needed if not environment.get(name, "").strip())


def absolute_location(location: str, base: Path) -> str:
    """A path made absolute; an fsspec URL as it is."""
    return location if "://" in location else str((base / Path(location).expanduser()).resolve())


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


def _prompts(folder: Path) -> dict[str, str]:
    prompts = {name: _text(folder / f"{name}.md") for name in PROMPTED_REPORTS}
    for name, text in prompts.items():
        problem = prompt_problem(text)
        if problem:
            raise ConfigurationError(f"{folder / f'{name}.md'}: {problem}")
    return prompts


def _read(file: Path, model: type[Model]) -> Model:
    document = _document(file)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}: must hold keys and values, but holds {_kind(document)}.")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {_first_problem(error, model)}") from None


def _document(file: Path) -> object:
    """What a YAML file holds. Raises ConfigurationError for no YAML, a key given twice, or a value that is not what its tag says."""
    try:
        root = yaml.compose(_text(file), Loader=_PlainDates)
        problem = next((problem for key, node in _nodes(root) if (problem := _node_problem(key, node))), None)
        document = SafeConstructor().construct_document(root) if root and not problem else None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigurationError(f"{file}: is no YAML: {_one_line(str(error))}") from None
    if problem:
        raise ConfigurationError(f"{file}: {problem}")
    return document


def _nodes(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Every node of a document with the key it stands under; one that an alias repeats comes once."""
    waiting, seen = [("", root)] if root else [], set[int]()
    for key, node in waiting:
        if id(node) not in seen:
            seen.add(id(node))
            yield key, node
            waiting.extend(_below(key, node))


def _below(key: str, node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(_key(key, name), part) for name, value in node.value for part in (name, value)]
    return [(key, item) for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _key(section: str, name: yaml.Node) -> str:
    return f"{section}.{name.value}".lstrip(".") if isinstance(name, yaml.ScalarNode) else section


def _node_problem(key: str, node: yaml.Node) -> str | None:
    if isinstance(node, yaml.MappingNode):
        names = [_key(key, name) for name, _ in node.value]
        return next((f"{name}: is given twice; keep one of them." for name in names if names.count(name) > 1), None)
    if not isinstance(node, yaml.ScalarNode) or node.value == "<<":
        return None
    try:
        SafeConstructor().construct_object(node)
    except _UNREADABLE:
        kind = node.tag.rpartition(":")[2]
        return f"{key}: {_shown(node.value)} cannot be read as !!{kind}; write a plain value without a tag, or text in quotes."
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"{file}: is not there; take it from the project's config folder.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read: {_one_line(str(error))}") from None


def _first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return f"{key}: unknown key; allowed are {', '.join(_allowed(model, problem['loc']))}."
    if problem["type"] == "missing":
        return f"{key}: is missing."
    message = _WORDS.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{key}: {message} (found {_shown(problem['input'])})." if key else f"{message}."


def _shown(value: object) -> str:
    """A value as its writer knows it, in a line."""
    if isinstance(value, str):
        return repr(_one_line(value))
    return _one_line(str(value)).lower() if isinstance(value, int | float | date) else _kind(value)


def _kind(value: object) -> str:
    return {dict: "keys and values", list: "a list", str: "text", type(None): "nothing"}.get(type(value), "a single value")


def _allowed(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    here: Any = model
    for part in location[:-1]:
        fields = getattr(here, "model_fields", {})
        here = fields[str(part)].annotation if str(part) in fields else Activity
    return tuple(getattr(here, "model_fields", {}))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
