"""A run as people speak of it: which weeks and people, who started it, how it went. Not here: options, printing, ending a run.

All of it is read from Dagster's own records, so that runs of the UI, of schedules and of the command look alike.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from io_managers.run_process import WEEK_TAG
from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.progress import POSITION_TAG
from volt_assets.dead_runs import UNFINISHED
from volt_assets.domain.stages import STAGES, TOGGL_STAGES
from volt_assets.domain.values import Value, clean_text
from volt_assets.domain.weeks import Week, weeks_between
from volt_assets.run_errors import failures, problem

Status = dg.DagsterRunStatus
STATUSES: Mapping[str, tuple[Status, ...]] = {
    "completed": (Status.SUCCESS,),
    "failed": (Status.FAILURE,),
    "canceled": (Status.CANCELED,),
    "in_progress": (*UNFINISHED, Status.MANAGED),
}
"""What a run's state is called, and which of Dagster's states that is."""
_WAITING: Mapping[Status, str] = {Status.QUEUED: "queued", Status.NOT_STARTED: "not started", Status.CANCELING: "being canceled"}
_RANGE_FROM, _RANGE_TO = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
_STARTERS = {
    "volt/backfill": "backfill",
    "dagster/backfill": "backfill",
    "dagster/schedule_name": "schedule",
    "dagster/sensor_name": "sensor",
}
_ID_LENGTH = 36
_CANDIDATES = 5


class RunRecord(Value):
    """What is known of a run without its events.

    `users` is empty for everybody; `stages` are those it was to make, in order; `position` is which of how many weeks of a command it is.
    """

    run_id: str
    status: str
    waiting: str = ""
    created: dt.datetime
    started: dt.datetime | None = None
    ended: dt.datetime | None = None
    weeks: tuple[Week, ...] = ()
    users: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    started_by: str
    position: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.ended is not None or self.status != "in_progress"

    @property
    def start_from(self) -> str:
        """`toggl` where the run asks Toggl, `fibery` where it takes what is stored."""
        return "toggl" if "raw_toggl_data" in self.stages else "fibery"

    @property
    def what(self) -> str:
        """What it makes: all reports, the Fibery side of them, or some assets."""
        if set(self.stages) >= set(STAGES):
            return "reports"
        if self.stages == tuple(stage for stage in STAGES if stage not in TOGGL_STAGES):
            return "fibery"
        return self.stages[0] if len(self.stages) == 1 else f"{len(self.stages)} assets"

    def seconds(self, now: dt.datetime) -> float | None:
        """How long it has gone on, or went on; None before it began."""
        return None if self.started is None else round(((self.ended or now) - self.started).total_seconds(), 1)


class RunStory(Value):
    """What a run's events tell: stages by how they ended, the error in one line, the files that it wrote."""

    stages_completed: tuple[str, ...]
    stages_failed: tuple[str, ...]
    error: str | None
    files: tuple[str, ...]


def list_records(instance: dg.DagsterInstance, *, limit: int, status: str | None) -> list[RunRecord]:
    """The newest runs, newest first."""
    filters = dg.RunsFilter(statuses=list(STATUSES[status])) if status else None
    return [read_record(record) for record in instance.get_run_records(filters=filters, limit=limit)]


def find_record(instance: dg.DagsterInstance, run_id: str) -> RunRecord:
    """The run of an id or of a unique beginning of one. Raises UsageProblem for none or several."""
    wanted = run_id.strip().lower()
    if not wanted:
        raise UsageProblem("--run-id is empty: give a run's id or its first characters. `volt-agent list-runs` shows them.")
    if len(wanted) == _ID_LENGTH:
        found = list(instance.get_run_records(filters=dg.RunsFilter(run_ids=[wanted])))
    else:
        ids = [one for one in _all_ids(instance) if one.startswith(wanted)]
        if len(ids) > 1:
            raise UsageProblem(_several(wanted, [read_record(one) for one in _records(instance, ids[:_CANDIDATES])], len(ids)))
        found = _records(instance, ids)
    if not found:
        shown = clean_text(" ".join(run_id.split()))[:_ID_LENGTH]
        raise UsageProblem(f"No run {shown} in {instance.root_directory}. `volt-agent list-runs` shows the runs that there are.")
    return read_record(found[0])


