"""`volt-agent demo`: a week of the sandbox, end to end. Not here: how a week runs."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.cli.sandbox import DEMO, demo_sandbox, today_in
from volt_assets.domain.weeks import Week
from volt_assets.settings import Settings, load_settings

REQUESTS_PER_SECOND = 1000
DEMO_HOME = DEMO / "dagster"


@click.command()
def demo() -> None:
    """Run the last finished week of a made-up company: no account, no key, no network.

    Its store and its Dagster home are apart from yours, in .demo; `volt-agent ui` shows them as long as no Toggl token is set.
    """
    with told_in_one_line():
        settings = load_settings()
    today = today_in(settings.week.timezone)
    check_last_week(today, settings.week.first)
    run_demo(DEMO, today)


def check_last_week(today: date, first: date) -> None:
    """Whether the last finished week is one of the configured ones. Raises UsageProblem."""
    week = Week.containing(today).shifted(-1)
    if week.monday < first:
        raise UsageProblem(
            f"The demo runs the last finished week, {week.key}, but week.first in volt.yaml is {first}: set it to {week.key}."
        )


def run_demo(folder: Path, today: date) -> None:
    """Runs the sandbox's last finished week before a day, and says where the reports are."""
    from volt_assets.cli.weeks import run_weeks

    week = Week.containing(today).shifted(-1)
    click.echo("A made-up company in a local sandbox: no account, no key and no network are used, and no language model.")
    with demo_sandbox(today) as server:
        settings = use_demo(server.environment, folder)
        outcomes = run_weeks([week], unhurried(settings), users=(), start_from="toggl")
    click.echo(f"\nTotal: {outcomes[0].metadata['team_summary']['hours']:.1f} h in the week {week.title}. Reports:\n")
    for name, what in _REPORTS.items():
        click.echo(f"  {shown_path(folder)}/data/weeks/{week.key}/reports/{name:18}  {what}")
    click.echo("\nNext: `make dev` shows the graph and this week in the Dagster UI.")


_REPORTS: Mapping[str, str] = {
    "html/index.html": "the week at a glance: open this in a browser",
    "team_summary.md": "the team",
    "individual/": "one report per person",
    "toggl_summary.md": "Toggl alone",
    "work_alignment.md": "where Toggl and Fibery disagree",
    "coverage_report.md": "what the configuration does not cover",
}


def use_demo(environment: Mapping[str, str], folder: Path = DEMO) -> Settings:
    """Points this process and its children at the sandbox and at the demo's own store and Dagster home."""
    from volt_assets.cli.instance import prepare_home

    os.environ.update(environment, VOLT_DATA=str(folder / "data"), DAGSTER_HOME=str(folder / DEMO_HOME.name), VOLT_LLM_PROVIDER="none")
    os.environ.update(dict.fromkeys(("SLACK_WEBHOOK_URL", "SMTP_HOST"), ""))  # what is made up is told to nobody
    prepare_home(os.environ)
    with told_in_one_line():
        return load_settings(os.environ)


def shown_path(folder: Path) -> str:
    """A path as short as it can be from here."""
    return str(folder.relative_to(Path.cwd())) if folder.is_relative_to(Path.cwd()) else str(folder)


def unhurried(settings: Settings) -> Settings:
    """The settings without the pacing that real services need."""
    toggl = settings.toggl.model_copy(update={"max_requests_per_second": REQUESTS_PER_SECOND})
    fibery = settings.fibery.model_copy(update={"max_requests_per_second": REQUESTS_PER_SECOND})
    return settings.model_copy(update={"toggl": toggl, "fibery": fibery})
