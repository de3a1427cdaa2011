"""`volt-agent ui`: the Dagster UI, the pages beside it, and the sandbox behind it where no token is set. Not here: the graph."""

import contextlib
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from volt_assets.cli.demo import DEMO_HOME, use_demo
from volt_assets.cli.errors import RunProblem, told_in_one_line
from volt_assets.cli.run_page import UI_HOST, UI_PORT
from volt_assets.cli.sandbox import DEMO, demo_sandbox, log_requests, today_in
from volt_assets.settings import PROJECT, Settings, load_environment, load_settings

SITE_URL = "VOLT_SITE_URL"
_LAST_PORT = 65535


@click.command()
@click.option("--port", type=click.IntRange(1, _LAST_PORT), default=UI_PORT, show_default=True, help="Port of the UI.")
@click.option("--host", default=UI_HOST, show_default=True, help="Address to listen on. The UI has no login: keep it on loopback.")
@click.option(
    "--pages-port", type=click.IntRange(1, _LAST_PORT), default=None, metavar="PORT",
    help="Port of the reports' pages, on loopback alone and read only; they have no login either.  [default: the UI's port and 1]",
)  # fmt: skip
@click.option("--run-id", metavar="ID", help="Show this run's page; its first characters do. A UI that is up already is used.")
def ui(port: int, host: str, pages_port: int | None, run_id: str | None) -> None:
    """Open the Dagster UI, until Ctrl-C: materialise a week, backfill past weeks, refresh the Fibery side.

    Beside it the reports' pages are served, so that the UI's links open them; where VOLT_SITE_URL or `site.url` is set, the
    links lead there instead. Without TOGGL_API_TOKEN it starts the sandbox and shows the demo's weeks; nothing real is touched.

    \b
    Examples:
      volt-agent ui
      volt-agent ui --run-id 0b3a1a52
    """
    with told_in_one_line():
        environment = load_environment()
        settings = load_settings(environment)
    is_real = bool(environment.get("TOGGL_API_TOKEN", "").strip())
    if run_id is not None and is_on_show(run_id, environment if is_real else {"DAGSTER_HOME": str(DEMO_HOME)}, host, port):
        return
    check_port(host, port)
    if is_real:
        from volt_assets.cli.instance import prepare_home

        prepare_home(environment)
        click.echo(f"Store: {settings.data}. UI: http://{host}:{port} (Ctrl-C ends it)")
        with pages_beside(settings, pages_port or _beside(port)):
            serve(host, port)
        return
    with demo_sandbox(today_in(settings.week.timezone)) as server:
        settings = use_demo(server.environment)
        log = DEMO / "sandbox.log"
        log_requests(logging.FileHandler(log, mode="w"))
        tell_sandbox(settings, server.url, str(log))
        click.echo(f"UI: http://{host}:{port} (Ctrl-C ends both)")
        with pages_beside(settings, pages_port or _beside(port)):
            serve(host, port)


def is_on_show(run_id: str, environment: Mapping[str, str], host: str, port: int) -> bool:
    """Says where a run's page is. False where the UI has to be started for it. Raises UsageProblem for an unknown run."""
    from volt_assets.cli.instance import open_instance, prepare_home
    from volt_assets.cli.run_page import is_shown, open_page, page_of
    from volt_assets.cli.run_records import find_record

    prepare_home(environment)
    with open_instance() as instance:
        whole_id = find_record(instance, run_id).run_id
    url = page_of(whole_id, host, port)
    if not is_shown(whole_id, host, port):
        click.echo(f"Run: {url}, as soon as the UI is up")
        return False
    click.echo(open_page(url))
    return True


def _beside(port: int) -> int:
    return port + 1 if port < _LAST_PORT else port - 1


@contextlib.contextmanager
def pages_beside(settings: Settings, port: int) -> Iterator[None]:
    """Serves the store's pages, and tells the UI's processes where, unless another address is set. Goes on without where it cannot."""
    from io_managers.week_store import WeekStore
    from volt_assets.cli.pages_server import serving_pages

    with contextlib.ExitStack() as serving:
        try:
            with told_in_one_line():
                url = serving.enter_context(serving_pages(WeekStore(settings.data), port))
        except OSError as error:
            told = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            click.echo(f"Port {port} {told}: the reports' pages are not served. Choose another with --pages-port.")
        else:
            click.echo(f"Pages: {url}/weeks/index.html" + (f"; the UI's links lead to {settings.site_url}" if settings.site_url else ""))
            os.environ[SITE_URL] = settings.site_url or url
        yield


def tell_sandbox(settings: Settings, url: str, log: str) -> None:
    """Says that nothing real is behind the UI, and where its requests can be read."""
    click.echo("TOGGL_API_TOKEN is not set: a sandbox with a made-up company is used. Set your tokens in .env for your own data.")
    click.echo(f"Sandbox: {url}, its requests in {log}. Store: {settings.data}")


def check_port(host: str, port: int) -> None:
    """Whether the address can be listened on, asked at once instead of after Dagster's start. Raises RunProblem with the remedy."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a connection's rest is no obstacle
            probe.bind(address)
    except socket.gaierror:
        raise RunProblem(f"{host} is no address of this machine. Choose another with --host.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RunProblem(f"Port {port} is taken. End what uses it, or choose another with --port.") from None
        raise RunProblem(f"{host}:{port} cannot be used ({error.strerror}). Choose another with --host and --port.") from None


def serve(host: str, port: int) -> None:
    """Runs Dagster's web server and daemon in the foreground. Raises RunProblem if they end by themselves with an error."""

    from volt_assets.cli.instance import open_instance
    from volt_assets.dead_runs import mark_dead_runs

    with open_instance() as instance:
        mark_dead_runs(instance)
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(PROJECT / "workspace.yaml"), "-h", host, "-p", str(port)]
    code = run_child(command)
    if code not in (0, -signal.SIGINT, -signal.SIGTERM):
        raise RunProblem(
            f"The Dagster UI ended with code {code}; its own lines above say why. Is port {port} taken? Choose another with --port."
        )


def run_child(command: Sequence[str]) -> int:
    """Runs a child in the foreground and hands it Ctrl-C and TERM as one interrupt, on which Dagster ends its own children.

    Our handlers stand before it starts: a child inherits an ignored SIGINT (as in a script's background job), but not a caught one.
    """
    children: list[subprocess.Popen[bytes]] = []

    def interrupt(_number: int, _frame: object) -> None:
        for child in children:
            child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    # Not in the project's folder, whose dagster.yaml is not the one in use. The one warning left out is that `dagster dev`
    # has a successor in another package.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}
    home = os.environ["DAGSTER_HOME"]
    try:
        children.append(subprocess.Popen(command, cwd=home, env=environment, start_new_session=True))  # noqa: S603 - our own words
        return children[0].wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
