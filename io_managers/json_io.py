"""Dagster's door to the week store: an asset's value as typed JSON, one file a week. Not here: Markdown, what a value means."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import dagster as dg
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from upath import UPath

from io_managers.collector import collector_paused
from io_managers.manifest import state_hash
from io_managers.run_process import PROCESS_TAG, WEEK_TAG, noted, process_tags
from io_managers.scratch import ScratchFolder
from io_managers.week_lock import PATIENCE_SECONDS, holding_week
from io_managers.week_store import StoreError, WeekStore

Model = TypeVar("Model", bound=BaseModel)
MERGED_INTO = "merged_into"


def dump_json(value: BaseModel) -> bytes:
    """A value as UTF-8 JSON in the order of its fields: equal values give equal bytes."""
    with collector_paused():
        return (value.model_dump_json(indent=2) + "\n").encode()


class UnreadableError(StoreError):
    """A stored file is no value of its asset: damaged, or of an older shape."""


@dataclass(frozen=True)
class Previous(Generic[Model]):
    """What an asset had stored of a week before this run. `unreadable`: there was a file, but no such value in it.

    `digest` is the `state_hash` of the file.
    """

    value: Model | None
    unreadable: bool = False
    digest: str = state_hash(None)

    @property
    def metadata(self) -> dict[str, dg.MetadataValue]:
        """Says that a file could not be read; nothing otherwise."""
        return {"previous_value": dg.MetadataValue.text("unreadable, kept in history")} if self.unreadable else {}

    @property
    def condition(self) -> dict[str, dg.MetadataValue]:
        """For a value that was merged into this one: it is stored only if nobody has stored another one meanwhile."""
        return {MERGED_INTO: dg.MetadataValue.text(self.digest)}


def load_value(store: WeekStore, week: str, asset: str, model: type[Model]) -> Model | None:
    """An asset's stored value of a week; None if there is none. Raises UnreadableError for a file that is no such value."""
    return _load(store, week, asset, model, remedy=f"Materialise {asset} for week {week} again")


def load_previous(store: WeekStore, week: str, asset: str, model: type[Model], *, only: Sequence[str] = ()) -> Previous[Model]:
    """What this run is about to replace. A file that is no such value counts as none: the store keeps a copy of it.

    With `only` the run replaces these people's part and keeps the rest: raises UnreadableError where there is no rest to read.
    """
    stored = store.read(week, f"{asset}.json")
    digest = state_hash(stored)
    try:
        remedy = f"Materialise {asset} for week {week} again without a users filter"
        return Previous(_parsed(stored, store, week, asset, model, remedy=remedy), digest=digest)
    except UnreadableError:
        if only:
            raise
        return Previous(None, unreadable=True)


def load_first(store: WeekStore, week: str, asset: str, model: type[Model]) -> Previous[Model]:
    """The version of an asset's value that was kept for good, to compare with."""
    stored = store.read_first(week, f"{asset}.json")
    try:
        return Previous(model.model_validate_json(stored) if stored is not None else None)
    except ValidationError:
        return Previous(None, unreadable=True)


def keep_first(store: WeekStore, week: str, asset: str, value: BaseModel) -> bool:
    """Keeps a value for good, if none is kept yet."""
    return store.keep_first(week, f"{asset}.json", dump_json(value))


def _load(store: WeekStore, week: str, asset: str, model: type[Model], *, remedy: str) -> Model | None:
    return _parsed(store.read(week, f"{asset}.json"), store, week, asset, model, remedy=remedy)


def _parsed(stored: bytes | None, store: WeekStore, week: str, asset: str, model: type[Model], *, remedy: str) -> Model | None:
    if stored is None:
        return None
    try:
        with collector_paused():
            return model.model_validate_json(stored)
    except ValidationError as error:
        file = store.path(week, f"{asset}.json")
        raise UnreadableError(
            f"{file} is not what {asset} stores ({_first_problem(error)}). {remedy}; the replaced file is kept in history."
        ) from None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]


class WeekStoreResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The week store for assets and checks that read other weeks or publish files."""

    root: str = Field(description="A folder, or an fsspec URL such as s3://bucket/volt; VOLT_DATA.")
    overwrite_edits: bool = Field(
        default=False, description="Put Volt's own in the place of reports that a person edited; a copy of theirs goes to history."
    )

    def for_run(self, run_id: str) -> WeekStore:
        """The store, keeping what this run replaces under its id."""
        return WeekStore(self.root, run_id, overwrite_edits=self.overwrite_edits)

    def account_place(self, service: str, account: str) -> ScratchFolder:
        """Where what a service told one account is kept between runs. `account` becomes no path, and must not give a token away."""
        return WeekStore(self.root).scratch(service, account)


class JsonFileIOManager(dg.UPathIOManager):
    """Keeps each asset's value of a week at `weeks/<week>/<asset>.json`."""

    extension = ".json"

    def __init__(self, root: str) -> None:
        self._store = WeekStore(root)
        super().__init__(base_path=self._store.root)

    def get_path_for_partition(self, context: dg.InputContext | dg.OutputContext, path: UPath, partition: str) -> UPath:
        """Week first, then the asset: all of a week is in one folder."""
        del context
        return self._store.path(partition, path.name)

    def make_directory(self, path: UPath) -> None:
        """Nothing: a folder is made with its first file, under the store's lock."""

    def dump_to_path(self, context: dg.OutputContext, obj: BaseModel, path: UPath) -> None:
        """Writes the value, whole or not at all. Raises StoreError for one that was merged into what is not stored any more."""
        merged_into = context.output_metadata.get(MERGED_INTO)
        expected = None if merged_into is None else str(merged_into.value)
        self._store.for_run(context.run_id).write(context.partition_key, path.name, dump_json(obj), expected=expected)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Reads the value as the type that the asset asks for."""
        week, asset = path.parent.name, path.name.removesuffix(self.extension)
        value = load_value(self._store, week, asset, _wanted_type(context))
        if value is None:
            raise StoreError(f"{asset} has no value for week {week} ({path}). Materialise {asset} for this week first.")
        return value


class JsonFileIOManagerResource(dg.ConfigurableIOManager):
    """Builds the IO manager for a store. `root` is a folder or an fsspec URL.

    Every asset needs it, and in the in-process executor it lives as long as the run: so it holds the run's week, and notes which
    process carries a run that nobody noted so far (those of the UI and of schedules).
    """

    model_config = ConfigDict(frozen=True)
    root: str = Field(description="A folder, or an fsspec URL such as s3://bucket/volt; VOLT_DATA.")
    patience_seconds: float = Field(
        default=PATIENCE_SECONDS, ge=0, description="For how many seconds a run waits for another one of its week."
    )

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Holds the run's week while it goes. Waits where another run has it, and says so in the log."""
        run = context.run
        if run and context.instance and not noted(run.tags, run.run_id).get(PROCESS_TAG):
            context.instance.add_run_tags(run.run_id, process_tags(run.run_id))
        week = run.tags.get(WEEK_TAG) if run else None
        with contextlib.ExitStack() as held:
            if run and week:
                store = WeekStore(self.root, run.run_id)
                tell = context.log.info if context.log else (lambda _: None)
                held.enter_context(holding_week(store, week, tell=tell, patience_seconds=self.patience_seconds))
            yield self

    def _manager(self) -> JsonFileIOManager:
        return JsonFileIOManager(self.root)

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Writes through the store."""
        self._manager().handle_output(context, obj)

    def load_input(self, context: dg.InputContext) -> Any:
        """Reads through the store."""
        return self._manager().load_input(context)


def _wanted_type(context: dg.InputContext) -> type[BaseModel]:
    wanted = context.dagster_type.typing_type
    if not (isinstance(wanted, type) and issubclass(wanted, BaseModel)):
        raise TypeError(f"{context.name}: an input from the store needs a model as its annotation, not {wanted!r}")
    return wanted
