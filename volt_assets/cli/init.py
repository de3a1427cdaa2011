"""`volt-agent init`: a configuration proposed from the user's own workspace. Not here: what is proposed, how files are written."""

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from volt_assets.cli.changes import PRIVATE, FileChange, read_text, show, write_all
from volt_assets.cli.configuration import (
    ENRICHMENT,
    SMALLEST_ENRICHMENT,
    config_folder,
    configured_entries,
    settings_over_shipped,
    shipped_files,
)
from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.cli.preflight import check_addresses, check_workspaces
from volt_assets.cli.sandbox import today_in
from volt_assets.domain.proposal import propose
from volt_assets.domain.proposal_file import Configured, ProposedFile, proposed_file
from volt_assets.domain.weeks import Week
from volt_assets.settings import PROJECT, ConfigurationError, Settings, load_environment

if TYPE_CHECKING:
    from volt_assets.cli.workspace import Workspace

_WEEKS = 4
_NEEDED = ("FIBERY_API_TOKEN", "FIBERY_WORKSPACE_NAME")
_VARIABLE = re.compile(r"(?m)^(?:export[ \t]+)?([A-Z][A-Z0-9_]*)[ \t]*=")
_FILLED = re.compile(rf"""{_VARIABLE.pattern}[ \t]*(?:"[^"]|'[^']|[^\s"'#])""")


@click.command()
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--no-toggl", is_flag=True, help="Do not ask Toggl which labels people write; it costs requests of the hour's quota.")
@click.option("--fresh", is_flag=True, help="Propose from nothing and replace what is there; a copy of it stays beside it.")
def init(yes: bool, no_toggl: bool, fresh: bool) -> None:
    """Propose a configuration from your own workspace, show the difference, and write it after a yes.

    Reads the Fibery schema and, with a Toggl token, the labels in the descriptions of the last four finished weeks. Proposes
    enrichment_config.yaml (in VOLT_CONFIG) and, where there is none, a .env to fill in. What is configured already stays as
    it is and new keys are added; a file that is replaced leaves a copy as <name>.bak. No secret is shown or written.

    \b
    Examples:
      volt-agent init              show, and ask before writing
      volt-agent init --yes        write at once
      volt-agent init --no-toggl   from the Fibery schema alone
    """
    with told_in_one_line():
        environment = load_environment()
    template = _dotenv_changes()
    needed = {name: environment.get(name, "").strip() for name in _needed(environment, no_toggl=no_toggl)}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        if template:
            _offer(template, yes=yes)
        raise UsageProblem(f"Not set: {', '.join(missing)}. Put them into .env, then run init again.")
    check_addresses(environment)
    check_workspaces(needed.get("TOGGL_WORKSPACE_ID", ""), needed["FIBERY_WORKSPACE_NAME"])
    changes = [*_configuration_changes(environment, no_toggl=no_toggl, fresh=fresh), *template]
    if _offer(changes, yes=yes):
        click.echo("Next: `volt-agent doctor` checks tokens, rights and configuration.")


def is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def last_weeks(today: date) -> list[Week]:
    """The weeks whose descriptions are read: the last four that have ended, the latest first."""
    return [Week.containing(today).shifted(-back) for back in range(1, _WEEKS + 1)]


def _needed(environment: Mapping[str, str], *, no_toggl: bool) -> tuple[str, ...]:
    with_toggl = bool(environment.get("TOGGL_API_TOKEN", "").strip()) and not no_toggl
    return (*_NEEDED, "TOGGL_WORKSPACE_ID") if with_toggl else _NEEDED


def _dotenv_changes() -> list[FileChange]:
    """The template where there is no .env. One that is there is neither shown nor touched; what it lacks is told by name."""
    template = (PROJECT / ".env.example").read_text(encoding="utf-8")
    present = next((path for path in (Path.cwd() / ".env", PROJECT / ".env") if path.is_file()), None)
    if present is None:
        return [FileChange(path=Path.cwd() / ".env", before=None, after=template, mode=PRIVATE)]
    filled = _FILLED.findall(read_text(present) or "")
    lacking = [name for name in _VARIABLE.findall(template) if name not in filled]
    told = f"lacks {', '.join(lacking)} (see .env.example)" if lacking else "has every variable that is needed"
    click.echo(f"{present} is there and stays as it is: it {told}.")
    return []


