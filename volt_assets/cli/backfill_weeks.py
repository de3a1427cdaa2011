"""Working through a backfill's weeks in one warm process. Not here: the plan, options, how one week runs."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import dagster as dg
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from rich.console import Console

from io_managers.week_store import WeekStore
from volt_assets.assets.versions import configuration_of
from volt_assets.cli.backfill_plan import Plan, make_plan, print_nothing_to_do, print_plan, usual_seconds
from volt_assets.cli.errors import RunProblem
from volt_assets.cli.instance import open_instance
from volt_assets.cli.progress import Position
from volt_assets.cli.read_ahead import ReadAhead, ranged
from volt_assets.cli.run_texts import counted, seconds_text
from volt_assets.cli.warm_process import Engines, warm_process
from volt_assets.cli.weeks import JOBS, OneOfMany, WeekOutcome, check_outcomes, hours_line, remarks, run_week
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.definitions import build_definitions, build_toggl
from volt_assets.domain.backfill import Only, WeekPlan
from volt_assets.domain.stages import RAW
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings
from volt_assets.week_data import stored_at
from volt_assets.week_status import GRAPH

_REMEMBERED = timedelta(days=1)
_DONE = "done.json"


class _Done(BaseModel):
    model_config = ConfigDict(frozen=True)
    begun_at: AwareDatetime
    weeks: frozenset[str] = frozenset()


class Memory:
    """Which weeks a backfill of everything has done, for one that was interrupted: nothing else tells it from the next one."""

    def __init__(self, settings: Settings, plan: Plan, *, anew: bool) -> None:
        told = [configuration_of(settings, asset) for asset in GRAPH]
        work = [plan.weeks[0].week.key, plan.weeks[-1].week.key, plan.only, sorted(plan.scope), told]
        self._place = WeekStore(settings.data).scratch("backfill", json.dumps(work))
        self._now = datetime.now(UTC)
        self._done = _Done(begun_at=self._now) if anew else self._read()

    @property
    def done(self) -> frozenset[str]:
        """The weeks that an interrupted backfill of the last day has done, of the same weeks with the same settings."""
        return self._done.weeks

    def add(self, week: Week) -> None:
        """A week is done."""
        self._done = self._done.model_copy(update={"weeks": self._done.weeks | {week.key}})
        self._place.write(_DONE, self._done.model_dump_json().encode())

    def forget(self) -> None:
        """The backfill is through, or begins anew."""
        self._place.clear()
        self._done = _Done(begun_at=self._now)

    def _read(self) -> _Done:
        stored = self._place.read(_DONE)
        try:
            done = _Done.model_validate_json(stored) if stored is not None else None
        except ValidationError:
            done = None
        return done if done and self._now - done.begun_at < _REMEMBERED else _Done(begun_at=self._now)


class Wish(NamedTuple):
    """What the options ask for. `again`: the command with its dates alone, to be shown as what to type next."""

    only: str
    group: str | None
    dry_run: bool
    anew: bool
    again: str


def carry_out(weeks: Sequence[Week], settings: Settings, wish: Wish) -> None:
    """Plans, says what is planned, and runs it. Raises RunProblem where a week failed, could not be run or was not tried."""
    console = Console(highlight=False, soft_wrap=True)
    toggl = ranged(build_toggl(settings), settings.data)
    definitions = build_definitions(settings=settings, resources={"toggl": toggl})
    with open_instance() as instance:
        mark_dead_runs(instance)
        plan = make_plan(
            weeks, Only(wish.only), wish.group, definitions=definitions, instance=instance, settings=settings, now=datetime.now(UTC)
        )
        memory = Memory(settings, plan, anew=wish.anew) if plan.only is Only.ALL else None
        if memory and wish.anew and not wish.dry_run:
            memory.forget()
        if memory and memory.done:
            console.print(
                f"Going on with an interrupted backfill: {counted(len(memory.done), 'week', 'weeks')} of it done (--anew: begin again)."
            )
            plan = plan.but(memory.done)
        if not (plan.todo or plan.blocked):
            print_nothing_to_do(console, plan)
            return
        ahead = ReadAhead(toggl, plan.toggl_weeks(settings), lambda line: console.print(line, markup=False))
        print_plan(console, plan, settings, usual_seconds(instance), ahead.held)
        if plan.todo and not wish.dry_run:
            work = Backfill(plan, settings, definitions=definitions, instance=instance, ahead=ahead, console=console)
            with warm_process() as engines:
                work.work(memory, engines)
            work.tell(f"{wish.again}{f' --group {wish.group}' if wish.group else ''}")
            work.check()
    check_left_alone(plan, wish)


def check_left_alone(plan: Plan, wish: Wish) -> None:
    """Raises RunProblem with the remedy where the Fibery side has no Toggl data to start from, or somebody else runs a week."""
    keys = [one.week.key for one in plan.without_toggl]
    if keys:
        raise RunProblem(
            f"{counted(len(keys), 'week', 'weeks')} left alone, as no Toggl data is stored for the Fibery side to start from: "
            f"{listed_keys(keys)}. "
            f"Fetch it: {wish.again}"
        )
    if busy := [one.week.key for one in plan.blocked]:
        raise RunProblem(
            f"{counted(len(busy), 'week', 'weeks')} left alone, as a run of it is going on: {listed_keys(busy)}. See volt-agent list-runs "
            "--status in_progress; once it has ended, or is canceled, the same command takes the week up."
        )


class Backfill:
    """Runs the planned weeks, the earliest first, and keeps what came of them."""

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        *,
        definitions: dg.Definitions,
        instance: dg.DagsterInstance,
        ahead: ReadAhead,
        console: Console,
    ) -> None:
        self._plan = plan
        self._settings = settings
        self._definitions = definitions
        self._instance = instance
        self._ahead = ahead
        self._console = console
        self._id = str(uuid4())
        self._begun = time.monotonic()
        self.outcomes: list[WeekOutcome] = []
        self.was_interrupted = False

    def work(self, memory: Memory | None, engines: Engines) -> None:
        """Runs week after week. A failed one does not stop the others, unless a service refuses; an interruption does."""
        todo = self._plan.todo
        try:
            for number, plan in enumerate(todo, start=1):
                outcome = self._run(plan, OneOfMany(Position(number, len(todo)), self._id, self._time_left(len(todo) - number + 1)))
                engines.let_go()
                if outcome.interrupted:
                    self.was_interrupted = True
                    break
                self.outcomes.append(outcome)
                if outcome.succeeded and memory:
                    memory.add(plan.week)
                if outcome.refused:
                    break
        except KeyboardInterrupt:
            self.was_interrupted = True
        if self.is_through and memory:
            memory.forget()

    def _run(self, plan: WeekPlan, place: OneOfMany) -> WeekOutcome:
        if plan.asks_toggl:
            self._ahead.prepare(plan.week, stored_at(self._instance, plan.week.key))
        outcome = run_week(
            self._definitions,
            JOBS["toggl" if self._needs_toggl_job(plan) else "fibery"],
            plan.week,
            users=(),
            instance=self._instance,
            console=self._console,
            only=() if len(plan.assets) == len(GRAPH) else plan.assets,
            one_of_many=place,
        )
        if RAW in outcome.metadata:
            self._ahead.stored(plan.week)
        for line, style in self._lines(plan, outcome, place.place):
            self._console.print(line, style=style, markup=False)
        return outcome

    def _needs_toggl_job(self, plan: WeekPlan) -> bool:
        job = self._definitions.resolve_job_def(JOBS["fibery"])
        return not {dg.AssetKey(asset) for asset in plan.assets} <= set(job.asset_layer.executable_asset_keys)

    def _lines(self, plan: WeekPlan, outcome: WeekOutcome, place: str) -> list[tuple[str, str]]:
        name = f"Week {outcome.week.key}"
        told = [(f"{name}: {problem}", "red") for problem in outcome.problems]
        told += [(f"{name}: {remark}", "yellow") for remark in remarks(outcome) if not remark.startswith("worth a look")]
        if outcome.succeeded:
            hours = hours_line(outcome) if {"toggl_aggregated", "enriched_data"} & outcome.metadata.keys() else ", ".join(plan.assets)
            told.append((f"{name} ({place}) done: {hours}", ""))
        return told

    def _time_left(self, weeks: int) -> str:
        done = len(self.outcomes)
        return f", {seconds_text(round((time.monotonic() - self._begun) / done * weeks))} left" if done else ""

    @property
    def is_through(self) -> bool:
        """Whether every week was tried."""
        return len(self.outcomes) == len(self._plan.todo)

    @property
    def failed(self) -> tuple[WeekOutcome, ...]:
        """The weeks whose run failed."""
        return tuple(outcome for outcome in self.outcomes if not outcome.succeeded)

    def check(self) -> None:
        """Raises RunProblem where a week failed or was not tried."""
        if self.was_interrupted:
            done = f"{len(self.outcomes) - len(self.failed)} of {counted(len(self._plan.todo), 'week', 'weeks')} done"
            raise RunProblem(f"Interrupted; {done}. What is stored is whole: the same command goes on from there.")
        check_outcomes(self.outcomes, len(self._plan.todo))

    def tell(self, again: str) -> None:
        """Sums up: what is done, what failed and why, and what to look at. `again` is the command without its `--only`."""
        took, done = time.monotonic() - self._begun, len(self.outcomes) - len(self.failed)
        pace = f", {took / len(self.outcomes):.1f} s a week" if self.outcomes else ""
        ahead = f"; {self._ahead.requests} requests read Toggl ahead" if self._ahead.requests else ""
        total = counted(len(self._plan.todo), "week", "weeks")
        self._console.print(
            f"\n{done} of {total} done in {seconds_text(round(took))}{pace}{ahead}. Reports: {self._settings.data}/weeks", markup=False
        )
        for outcome in self.failed:
            self._console.print(f"  failed {outcome.week.key}: {outcome.problems[0]}", markup=False)
        look = [outcome.week.key for outcome in self.outcomes if any(one.startswith("worth a look") for one in outcome.warnings)]
        if look:
            self._console.print(f"Worth a look, by the checks in the UI: {listed_keys(look)}.", markup=False)
        if self.failed and self.is_through:
            self._console.print(f"When what failed is mended: {again} --only failed", markup=False)


def listed_keys(keys: Sequence[str], most: int = 6) -> str:
    """Weeks by their keys; of many, how many more there are."""
    shown = ", ".join(keys[:most])
    return f"{shown} and {len(keys) - most} more" if len(keys) > most else shown
