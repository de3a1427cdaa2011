"""`volt-agent doctor`: what is right with a set-up, and what to do about what is not. Not here: looking, judging."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from volt_assets.cli.errors import WRONG_USAGE
from volt_assets.domain.checkup import Finding, Verdict, can_run

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red", Verdict.SKIPPED: "dim"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, on standard output. E-mail addresses are left out.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check tokens, rights, the quota that is left, the schema against the configuration, the model, the store, the deliveries.

    Says what is right, and what to do about what is not. Changes nothing: asks Toggl three times and Fibery twice, logs in at
    the mail server where one is configured, sends nothing, and shows no secret. A warning does not keep the pipeline from running.

    Exit code 0: the pipeline can run. 2: it cannot.
    """
    from volt_assets.cli.checkup import examine

    findings, secrets = examine()
    rows = [_shown(finding, secrets) for finding in findings]
    if as_json:
        click.echo(json.dumps(_document(rows), ensure_ascii=False, indent=2))
    elif is_terminal():
        _print_table(rows)
    else:
        _print_lines(rows)
    if not can_run(findings):
        context.exit(WRONG_USAGE)


def is_terminal() -> bool:
    """Whether this is somebody's screen, where addresses may be shown."""
    return sys.stdout.isatty()


def _shown(finding: Finding, secrets: Sequence[str]) -> Finding:
    """Each text in one line, without secrets and without what a terminal would obey."""
    from resources.errors import redact

    texts = {name: redact(getattr(finding, name), secrets) for name in ("says", "remedy", "private")}
    return finding.model_copy(update=texts)


def _document(rows: Sequence[Finding]) -> dict[str, object]:
    checks = [{"check": row.check, "status": row.verdict.value, "message": row.says, "remedy": row.remedy} for row in rows]
    return {"can_run": can_run(rows), "checks": checks}


def _summary(rows: Sequence[Finding]) -> str:
    warnings = sum(row.verdict is Verdict.WARNING for row in rows)
    if not can_run(rows):
        return "The pipeline cannot run yet."
    return f"The pipeline can run. {warnings} warning{'' if warnings == 1 else 's'}." if warnings else "The pipeline can run."


def _print_lines(rows: Sequence[Finding]) -> None:
    for row in rows:
        click.echo(f"{row.verdict.value:11}  {row.check}: {row.says}")
        if row.remedy:
            click.echo(f"{'':11}  -> {row.remedy}")
    click.echo(_summary(rows))


def _print_table(rows: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(_table(rows))
    for row in rows:
        if row.private:  # below the table, where nothing breaks a line that is to be pasted
            console.print(Text(f"{row.says}. {row.private}"), soft_wrap=True, highlight=False)
    console.print(_summary(rows), style="bold", highlight=False)


def _table(rows: Sequence[Finding]) -> "Table":
    """Texts are no markup: names from outside may hold brackets."""
    from rich.table import Table
    from rich.text import Text

    table = Table("Check", "", "What was found", "What to do")
    for row in rows:
        mark = Text(row.verdict.value, style=_STYLES[row.verdict])
        table.add_row(Text(row.check), mark, Text(row.says), Text(row.remedy))
    return table