def _configuration_changes(environment: Mapping[str, str], *, no_toggl: bool, fresh: bool) -> list[FileChange]:
    folder = config_folder(environment)
    before = read_text(folder / ENRICHMENT)
    kept = None if fresh else before
    with told_in_one_line():
        settings = _settings(environment, kept)
    workspace = _workspace(settings, environment, no_toggl=no_toggl)
    file = _proposed(workspace, settings, kept)
    _tell(file, workspace, settings, kept)
    with told_in_one_line():
        settings_over_shipped(environment, {ENRICHMENT: file.text})
    missing = {name: path for name, path in shipped_files().items() if name != ENRICHMENT and not (folder / name).exists()}
    shipped = [
        FileChange(path=folder / name, before=None, after=path.read_text(encoding="utf-8"), is_shipped=True)
        for name, path in missing.items()
    ]
    own = [FileChange(path=folder / ENRICHMENT, before=before, after=file.text)] if file.text != before else []
    return [*own, *shipped]


def _settings(environment: Mapping[str, str], kept: str | None) -> Settings:
    """The settings with the user's own enrichment file, or with none."""
    try:
        return settings_over_shipped(environment, {} if kept is not None else {ENRICHMENT: SMALLEST_ENRICHMENT})
    except ConfigurationError as error:
        hint = f" Mend {ENRICHMENT}, or replace it with --fresh." if f"{ENRICHMENT}:" in str(error) else ""
        raise ConfigurationError(f"{error}{hint}") from None


def _workspace(settings: Settings, environment: Mapping[str, str], *, no_toggl: bool) -> "Workspace":
    from volt_assets.cli.workspace import read_workspace

    has_toggl = bool(environment.get("TOGGL_API_TOKEN", "").strip())
    if no_toggl or not has_toggl:
        click.echo(f"Toggl is not asked: {'--no-toggl' if no_toggl else 'TOGGL_API_TOKEN is not set'}. Databases come without their hours.")
        return read_workspace(settings, environment, [], click.echo)
    return read_workspace(settings, environment, last_weeks(today_in(settings.week.timezone)), click.echo)


def _proposed(workspace: "Workspace", settings: Settings, kept: str | None) -> ProposedFile:
    proposal = propose(workspace.workspace_schema, workspace.uses, workspace.guesses)
    if kept is None:
        return proposed_file(proposal)
    return proposed_file(proposal, Configured(text=kept, databases=configured_entries(settings), aliases=settings.enrichment.label_aliases))


def _tell(file: ProposedFile, workspace: "Workspace", settings: Settings, kept: str | None) -> None:
    """What a reader of the difference should know."""
    if kept is None:
        return
    named = dict.fromkeys((*settings.enrichment.databases, *settings.enrichment.label_aliases.values()))
    strangers = [name for name in named if workspace.workspace_schema.database(name) is None]
    if strangers:
        click.echo(f"Configured, but not in Fibery: {', '.join(strangers)}. They stay; --fresh proposes without them.")
    if not file.keeps_comments:
        click.echo(
            f"The layout of {ENRICHMENT} has no place for new keys: it is written anew, with all its values and without its comments."
        )


def _agreed() -> bool:
    """What somebody answers; the end of the input is a no."""
    try:
        return click.confirm("Write these?", default=False)
    except click.Abort:
        click.echo()
        return False


def _offer(changes: Sequence[FileChange], *, yes: bool) -> bool:
    """Shows what would be written, and writes it after a yes. Returns whether everything is in place now."""
    if not changes:
        click.echo("The configuration is as it would be proposed: nothing to write.")
        return True
    show(changes)
    if not yes and not is_terminal():
        click.echo("Nothing was written: this is no terminal, so nobody can be asked. Use --yes to write.")
        return False
    if not yes and not _agreed():
        click.echo("Nothing was written.")
        return False
    copies = write_all(changes)
    click.echo(f"Written: {', '.join(str(change.path) for change in changes)}.")
    if copies:
        click.echo(f"Copies of what was there: {', '.join(map(str, copies))}.")
    return True
