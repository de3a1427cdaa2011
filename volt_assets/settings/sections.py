"""The sections of `volt.yaml` and `enrichment_config.yaml` as frozen values. Not here: files, the environment."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from volt_assets.domain.alignment_rules import AlignmentLimits
from volt_assets.domain.confirmed import ANYBODY, ConfirmedAlias, normal_description, read_entity
from volt_assets.domain.entities import Budget, EntityKey
from volt_assets.domain.label_aliases import LabelAliases
from volt_assets.domain.model_calls import ModelLimits, Price
from volt_assets.domain.people import normal_email
from volt_assets.domain.plans import Wishes
from volt_assets.domain.quality import QualityLimits
from volt_assets.domain.roles import Role, role_named
from volt_assets.domain.strategies import STRATEGIES, Strategy, derived
from volt_assets.domain.titles import ROUTINE
from volt_assets.domain.weeks import Week

Provider = Literal["none", "openai", "replay"]
NO_DATE = "must be a valid date; write a Monday, as 2025-01-06"

_PERSON = re.compile(r"[^@\s]+@[^@\s]+|user:[1-9][0-9]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Strict(BaseModel):
    """A section that refuses keys it does not know."""

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
    raise ValueError(NO_DATE)  # Pydantic would take 1736121600 for one


PersonKey = Annotated[str, BeforeValidator(_person)]
NotEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WeekSettings(Strict):
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


class TogglSettings(Strict):
    """How Toggl is asked."""

    page_size: int = Field(default=50, ge=1, le=1000)
    max_requests_per_second: float = Field(default=1, gt=0)
    max_quota_wait_seconds: int = Field(default=60, ge=0)
    allow_own_entries_only: bool = False
    web_url: str | None = None

    @field_validator("web_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        if url and not re.fullmatch(r"https?://[\w.:-]+(?:/[\w./-]*)?", url, re.ASCII):
            raise ValueError("is no address of web pages, such as https://track.toggl.com; leave it empty for no links")
        return url and url.rstrip("/")


class PeopleSettings(Strict):
    """Who is who. Keys are e-mails in lower case or `user:<id>`."""

    aliases: dict[PersonKey, PersonKey] = {}
    exclude: frozenset[PersonKey] = frozenset()
    no_report: frozenset[PersonKey] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """Everybody who is named here, by e-mail or `user:<id>`."""
        return self.exclude | self.no_report | set(self.aliases) | set(self.aliases.values())


class FiberySettings(Strict):
    """How Fibery is asked, how much of what people wrote there is kept, and how many hours an estimated day has."""

    max_requests_per_second: float = Field(default=3, gt=0)
    batch_size: int = Field(default=500, ge=1, le=1000)
    max_text_characters: int = Field(default=2000, ge=1, le=20_000)
    max_comments: int = Field(default=5, ge=0, le=100)
    max_comment_characters: int = Field(default=500, ge=1, le=20_000)
    hours_in_day: float = Field(default=8, gt=0, le=24)

    @property
    def budget(self) -> Budget:
        """How much of each entity is kept."""
        return Budget(
            max_text_characters=self.max_text_characters,
            max_comments=self.max_comments,
            max_comment_characters=self.max_comment_characters,
        )


class DataQualitySettings(Strict):
    """What still counts as usual in the entries: more than that is reported, and nothing else happens."""

    max_hours_a_day: float = Field(default=12, gt=0)
    max_unmatched_percent: float = Field(default=50, ge=0, le=100)

    @property
    def limits(self) -> QualityLimits:
        """The limits that the week is judged by."""
        return QualityLimits(max_hours_a_day=self.max_hours_a_day, max_unmatched_percent=self.max_unmatched_percent)


class MatchingSettings(Strict):
    """What descriptions mean that name no entity. `routine` are everyday words, never taken for a title."""

    routine: tuple[NotEmpty, ...] = ROUTINE


class AlignmentSettings(Strict):
    """From where on a difference between Toggl and Fibery is worth somebody's time."""

    min_minutes: float = Field(default=15, ge=0)
    grace_hours: float = Field(default=8, ge=0, le=8760)
    stale_after_days: float = Field(default=7, ge=0, le=365)

    @property
    def limits(self) -> AlignmentLimits:
        """The limits that the work is judged by."""
        return AlignmentLimits(min_minutes=self.min_minutes, grace_hours=self.grace_hours, stale_after_days=self.stale_after_days)


