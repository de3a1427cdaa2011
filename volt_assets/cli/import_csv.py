"""`volt-agent import-csv`: options, and the file as it is read. Not here: what is stored and run (`csv_weeks`)."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click

from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.preflight import prepared
from volt_assets.cli.run import DATE
from volt_assets.domain.csv_export import ExportedRow, ExportError, read_export
from volt_assets.domain.values import clean_text


@click.command("import-csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--timezone", metavar="ZONE", help="The zone of the file's clock, as Europe/Berlin; default: week.timezone of volt.yaml.")
@click.option("--from", "first", type=DATE, metavar="YYYY-MM-DD", help="First day the file was exported for; default: as its name says.")
@click.option("--to", "last", type=DATE, metavar="YYYY-MM-DD", help="Last day, included.")
@click.option("--replace", is_flag=True, help="Also replace weeks fetched from Toggl, and remove stored time that the file no longer has.")
@click.option("--ignore-exclude", is_flag=True, help="Go on although people.exclude names somebody who cannot be told in the file.")
@click.option("--dry-run", is_flag=True, help="Say what each week would hold, and write nothing.")
@click.option("--output-dir", metavar="DIR", help="Where the data and reports go, instead of VOLT_DATA.")
def import_csv(
    file: Path,
    timezone: str | None,
    first: datetime | None,
    last: datetime | None,
    *,
    replace: bool,
    ignore_exclude: bool,
    dry_run: bool,
    output_dir: str | None,
) -> None:
    """Import Toggl's own CSV export, without any token, and write the Toggl reports of the weeks it covers.

    FILE is what Toggl gives at Reports, Detailed, Export, CSV. The days it was exported for are replaced: those in the name that Toggl
    gave it, or --from and --to, or else those from its first entry to its last. Other days stay, stored time that the file no longer
    has goes only with --replace, and importing it twice changes nothing. With Fibery's variables set, the Fibery side is run too.
    Exit code 0: all done. 1: a run failed, what was imported stays. 2: wrong usage or a file that cannot be imported, nothing written.

    \b
    Examples:
      volt-agent import-csv Toggl_time_entries_2025-10-01_to_2025-10-31.csv --dry-run
      volt-agent import-csv october.csv --from 2025-10-01 --to 2025-10-31 --timezone Europe/Lisbon
    """
    environment, settings = prepared(output_dir, toggl=False, fibery=False)
    zone = known_zone(timezone or settings.week.timezone)
    told = told_days(first, last)
    rows = read_file(file)
    from volt_assets.cli.csv_weeks import Consent, CsvImport

    consent = Consent(replace=replace, ignore_exclude=ignore_exclude)
    CsvImport(shown_name(file), rows, zone, environment, settings, output_dir, told).carry_out(consent, dry_run=dry_run)


def told_days(first: datetime | None, last: datetime | None) -> tuple[date, date] | None:
    """The days of --from and --to; None without them. Raises UsageProblem for one alone or a reversed range."""
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise UsageProblem("--from and --to belong together: give the first and the last day that the file was exported for.")
    if last < first:
        raise UsageProblem(f"--from and --to: the range is reversed, it ends on {last:%Y-%m-%d}, before it starts on {first:%Y-%m-%d}.")
    return first.date(), last.date()


def read_file(file: Path) -> tuple[ExportedRow, ...]:
    """The rows of a file. Raises UsageProblem that names the file, and line and column where there are some."""
    try:
        return read_export(file.read_bytes())
    except OSError as error:
        raise UsageProblem(f"{shown_name(file)} cannot be read ({error.strerror}).") from None
    except ExportError as error:
        raise UsageProblem(f"{shown_name(file)}: {error} Nothing was imported.") from None


def shown_name(file: Path) -> str:
    """A file's name in one line, without what a terminal would act upon."""
    return " ".join(clean_text(file.name).split())


def known_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises UsageProblem for an unknown one."""
    if name not in available_timezones():
        raise UsageProblem(f"--timezone: {name!r} is no time zone; write an IANA name such as Europe/Berlin.")
    return ZoneInfo(name)
