"""`volt-agent preview`: what a model would be sent. Not here: making the requests."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.cli.preflight import check_addresses

if TYPE_CHECKING:
    from volt_assets.cli.previewing import Preview
    from volt_assets.settings import Settings

REPORTS = ("toggl_summary", "team_summary")


@click.command()
@click.option(
    "--week", required=True, type=click.DateTime(formats=["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="A stored week, by any of its days."
)
@click.option("--person", metavar="WHO", help="Only this person's own report: an e-mail or user:<id>.")
@click.option("--report", type=click.Choice(REPORTS), help="Only this report.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable: each request with its body to the byte.")
def preview(week: datetime, person: str | None, report: str | None, as_json: bool) -> None:
    """Show what a language model would be sent about a stored week. Sends nothing.

    Prints the whole body of each request, section by section: model, parameters, instructions, and the block of facts with names,
    addresses and secrets as they are hidden. Made by the very code of a run, from the stored week: no network and no key are
    used, and it works where no model is configured too. A run asks only what no stored answer covers, and may ask once more about
    an answer that is refused, with that answer and what is wrong with it.

    Exit code 0: shown. 2: the week is not stored, nobody of that name is in it, or the configuration is wrong.

    \b
    Examples:
      volt-agent preview --week 2025-10-06 --person ana@example.com
      volt-agent preview --week 2025-10-06 --report team_summary --json
    """
    if person and report:
        raise UsageProblem("--person and --report name two different reports: give one of them.")
    from volt_assets.settings import load_environment, load_settings

    with told_in_one_line():
        environment = load_environment()
        settings = load_settings(environment)
    check_addresses(environment)
    from volt_assets.cli.previewing import preview_week  # reads the configuration as it is imported, so it was read before
    from volt_assets.domain.weeks import Week

    found = preview_week(Week.containing(week.date()), settings, person=person, report=report)
    click.echo(_document(found, settings) if as_json else _text(found, settings))


def _document(found: Sequence["Preview"], settings: "Settings") -> str:
    told = {"sent": False, "provider": settings.llm.provider, "requests": [one.model_dump() for one in found]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _text(found: Sequence["Preview"], settings: "Settings") -> str:
    return "\n\n".join([f"{_headline(settings, len(found))}", *map(_shown, found)])


def _headline(settings: "Settings", number: int) -> str:
    requests = f"{number} request{'' if number == 1 else 's'}"
    if settings.llm.provider == "none":
        return f"llm.provider is none: as configured, a run sends nothing. With openai it would send {requests}. Nothing was sent now."
    if settings.llm.provider == "replay":
        return f"llm.provider is replay: a run sends nothing and reads recorded answers to {requests}. Nothing was sent now."
    return f"A run sends {requests}, but for those whose answers are stored. Nothing was sent now."


def _shown(one: "Preview") -> str:
    body = json.loads(one.request.body)
    parameters = {name: value for name, value in body.items() if name != "messages"}
    messages = [f"--- {message['role']} ---\n{message['content']}" for message in body["messages"]]
    heading = f"=== {one.report}, {one.subject}, section {one.section} ({len(one.request.body.encode())} bytes) ==="
    return "\n".join([heading, f"{one.request.method} {one.request.url}", json.dumps(parameters, ensure_ascii=False), *messages])
