"""The page of a run in the UI: its address, and whether a UI that is up knows the run. Not here: starting the UI."""

import os
import sys

import click

from volt_assets.cli.errors import RunProblem

UI_HOST, UI_PORT = "127.0.0.1", 3000
_TIMEOUT_SECONDS = 5.0
_QUERY = "query ($run: ID!) { runOrError(runId: $run) { __typename } }"


def page_of(run_id: str, host: str, port: int) -> str:
    """The address of a run's page."""
    return f"http://{host}:{port}/runs/{run_id}"


def is_shown(run_id: str, host: str, port: int) -> bool:
    """Whether a UI is up there and has the run. Raises RunProblem where it is that of other runs."""
    import httpx

    try:
        answer = httpx.post(
            f"http://{host}:{port}/graphql",
            json={"query": _QUERY, "variables": {"run": run_id}},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )
        kind = answer.json()["data"]["runOrError"]["__typename"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False  # nothing there, or nothing of Dagster's
    if kind != "Run":
        raise RunProblem(
            f"The UI on port {port} does not know run {run_id}: it shows another DAGSTER_HOME. "
            f"Another port: volt-agent ui --port 3001 --run-id {run_id[:8]}"
        )
    return True


def open_page(url: str) -> str:
    """Opens a run's page where there is a screen with windows. Returns where it is, in a line."""
    has_windows = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_windows and sys.stdout.isatty():
        click.launch(url)
    return f"Run: {url}"
