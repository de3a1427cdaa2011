"""Running weeks in this process, one after the other, as ordinary Dagster runs. Not here: options, wording of help."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import dagster as dg
from rich.console import Console

from io_managers.json_io import WeekStoreResource
from io_managers.run_process import process_tags
from resources.errors import QuotaError, RefusedError
from volt_assets.cli.errors import RunProblem, UsageProblem
from volt_assets.cli.instance import open_instance
from volt_assets.cli.panel import RunProgress, Shown, has_display
from volt_assets.cli.progress import Position, expected_seconds
from volt_assets.cli.run_records import find_record
from volt_assets.dead_runs import mark_dead_runs
from volt_assets.definitions import build_definitions
from volt_assets.domain.model_calls import Tokens, all_tokens
from volt_assets.domain.stages import PHRASED
from volt_assets.domain.weeks import Week, weeks_between
from volt_assets.partitions import first_and_last_week, is_week
from volt_assets.run_errors import failures, kinds, problem
from volt_assets.settings import Settings

BACKFILL_TAG = "volt/backfill"
"""Names the runs of one backfill."""
JOBS = {"toggl": "weekly_reports", "fibery": "fibery_refresh"}

INTERRUPTED = "It was interrupted. What it had stored is whole; run the week again."
_INTERRUPTION = dg.DagsterExecutionInterruptedError.__name__
_REFUSALS = {RefusedError.__name__, QuotaError.__name__}
_WEEKS_NAMED = 4
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class WeekOutcome:
    """How a week's run ended. `problems` are one line each, as are `warnings`: checks that did not pass, and how grave that is.

    `refused`: a service refused the token or the workspace, or its hour is used up, so that it would refuse every other week too.
    """

    week: Week
    run_id: str
    succeeded: bool
    interrupted: bool = False
    refused: bool = False
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)


def chosen_weeks(start: date, end: date, *, options: str = "--start-date and --end-date") -> list[Week]:
    """The weeks that two dates touch. Raises UsageProblem for a reversed range or a week that is no partition."""
    try:
        weeks = list(weeks_between(start, end))
    except ValueError as error:
        raise UsageProblem(f"{options}: {error}.") from None
    unknown = [week.key for week in weeks if not is_week(week)]
    if unknown:
        first, last = first_and_last_week()
        named = ", ".join(unknown) if len(unknown) <= _WEEKS_NAMED else f"{unknown[0]} to {unknown[-1]}"
        raise UsageProblem(f"There is no week {named}: weeks run from {first} (week.first in volt.yaml) to {last}, the running one.")
    return weeks


def weeks_of_run(run_id: str) -> tuple[list[Week], tuple[str, ...]]:
    """The weeks and the people of an earlier run, whoever started it. Raises UsageProblem where there is no such run or it had no week."""
    with open_instance() as instance:
        record = find_record(instance, run_id)
    if not record.weeks:
        raise UsageProblem(f"Run {record.run_id} was about no week. Name the weeks with --start-date and --end-date.")
    return chosen_weeks(record.weeks[0].monday, record.weeks[-1].sunday), record.users


class Wishes(NamedTuple):
    """What a run does besides: ask the model again where its answers were refused, put its own in the place of edited reports."""

    ask_again: bool = False
    overwrite_edits: bool = False


class OneOfMany(NamedTuple):
    """Which week of several a run is; of a backfill, which has one line for each week, also its id and in words what is left."""

    position: Position
    backfill: str = ""
    left: str = ""

    @property
    def place(self) -> str:
        """The week's place in words, with what is left."""
        return f"{self.position.text}{self.left}"

    @property
    def tags(self) -> dict[str, str]:
        """What tells whoever watches the run which of several it is."""
        return {**self.position.tags, **({BACKFILL_TAG: self.backfill} if self.backfill else {})}


def run_config(users: Sequence[str], assets: frozenset[str], wishes: Wishes = Wishes()) -> dict[str, Any]:  # noqa: B008 - it is frozen
    """The configuration of a run for these people only, or for everybody."""
    config: dict[str, dict[str, Any]] = {}
    if users:
        config |= {asset: {"users": list(users)} for asset in sorted(assets & {"raw_toggl_data", "person_reports"})}
    if wishes.ask_again:
        config |= {asset: {**config.get(asset, {}), "ask_again": True} for asset in sorted(assets & PHRASED)}
    return {**QUIET, "ops": {asset: {"config": chosen} for asset, chosen in config.items()}}


