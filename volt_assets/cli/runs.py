"""`volt-agent list-runs`, `show-run`, `cancel-run`: the runs of the command, the UI and schedules. Not here: reading or ending them."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from volt_assets.cli.demo import DEMO_HOME
from volt_assets.cli.errors import RUN_FAILED, UsageProblem, told_in_one_line
from volt_assets.settings import load_environment, load_settings

if TYPE_CHECKING:
    import dagster as dg

RUN_ID = click.option("--run-id", required=True, metavar="ID", help="A run's id, or its first characters, as list-runs shows them.")


@click.command("list-runs")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, at most.")
@click.option("--status", type=click.Choice(["completed", "failed", "in_progress", "canceled"]), help="Only runs that are so.")
def list_runs(limit: int, status: str | None) -> None:
    """List the newest runs, newest first: those of this command, of the UI and of schedules.

    Times are in the configured zone (week.timezone in volt.yaml). A run that waits or is being canceled is in_progress too.

    \b
    Examples:
      volt-agent list-runs
      volt-agent list-runs --status failed --limit 5
    """
    from volt_assets.cli import run_records, run_texts

    with _runs() as (instance, zone):
        records = run_records.list_records(instance, limit=limit, status=status)
        if not records:
            click.echo(f"No {status.replace('_', ' ') + ' ' if status else ''}runs in {instance.root_directory}.")
            return
        for line in run_texts.table(records, zone, dt.datetime.now(dt.UTC)):
            click.echo(line)


@click.command("show-run")
@RUN_ID
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, on standard output; moments are UTC.")
@click.option("--follow", is_flag=True, help="Show how it goes until it has ended, then the rest. Exit code 1 if it did not complete.")
@click.pass_context
def show_run(context: click.Context, run_id: str, *, as_json: bool, follow: bool) -> None:
    """Show one run: its week and people, the stages that it completed, what failed and what to do about it, the files it wrote.

    \b
    Examples:
      volt-agent show-run --run-id 0b3a1a52
      volt-agent show-run --run-id 0b3a1a52 --json
      volt-agent show-run --run-id 0b3a1a52 --follow
    """
    if as_json and follow:
        raise UsageProblem("--json is of one moment: leave --follow out, or --json.")
    from volt_assets.cli import run_records, run_texts, watch

    with _runs() as (instance, zone):
        record = run_records.find_record(instance, run_id)
        if follow:
            record = watch.follow(instance, record)
        story, now = run_records.read_story(instance, record), dt.datetime.now(dt.UTC)
    if as_json:
        click.echo(json.dumps(run_texts.document(record, story, now), ensure_ascii=False, indent=2))
        return
    for line in run_texts.lines(record, story, zone, now):
        click.echo(line)
    if follow and record.status in ("failed", "canceled"):
        context.exit(RUN_FAILED)


@click.command("cancel-run")
@RUN_ID
def cancel_run(run_id: str) -> None:
    """Cancel a run that goes on or waits, whoever started it. What it had stored stays, and is whole.

    A `volt-agent run` of several weeks ends with the week that is canceled.
    Exit code 0: it is canceled. 1: it could not be reached or has not stopped yet. 2: there is no such run, or it has ended.

    \b
    Example:
      volt-agent cancel-run --run-id 0b3a1a52
    """
    from volt_assets.cli.canceling import cancel

    with _runs(mark=False) as (instance, _):
        click.echo(cancel(instance, run_id))


@contextlib.contextmanager
def _runs(*, mark: bool = True) -> Iterator[tuple["dg.DagsterInstance", ZoneInfo]]:
    """The instance whose runs are meant and the zone to tell times in. With `mark` no run there has lost its process.

    As `volt-agent ui` does, it shows the demo's as long as no Toggl token is set and no DAGSTER_HOME is.
    """
    with told_in_one_line():
        environment = load_environment()
        settings = load_settings(environment)
    from volt_assets.cli.instance import open_instance, prepare_home
    from volt_assets.dead_runs import mark_dead_runs

    is_set_up = any(environment.get(name, "").strip() for name in ("TOGGL_API_TOKEN", "DAGSTER_HOME"))
    if is_set_up or not DEMO_HOME.exists():
        prepare_home(environment)
    else:
        prepare_home({"DAGSTER_HOME": str(DEMO_HOME)})
        click.echo("TOGGL_API_TOKEN is not set: these are the demo's runs.", err=True)
    with open_instance() as instance:
        if mark:
            mark_dead_runs(instance)
        yield instance, ZoneInfo(settings.week.timezone)
