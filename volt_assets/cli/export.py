"""`volt-agent export`: a stored week as a table. Not here: the rows, reading the store."""

import re
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from volt_assets.cli.errors import RunProblem, UsageProblem, told_in_one_line

if TYPE_CHECKING:
    from volt_assets.domain.weeks import Week

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]+:/")


@click.command()
@click.option(
    "--week", required=True, type=click.DateTime(formats=["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="A stored week, by any of its days."
)
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="What to write.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="A file to write; else, or with -, the screen."
)
def export(week: datetime, form: str, output: Path | None) -> None:
    """Write a stored week as a table: a row for each person and entity, and for each person and other activity.

    The rows hold all time of the week, each entry once; that is proven before anything is written. Columns: week, person, person_key
    (e-mail or user:<id>), user_id, kind (entity or activity), entity_database, entity_type, entity_id, name, state, found, url,
    project, step (the surest of what decided the match), duration_seconds, hours, entries_count; the JSON has entry_ids
    too. What looks like a secret is hidden, as in the reports.

    In a CSV, what a spreadsheet would run as a formula, at the beginning of a text or after a `;` in it, gets an apostrophe in front;
    numbers stay numbers. A CSV file begins with
    the mark by which Excel knows UTF-8; on the screen there is none. Neither Toggl nor Fibery is asked.

    Exit code 0: written. 1: the stored rows are not the week's time. 2: the week is not stored, or the file cannot be written.

    \b
    Examples:
      volt-agent export --week 2025-10-06 --output week.csv
      volt-agent export --week 2025-10-06 --format json | jq '.rows[] | select(.kind == "entity")'
    """
    from volt_assets.settings import load_environment, load_settings

    with told_in_one_line():
        settings = load_settings(load_environment())
    from volt_assets.cli.stored import stored_value
    from volt_assets.domain.aggregation import ConservationError
    from volt_assets.domain.export import export_csv, export_json, export_rows
    from volt_assets.domain.joining import EnrichedData

    data = stored_value(_week(week), settings, "enriched_data", EnrichedData)
    try:
        rows = export_rows(data)
    except ConservationError as error:
        raise RunProblem(str(error)) from None
    text = export_csv(rows) if form == "csv" else export_json(data.week, rows)
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(text.encode())
        return
    _write(output, text.encode("utf-8-sig" if form == "csv" else "utf-8"))
    click.echo(f"{len(rows)} rows, {sum(row.duration_seconds for row in rows) / 3600:.1f} h: {output}")


def _week(day: datetime) -> "Week":
    from volt_assets.domain.weeks import Week

    if day.date() > date.max - timedelta(days=7):
        raise UsageProblem(f"--week: {day.date()} is at the end of the calendar. Name a day of a stored week.")
    return Week.containing(day.date())


def _write(output: Path, content: bytes) -> None:
    from io_managers.files import write_bytes

    if _ADDRESS.match(str(output)):
        raise UsageProblem(f"--output: {output} is an address; name a file on this machine.")
    try:
        from upath import UPath

        write_bytes(UPath(output.absolute()), content)
    except OSError as error:
        raise UsageProblem(f"--output: {output} cannot be written: {error.strerror or error}. Name another file.") from None