def read_record(record: dg.RunRecord) -> RunRecord:
    """Dagster's record of a run in our words."""
    run = record.dagster_run
    return RunRecord(
        run_id=run.run_id,
        status=next(name for name, states in STATUSES.items() if run.status in states),
        waiting=_WAITING.get(run.status, ""),
        created=record.create_timestamp.replace(tzinfo=record.create_timestamp.tzinfo or dt.UTC),
        started=_moment(record.start_time),
        ended=_moment(record.end_time),
        weeks=_weeks(run.tags),
        users=_users(run.run_config),
        stages=_stages(run),
        started_by=_started_by(run),
        position=run.tags.get(POSITION_TAG, ""),
    )


def read_story(instance: dg.DagsterInstance, record: RunRecord) -> RunStory:
    """What the run's events tell so far."""
    kinds = dg.DagsterEventType
    logs = instance.all_logs(
        record.run_id,
        of_type={kinds.STEP_SUCCESS, kinds.STEP_FAILURE, kinds.RUN_FAILURE, kinds.RUN_CANCELED, kinds.ASSET_MATERIALIZATION},
    )
    events = [entry.dagster_event for entry in logs if entry.dagster_event]
    return RunStory(
        stages_completed=_in_order(event.step_key for event in events if event.is_step_success),
        stages_failed=_in_order(event.step_key for event in events if event.is_step_failure),
        error=_error(record, events),
        files=tuple(dict.fromkeys(file for event in events if event.is_step_materialization for file in _files(event))),
    )


def _records(instance: dg.DagsterInstance, ids: Sequence[str]) -> list[dg.RunRecord]:
    return list(instance.get_run_records(filters=dg.RunsFilter(run_ids=list(ids)))) if ids else []


def _all_ids(instance: dg.DagsterInstance) -> list[str]:
    return list(instance.get_run_ids())


def _several(wanted: str, candidates: Sequence[RunRecord], count: int) -> str:
    shown = "; ".join(f"{one.run_id} (week {weeks_text(one)}, {one.status})" for one in candidates)
    more = f"; and {count - len(candidates)} more" if count > len(candidates) else ""
    return f"{count} runs begin with {wanted}: {shown}{more}. Give more of the id."


def weeks_text(record: RunRecord) -> str:
    """The weeks of a run by their Mondays; a row of them by its ends."""
    if not record.weeks:
        return "-"
    first, last = record.weeks[0].key, record.weeks[-1].key
    return first if first == last else f"{first}...{last}"


def _weeks(tags: Mapping[str, str]) -> tuple[Week, ...]:
    try:
        if key := tags.get(WEEK_TAG):
            return (Week.from_key(key),)
        if (first := tags.get(_RANGE_FROM)) and (last := tags.get(_RANGE_TO)):
            return tuple(weeks_between(Week.from_key(first).monday, Week.from_key(last).monday))
    except ValueError:
        pass
    return ()


def _users(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose weeks a run is about, as its configuration of the two assets that take names says."""
    for asset in ("raw_toggl_data", "person_reports"):
        node: Any = config
        for key in ("ops", asset, "config", "users"):
            node = node.get(key) if isinstance(node, Mapping) else None
        if isinstance(node, list) and node:
            return tuple(str(user) for user in node)
    return ()


def _stages(run: dg.DagsterRun) -> tuple[str, ...]:
    if run.asset_selection:
        chosen = {key.to_user_string() for key in run.asset_selection}
    elif run.step_keys_to_execute:
        chosen = set(run.step_keys_to_execute)
    else:
        chosen = set(STAGES) - (set(TOGGL_STAGES) if run.job_name == "fibery_refresh" else set())
    return _in_order(chosen)


def _in_order(names: Any) -> tuple[str, ...]:
    """Stages in the order of the graph, each once; what is no stage is left out."""
    there = set(names)
    return tuple(stage for stage in STAGES if stage in there)


def _started_by(run: dg.DagsterRun) -> str:
    named = next((who for tag, who in _STARTERS.items() if tag in run.tags), None)
    return named or ("UI" if run.remote_job_origin else "command")


def _moment(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _error(record: RunRecord, events: Sequence[dg.DagsterEvent]) -> str | None:
    if record.status == "canceled":
        canceled = next((event for event in reversed(events) if event.event_type is dg.DagsterEventType.RUN_CANCELED), None)
        message = " ".join(clean_text((canceled and canceled.message) or "").split())
        return message if message and not message.startswith("Execution of run") else "It was canceled. What it had stored is whole."
    told = [problem(event) for event in failures(events)]
    return " | ".join(told) or None


def _files(event: dg.DagsterEvent) -> list[str]:
    """Where a stage's value, its report and its page lie. Several reports of one stage are told as their folder."""
    metadata = event.step_materialization_data.materialization.metadata
    values = (metadata[name].value for name in ("path", "report_path", "page_path") if name in metadata)
    return [clean_text(str(value)) for value in values]
