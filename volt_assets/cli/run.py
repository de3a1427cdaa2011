"""`volt-agent run`: the weeks that dates touch. Not here: how a week runs."""

import sys
from datetime import datetime

import click

from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.cli.keys import has_keys
from volt_assets.cli.preflight import prepared
from volt_assets.settings import load_environment

DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--start-date", type=DATE, metavar="YYYY-MM-DD", help="First day. Its whole week is run.")
@click.option("--end-date", type=DATE, metavar="YYYY-MM-DD", help="Last day, included. Its whole week is run.")
@click.option(
    "--run-id", metavar="ID", help="Instead of dates: an earlier run, whose week and people are run again; its first characters do."
)
@click.option("--users", metavar="A,B", help="Only these people: e-mails or user:<id>, with commas. Everybody else's stored time stays.")
@click.option(
    "--start-from",
    type=click.Choice(["toggl", "fibery"]),
    default="toggl",
    show_default=True,
    help="fibery: only the Fibery side again, from the stored Toggl data; Toggl is not asked.",
)
@click.option("--ask-again", is_flag=True, help="Ask a model again for sections whose stored answers were refused. Accepted ones stay.")
@click.option(
    "--overwrite-edits", is_flag=True, help="Put Volt's reports in the place of those that a person edited; copies go to history."
)
@click.option("--output-dir", metavar="DIR", help="Where the data and reports go, instead of VOLT_DATA.")
@click.pass_context
def run(
    context: click.Context,
    start_date: datetime | None,
    end_date: datetime | None,
    run_id: str | None,
    users: str | None,
    start_from: str,
    output_dir: str | None,
    *,
    ask_again: bool,
    overwrite_edits: bool,
) -> None:
    """Run the weeks (Monday to Sunday) that the dates touch, or those of an earlier run, and write their reports.

    In a terminal it shows how it goes; q leaves it running in the background, d opens it in the UI, Ctrl-C cancels it.
    One week's failure does not stop the others, unless a service refuses the token.
    Exit code 0: all done. 1: a run failed. 2: wrong usage or configuration, nothing ran.

    \b
    Examples:
      volt-agent run --start-date 2025-10-06 --end-date 2025-10-12
      volt-agent run --start-date 2025-10-06 --end-date 2025-10-12 --start-from fibery
      volt-agent run --start-date 2025-10-06 --end-date 2025-10-12 --users ana@example.com,user:2100002
      volt-agent run --run-id 0b3a1a52 --start-from fibery
    """
    check_choice(start_date, end_date, run_id, users)
    if has_keys():
        context.exit(watch_apart())
    environment, settings = prepared(output_dir, toggl=start_from == "toggl")
    if ask_again and settings.llm.provider == "none":
        raise UsageProblem("--ask-again: no model is on. Set VOLT_LLM_PROVIDER or llm.provider in volt.yaml, or leave the option out.")
    from volt_assets.cli import users as people
    from volt_assets.cli import weeks
    from volt_assets.cli.instance import prepare_home

    if start_date and end_date:
        wanted = people.wanted_people(users)
        chosen = weeks.chosen_weeks(start_date.date(), end_date.date())
    prepare_home(environment)
    if run_id is not None:
        chosen, wanted = weeks.weeks_of_run(run_id)
    people.check_users(wanted, chosen, settings, ask_toggl=start_from == "toggl")
    wishes = weeks.Wishes(ask_again=ask_again, overwrite_edits=overwrite_edits)
    weeks.run_weeks(chosen, settings, users=wanted, start_from=start_from, wishes=wishes)


def watch_apart() -> int:
    """Runs this command in a process that outlives the terminal, shows it here, and returns its exit code."""
    with told_in_one_line():
        environment = load_environment()
    from volt_assets.cli.instance import prepare_home
    from volt_assets.cli.watch import run_apart

    return run_apart(sys.argv[1:], prepare_home(environment))


def check_choice(start_date: datetime | None, end_date: datetime | None, run_id: str | None, users: str | None) -> None:
    """Whether the options name weeks, and in one way. Raises UsageProblem."""
    dates = {"--start-date": start_date, "--end-date": end_date}
    given = [name for name, value in dates.items() if value]
    if run_id is not None and (given or users is not None):
        named = " and ".join([*given, *(["--users"] if users is not None else [])])
        raise UsageProblem(f"--run-id stands for that run's weeks and people: leave {named} out, or --run-id.")
    if run_id is None and len(given) < len(dates):
        missing = " and ".join(name for name in dates if name not in given)
        raise UsageProblem(f"Which weeks? {missing} is missing; or name an earlier run with --run-id (volt-agent list-runs shows them).")