def run_week(
    definitions: dg.Definitions,
    job_name: str,
    week: Week,
    *,
    users: Sequence[str],
    instance: dg.DagsterInstance,
    console: Console,
    only: Sequence[str] = (),
    wishes: Wishes = Wishes(),  # noqa: B008 - it is frozen
    one_of_many: OneOfMany | None = None,
) -> WeekOutcome:
    """Runs one week, or `only` these assets of it, and shows how it goes. A failure is an outcome, never an exception."""
    job = definitions.resolve_job_def(job_name)
    assets = frozenset(only) or frozenset(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
    run_id = str(uuid4())
    is_brief = bool(one_of_many and one_of_many.backfill)
    title = f"Week {week.key} ({one_of_many.place})" if one_of_many and is_brief else f"Week {week.key}"
    expected = expected_seconds(instance, assets) if has_display(console) else {}
    shown = Shown(run_id=run_id, position=one_of_many.position if one_of_many else None, expected=expected)
    with RunProgress(console, title, assets, shown, brief=is_brief) as progress:
        instance.add_event_listener(run_id, progress.on_event)
        instance.add_event_listener(run_id, lambda entry: _cancel_if_interrupted(instance, entry))
        try:
            result = job.execute_in_process(
                partition_key=week.key,
                instance=instance,
                run_config=run_config(users, assets, wishes),
                asset_selection=[dg.AssetKey(asset) for asset in only] or None,
                run_id=run_id,
                raise_on_error=False,
                tags={**process_tags(run_id), **(one_of_many.tags if one_of_many else {})},
            )
        except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            outcome = WeekOutcome(week=week, run_id=run_id, succeeded=False, interrupted=True)
        else:
            outcome = _outcome(week, run_id, result)
    if outcome.interrupted:
        _cancel(instance, run_id)
    return outcome


def _cancel_if_interrupted(instance: dg.DagsterInstance, entry: dg.EventLogEntry) -> None:
    """Says that the run is being canceled before Dagster decides how it ended: else it is a failed run, of which people are told."""
    event = entry.dagster_event
    if event and event.is_step_failure and _INTERRUPTION in kinds(event):
        run = instance.get_run_by_id(entry.run_id)
        if run and run.status is dg.DagsterRunStatus.STARTED:
            instance.report_run_canceling(run)


def _cancel(instance: dg.DagsterInstance, run_id: str) -> None:
    """The same for a run that was interrupted between two stages."""
    run = instance.get_run_by_id(run_id)
    if run and run.status is not dg.DagsterRunStatus.CANCELED:
        instance.report_run_canceled(run, INTERRUPTED)


def run_weeks(
    weeks: Sequence[Week],
    settings: Settings,
    *,
    users: Sequence[str],
    start_from: str,
    only: Sequence[str] = (),
    wishes: Wishes = Wishes(),  # noqa: B008 - it is frozen
) -> list[WeekOutcome]:
    """Runs the weeks, or `only` these assets of them, and tells how each ended. Raises RunProblem if one failed."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Weeks: {', '.join(week.key for week in weeks)}. Store: {settings.data}", markup=False)
    store = {"store": WeekStoreResource(root=settings.data, overwrite_edits=True)} if wishes.overwrite_edits else {}
    definitions = build_definitions(settings=settings, resources=store)
    with open_instance() as instance:
        dead = mark_dead_runs(instance)
        if dead:
            console.print(f"{dead} earlier run(s) had lost their process and are marked as failed.")
        outcomes: list[WeekOutcome] = []
        for number, week in enumerate(weeks, 1):
            outcome = run_week(
                definitions,
                JOBS[start_from],
                week,
                users=users,
                instance=instance,
                console=console,
                only=only,
                wishes=wishes,
                one_of_many=OneOfMany(Position(number, len(weeks))) if len(weeks) > 1 else None,
            )
            if outcome.interrupted:
                raise RunProblem(
                    f"Interrupted in week {week.key}; {len(outcomes)} week(s) are done. What is stored is whole: run it again."
                )
            outcomes.append(tell(console, outcome, settings))
            if outcome.refused:
                break
    check_outcomes(outcomes, len(weeks))
    return outcomes


def check_outcomes(outcomes: Sequence[WeekOutcome], weeks: int) -> None:
    """Raises RunProblem if a week failed, with how many of the weeks were not tried after a refusal."""
    failed = [outcome.week.key for outcome in outcomes if not outcome.succeeded]
    untried = weeks - len(outcomes)
    rest = f" {untried} further week(s) were not tried, as they would be refused too." if untried else ""
    if failed:
        raise RunProblem(f"{len(failed)} of {weeks} week(s) failed: {', '.join(failed)}.{rest} What was stored before stays.")


def tell(console: Console, outcome: WeekOutcome, settings: Settings) -> WeekOutcome:
    """Says how a week ended: the hours and the reports, or what failed."""
    name = f"Week {outcome.week.key}"
    lines = [
        *((f"{name}, {problem}", "red") for problem in outcome.problems),
        *((f"{name}, {remark}", "yellow") for remark in remarks(outcome)),
    ]
    if settings.llm.provider != "none" and (asked := model_line(outcome, settings)):
        lines.append((f"{name}, {asked}", ""))
    if outcome.succeeded:
        lines.append((f"{name} done: {hours_line(outcome)}. Reports: {settings.data}/weeks/{outcome.week.key}/reports", ""))
    for line, style in lines:
        console.print(line, style=style, markup=False)
    return outcome


def remarks(outcome: WeekOutcome) -> list[str]:
    """What a user should look at although the run went on: checks, hand-edited reports, names that nobody has."""
    told = outcome.metadata.values()
    edited = [str(asset["edited_by_hand"]) for asset in told if "edited_by_hand" in asset]
    unknown = [str(asset["unknown_in_configuration"]) for asset in told if "unknown_in_configuration" in asset]
    return [
        *outcome.warnings,
        *(f"edited by hand and left alone, ours is beside as .new.md: {names}" for names in edited),
        *(f"people.exclude or people.no_report names nobody whom Toggl knows: {names}" for names in unknown),
    ]


def hours_line(outcome: WeekOutcome) -> str:
    """The week's hours, as the first asset that knows them tells."""
    told = outcome.metadata.get("toggl_aggregated") or outcome.metadata.get("enriched_data") or {}
    return f"{told.get('hours', 0):.1f} h of {told.get('people', 0)} people"


def model_line(outcome: WeekOutcome, settings: Settings) -> str:
    """What the week's assets asked of the model and what it cost; nothing where none of them came so far."""
    told = [asset for asset in outcome.metadata.values() if "model_calls" in asset]
    numbers = ("model_calls", "model_answers_from_cache", "sections_phrased", "sections_left_to_the_template")
    calls, cached, phrased, left = (sum(asset[name] for asset in told) for name in numbers)
    tokens = all_tokens(
        Tokens(prompt=asset["prompt_tokens"], completion=asset["completion_tokens"], estimated=asset["tokens_are_estimated"])
        for asset in told
    )
    asked = f"{settings.llm.model}: {calls} calls, {cached} answers from the cache, {phrased} sections phrased, {left} left to the template"
    return f"{asked}; {tokens.total} tokens, {settings.llm.limits.cost_text(tokens)}" if told else ""


def _outcome(week: Week, run_id: str, result: dg.ExecuteInProcessResult) -> WeekOutcome:
    events = result.all_events
    failed = failures(events)
    was_stopped = any(_INTERRUPTION in kinds(event) for event in failed)
    interrupted = was_stopped or any(event.event_type is dg.DagsterEventType.RUN_CANCELED for event in events)  # as while it waits
    checks = [event.asset_check_evaluation_data for event in events if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION]
    warnings = [_warning(check) for check in checks if not check.passed]
    stored = [event.step_materialization_data.materialization for event in events if event.is_step_materialization]
    metadata = {one.asset_key.to_user_string(): {name: value.value for name, value in one.metadata.items()} for one in stored}
    return WeekOutcome(
        week=week,
        run_id=run_id,
        succeeded=result.success,
        interrupted=interrupted,
        refused=any(_REFUSALS & kinds(event) for event in failed),
        problems=() if interrupted else tuple(problem(event) for event in failed),
        warnings=tuple(warnings),
        metadata=metadata,
    )


def _warning(check: dg.AssetCheckEvaluation) -> str:
    """A check that did not pass. One that only asks for a look is no failure."""
    kind = "worth a look" if check.severity is dg.AssetCheckSeverity.WARN else "check failed"
    return f"{kind}: {check.asset_key.to_user_string()}, {check.check_name}: {check.description}"
