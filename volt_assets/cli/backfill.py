"""`volt-agent backfill`: many past weeks. Not here: the plan's rules, how a week runs."""

from datetime import datetime

import click

from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.keys import has_keys
from volt_assets.cli.preflight import prepared
from volt_assets.cli.run import DATE, watch_apart


@click.command()
@click.option("--from", "start", type=DATE, required=True, metavar="YYYY-MM-DD", help="First day. Its whole week is included.")
@click.option("--to", "end", type=DATE, required=True, metavar="YYYY-MM-DD", help="Last day, included. Its whole week is included.")
@click.option(
    "--only",
    type=click.Choice(["missing", "failed", "stale", "all"]),
    default="missing",
    show_default=True,
    help="missing: what is not stored. failed: whose last run failed. stale: what is out of date, because its input or its "
    "settings changed. all: everything again.",
)
@click.option("--group", type=click.Choice(["fibery"]), help="Only the Fibery side, from the stored Toggl data; Toggl is not asked.")
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@click.option("--anew", is_flag=True, help="With --only all: begin again with the first week, even if one like this was interrupted today.")
@click.option("--output-dir", metavar="DIR", help="Where the data and reports go, instead of VOLT_DATA.")
@click.pass_context
def backfill(
    context: click.Context,
    start: datetime,
    end: datetime,
    only: str,
    group: str | None,
    output_dir: str | None,
    *,
    dry_run: bool,
    anew: bool,
) -> None:
    """Run many past weeks (Monday to Sunday), one after the other, and only what they need.

    The plan comes first: which assets of which weeks, and why. Toggl is asked for many weeks at once. One week's failure
    does not stop the others, unless a service refuses. Interrupted, the same command goes on where it was.
    In a terminal it shows how it goes; q leaves it running in the background, d opens the UI, Ctrl-C cancels.
    The running week counts as there once it has been run; `volt-agent run` brings it up to date.
    Exit code 0: all done, or nothing to do. 1: a week failed or could not be run. 2: wrong usage or configuration, nothing ran.

    \b
    Examples:
      volt-agent backfill --from 2025-01-06 --to 2025-10-12
      volt-agent backfill --from 2025-01-06 --to 2025-10-12 --dry-run
      volt-agent backfill --from 2025-01-06 --to 2025-10-12 --only failed
      volt-agent backfill --from 2025-01-06 --to 2025-10-12 --only stale --group fibery
    """
    if has_keys() and not dry_run:
        context.exit(watch_apart())
    environment, settings = prepared(output_dir, toggl=group is None)
    from volt_assets.cli.backfill_weeks import Wish, carry_out
    from volt_assets.cli.instance import prepare_home
    from volt_assets.cli.weeks import chosen_weeks

    if anew and only != "all":
        raise UsageProblem("--anew goes with --only all: without it, what is done is not done again anyway.")
    weeks = chosen_weeks(start.date(), end.date(), options="--from and --to")
    prepare_home(environment)
    again = f"volt-agent backfill --from {start:%Y-%m-%d} --to {end:%Y-%m-%d}"
    carry_out(weeks, settings, Wish(only=only, group=group, dry_run=dry_run, anew=anew, again=again))