class PriceSettings(Strict):
    """What a million tokens of a model cost."""

    input_per_million: float = Field(ge=0)
    output_per_million: float = Field(ge=0)


class LlmSettings(Strict):
    """Which model phrases sections, if any, and what a run may take of it."""

    provider: Provider = "none"
    base_url: NotEmpty = "https://api.openai.com/v1"
    model: NotEmpty = "gpt-4.1-mini"
    deadline_seconds: float = Field(default=60, gt=0)
    max_concurrent: int = Field(default=4, ge=1)
    temperature: float = Field(default=0.3, ge=0, le=2)
    max_tokens: int = Field(default=800, ge=1, le=10**9)
    pseudonyms: bool = True
    comments: bool = False
    replay_folder: str = ""
    currency: NotEmpty = "USD"
    prices: dict[NotEmpty, PriceSettings] = {}
    budget_per_run: float | None = Field(default=None, ge=0)
    max_tokens_per_run: int | None = Field(default=None, ge=0)

    @field_validator("budget_per_run")
    @classmethod
    def _has_a_price(cls, budget: float | None, others: ValidationInfo) -> float | None:
        if budget is not None and others.data.get("model") not in others.data.get("prices", {}):
            raise ValueError(f"needs the price of {others.data.get('model')} under llm.prices; or limit a run by llm.max_tokens_per_run")
        return budget

    @property
    def limits(self) -> ModelLimits:
        """What a run may take of the model, and what that is worth."""
        price = self.prices.get(self.model)
        return ModelLimits(
            price=Price(**price.model_dump()) if price else None,
            currency=self.currency,
            budget=self.budget_per_run,
            max_tokens=self.max_tokens_per_run,
        )


class LateEditsSettings(Strict):
    """How many of the last weeks are looked at again each day, once the schedule is on; 0 for none."""

    weeks: int = Field(default=4, ge=0, le=52)


class RetrySettings(Strict):
    """How often an asset is tried again where a service is down for a while, in runs that started by themselves, and after what pause."""

    times: int = Field(default=2, ge=0, le=10)
    wait_seconds: float = Field(default=120, ge=0, le=3600)
    longest_wait_seconds: float = Field(default=900, ge=0, le=3600)


class SiteSettings(Strict):
    """Where the pages of the reports are served: the address under which `weeks` of the store is found; empty for nowhere."""

    url: str = ""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return site_address(url)


