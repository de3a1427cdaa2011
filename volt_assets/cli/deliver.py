"""`volt-agent deliver`: hands the reports of weeks on by hand. Not here: what is sent to whom, the servers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from volt_assets.cli.errors import RunProblem, UsageProblem, told_in_one_line

if TYPE_CHECKING:
    from volt_assets.deliveries import Outcome
    from volt_assets.delivery_ways import Ways
    from volt_assets.domain.weeks import Week
    from volt_assets.settings import Settings

DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--start-date", type=DATE, required=True, metavar="YYYY-MM-DD", help="First day. Its whole week is handed on.")
@click.option("--end-date", type=DATE, required=True, metavar="YYYY-MM-DD", help="Last day, included. Its whole week is handed on.")
@click.option("--channel", type=click.Choice(["slack", "mail"]), help="This one only; else all that are configured.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent to whom, and send nothing.")
def deliver(start_date: datetime, end_date: datetime, channel: str | None, *, dry_run: bool) -> None:
    """Hand on the reports of the weeks (Monday to Sunday) that the dates touch: to Slack, and by mail.

    Sends what stands in the store, edited by hand or not: each version once to each recipient, however often it is called. With the
    daemon of `volt-agent ui` running this happens by itself; a cron job calls it after `volt-agent run`. What goes to whom is
    `deliveries` in volt.yaml; the servers are SLACK_WEBHOOK_URL and SMTP_HOST.

    Exit code 0: everybody has theirs. 1: something was not sent. 2: nothing is configured, or a week has no finished reports.

    \b
    Examples:
      volt-agent deliver --start-date 2025-10-06 --end-date 2025-10-12 --dry-run
      volt-agent deliver --start-date 2025-10-06 --end-date 2025-10-12 --channel mail
    """
    from volt_assets.settings import load_environment, load_settings

    with told_in_one_line():
        environment = load_environment()
        settings = load_settings(environment)
    from volt_assets.cli.weeks import chosen_weeks
    from volt_assets.deliveries import problems_of
    from volt_assets.delivery_ways import Ways

    weeks = chosen_weeks(start_date.date(), end_date.date())
    ways = Ways(settings, environment)
    _check(ways, channel)
    for week in weeks:
        _delivered(week, settings, ways, channel, dry_run=True)  # a week that is not ready is told before anything is sent
    outcomes: list[Outcome] = []
    for week in weeks:
        told, nowhere = _delivered(week, settings, ways, channel, dry_run=dry_run)
        outcomes += told
        _tell(week, told, nowhere)
    problems = problems_of(outcomes)
    if problems:
        raise RunProblem(f"{len(problems)} of {len(outcomes)} were not sent. Call it again once that is corrected: only these are sent.")


def _check(ways: "Ways", channel: str | None) -> None:
    """Whether there is a way out. Raises UsageProblem."""
    if ways.problems:
        raise UsageProblem(ways.problems[0])
    if not ways.channels:
        raise UsageProblem("No delivery is configured. Set SLACK_WEBHOOK_URL, or SMTP_HOST and deliveries.mail in volt.yaml.")
    if channel and channel not in ways.channels:
        needed = "SLACK_WEBHOOK_URL" if channel == "slack" else "SMTP_HOST, and deliveries.mail in volt.yaml"
        raise UsageProblem(f"--channel {channel}: it is not configured. Set {needed}.")


def _delivered(
    week: "Week", settings: "Settings", ways: "Ways", channel: str | None, *, dry_run: bool
) -> tuple[tuple["Outcome", ...], tuple[str, ...]]:
    from io_managers.week_store import StoreError
    from volt_assets.deliveries import NotReadyError, deliver_week

    channels = (channel,) if channel else ()
    try:
        return deliver_week(week, settings, ways, datetime.now(UTC), until=None, channels=channels, only_tell=dry_run)
    except (NotReadyError, StoreError) as error:
        raise (UsageProblem if dry_run else RunProblem)(str(error)) from None


def _tell(week: "Week", outcomes: Sequence["Outcome"], nowhere: Sequence[str]) -> None:
    for one in outcomes:
        click.echo(f"Week {week.key}, {one.delivery.told}: {one.state}" + (f": {one.problem}" if one.problem else ""))
    if nowhere:
        click.echo(f"Week {week.key}: no address of {', '.join(nowhere)}. Write it under deliveries.mail.addresses in volt.yaml.")
    if not outcomes:
        click.echo(f"Week {week.key}: nobody is to get anything. See deliveries in volt.yaml.")
