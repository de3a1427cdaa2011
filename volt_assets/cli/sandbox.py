"""`volt-agent sandbox`: the made-up Toggl, Fibery and model servers in the foreground. Not here: the servers."""

import logging
import textwrap
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from volt_assets.cli.errors import RunProblem, UsageProblem, told_in_one_line
from volt_assets.settings import PROJECT, load_settings

if TYPE_CHECKING:
    from volt_assets.sandbox.options import Options
    from volt_assets.sandbox.server import Sandbox

DEFAULT_PORT = 8765
DEMO = PROJECT / ".demo"


def _list_switches(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from volt_assets.sandbox.switches import listed_switches

    for setting, meaning in listed_switches():
        click.echo(f"{setting}\n{textwrap.indent(textwrap.fill(meaning, 100), '    ')}")
    context.exit()


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="Port on loopback; 0: a free one.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another company's weeks.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Turn a switch, such as quota_per_hour=30; may be repeated.")
@click.option(
    "--list-switches", is_flag=True, expose_value=False, is_eager=True, callback=_list_switches,
    help="List the switches for --set with their defaults and what each does.",
)  # fmt: skip
def sandbox(port: int, seed: int, settings: tuple[str, ...]) -> None:
    """Serve a made-up company's Toggl, Fibery and a model on this machine, until Ctrl-C.

    Prints the environment to use from another terminal, then a line for each request. With --set the servers behave
    worse than usual: a small quota, a cursor that leads nowhere, a token that is no admin's.
    """
    options = _read_options(settings)
    with told_in_one_line():
        today = today_in(load_settings().week.timezone)
    server = make_sandbox(today, port=port, seed=seed, options=options)
    click.echo("# A made-up company on this machine: no account, no key, no network. Use it from another terminal with:")
    for name, value in {**server.environment, "VOLT_DATA": str(DEMO / "data"), "DAGSTER_HOME": str(DEMO / "dagster")}.items():
        click.echo(f"export {name}={value}")
    click.echo("# Ctrl-C ends it. Requests:")
    log_requests(logging.StreamHandler())
    server.serve_forever()


def today_in(timezone: str) -> date:
    """Today's date in a zone."""
    return datetime.now(ZoneInfo(timezone)).date()


def _read_options(settings: tuple[str, ...]) -> "Options | None":
    if not settings:
        return None
    from volt_assets.sandbox.switches import SwitchError, read_switches

    try:
        return read_switches(settings)
    except SwitchError as error:
        raise UsageProblem(f"--set: {error} See volt-agent sandbox --list-switches.") from None


def make_sandbox(today: date, *, port: int, seed: int = 1, options: "Options | None" = None) -> "Sandbox":
    """The sandbox for weeks up to today, its port taken. Raises RunProblem where somebody else has the port."""
    from volt_assets.sandbox.options import Options
    from volt_assets.sandbox.server import Sandbox
    from volt_assets.sandbox.world import build_world

    server = Sandbox(build_world(today=today, seed=seed), port=port, options=options or Options())
    try:
        _ = server.url
    except OSError:
        raise RunProblem(f"Port {port} is taken. End what uses it, or choose another with --port.") from None
    return server


def demo_sandbox(today: date) -> "Sandbox":
    """The sandbox at its usual port, so that links in reports stay the same; at a free one where that is taken."""
    try:
        return make_sandbox(today, port=DEFAULT_PORT)
    except RunProblem:
        return make_sandbox(today, port=0)


def log_requests(handler: logging.Handler) -> None:
    """Writes a line for each request that the sandbox answers."""
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("volt.sandbox")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