def site_address(url: str) -> str:
    """The address without a slash at its end; raises ValueError for what is no web address."""
    address = url.strip()
    if address and not re.fullmatch(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?(?:/[\w./~-]*)?", address, re.ASCII):
        raise ValueError("is no address of web pages, such as http://127.0.0.1:3001; leave it empty for no links")
    return address.rstrip("/")


def _anybody(name: object) -> object:
    return ANYBODY if name == ANYBODY else _person(name)


def _entity(written: object) -> EntityKey:
    return read_entity(written if isinstance(written, str) else "")


class AliasLine(Strict):
    """One confirmed alias: whose description means which entity."""

    person: Annotated[str, BeforeValidator(_anybody)]
    description: NotEmpty
    entity: Annotated[EntityKey, BeforeValidator(_entity)]


class AliasFile(Strict):
    """`aliases.yaml`."""

    aliases: tuple[AliasLine, ...] = ()

    @model_validator(mode="after")
    def _says_each_thing_once(self) -> Self:
        said = [(line.person, normal_description(line.description)) for line in self.aliases]
        twice = next((line for line, key in zip(self.aliases, said, strict=True) if said.count(key) > 1), None)
        if twice:
            raise ValueError(f"{twice.description!r} of {twice.person} is confirmed twice; keep one line")
        return self

    @property
    def confirmed(self) -> tuple[ConfirmedAlias, ...]:
        """The lines as the matcher takes them."""
        return tuple(ConfirmedAlias(person=line.person, description=line.description, entity=line.entity) for line in self.aliases)


class Activity(Strict):
    """How entities of one database are enriched. `fields` are display names, exact names or roles.

    `parents` are the fields that lead to what an entity belongs to, nearest first; None: those of usual names.
    """

    activity: str
    max_concurrent: int = Field(default=3, ge=1)
    fields: tuple[str, ...] = ()
    parents: tuple[str, ...] | None = None

    def wishes(self, *, optional: bool = False) -> Wishes:
        """What is wanted of a database. `optional`: only where it happens to be there."""
        fields = {"optional": self.fields} if optional else {"fields": self.fields}
        return Wishes(activity=self.activity, parents=self.parents, **fields)


class OwnActivity(Strict):
    """An activity of a team's own: another one, and the roles and fields that it reads besides."""

    based_on: str = "default_enrich_entity"
    roles: tuple[Role, ...] = ()
    fields: tuple[str, ...] = ()

    @field_validator("roles", mode="before")
    @classmethod
    def _are_known(cls, names: Any) -> Any:
        """Roles as people write them."""
        if not isinstance(names, list):
            return names
        wrong = next((name for name in names if not isinstance(name, str) or role_named(name) is None), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} is no role; there are {', '.join(Role)}")
        return tuple(role_named(name) for name in names)


class EnrichmentSettings(Strict):
    """An activity per `Space/Database`, `default` for the others; activities of a team's own; and what labels in descriptions mean
    that name no database.
    """

    enrichment_activities: dict[str, Activity]
    activities: dict[str, OwnActivity] = {}
    label_aliases: LabelAliases = {}

    @model_validator(mode="after")
    def _names_databases(self) -> Self:
        if "default" not in self.enrichment_activities:
            raise ValueError("the key 'default' is missing")
        wrong = [name for name in self.databases if "/" not in name or any(not part or part != part.strip() for part in name.split("/", 1))]
        if wrong:
            raise ValueError(f'{wrong[0]!r} names no database; write "Space/Database" or default')
        return self

    @model_validator(mode="after")
    def _names_activities(self) -> Self:
        known = {*STRATEGIES, *self.activities}
        named = {f"activities.{name}.based_on": own.based_on for name, own in self.activities.items()}
        named |= {f"enrichment_activities.{name}.activity": one.activity for name, one in self.enrichment_activities.items()}
        wrong = next((key for key, name in named.items() if name not in known), None)
        if wrong:
            raise ValueError(f"{wrong}: {named[wrong]!r} is no activity; there are {', '.join(sorted(known))}")
        taken = next((name for name in self.activities if name in STRATEGIES), None)
        if taken:
            raise ValueError(f"activities.{taken}: is the name of one of Volt's own activities; choose another")
        circle = next((name for name in self.activities if name in self._bases(name)), None)
        if circle:
            raise ValueError(f"activities.{circle}.based_on: leads back to itself")
        return self

    @property
    def strategies(self) -> dict[str, Strategy]:
        """Every activity there is, Volt's own and the team's."""
        return {**STRATEGIES, **{name: self._strategy(name) for name in self.activities}}

    def _strategy(self, name: str) -> Strategy:
        own = self.activities.get(name)
        return derived(self._strategy(own.based_on), roles=own.roles, fields=own.fields) if own else STRATEGIES[name]

    def _bases(self, name: str) -> tuple[str, ...]:
        """What an activity is based on, and that in turn, until something comes twice."""
        found: list[str] = []
        while name in self.activities and self.activities[name].based_on not in found:
            name = self.activities[name].based_on
            found.append(name)
        return tuple(found)

    @property
    def databases(self) -> tuple[str, ...]:
        """The configured databases: where references are looked for."""
        return tuple(name for name in self.enrichment_activities if name != "default")

    @property
    def max_concurrent(self) -> dict[str, int]:
        """How many requests may be out at the same time, by database."""
        return {name: self.enrichment_activities[name].max_concurrent for name in self.databases}

    def activity(self, database: str) -> Activity:
        """The activity of a database, or the default one."""
        return self.enrichment_activities.get(database) or self.enrichment_activities["default"]
