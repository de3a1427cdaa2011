"""The command's entry and its list of sub-commands. Not here: what they do."""

import click

from volt_assets.cli.backfill import backfill
from volt_assets.cli.deliver import deliver
from volt_assets.cli.demo import demo
from volt_assets.cli.doctor import doctor
from volt_assets.cli.export import export
from volt_assets.cli.import_csv import import_csv
from volt_assets.cli.init import init
from volt_assets.cli.preview import preview
from volt_assets.cli.run import run
from volt_assets.cli.runs import cancel_run, list_runs, show_run
from volt_assets.cli.sandbox import sandbox
from volt_assets.cli.ui import ui


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="volt")
def main() -> None:
    """Weekly reports that join Toggl Track time to Fibery work.

    First time here? `volt-agent demo` needs no account and no key. Then put your tokens into .env (see .env.example), let
    `volt-agent init` propose a configuration, and run a week: `volt-agent run --start-date 2025-10-06 --end-date 2025-10-12`.
    """


for command in (init, doctor, run, backfill, list_runs, show_run, cancel_run, preview, export, deliver, import_csv, ui, demo, sandbox):
    main.add_command(command)
