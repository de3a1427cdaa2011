"""What a run shows while it goes. Not here: running weeks."""

import io
from collections.abc import Sequence

import dagster as dg
from rich.console import Console

from volt_assets.cli.progress import RunProgress

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def show(*, terminal: bool) -> str:
    """The display of a run of one asset that says something while it works."""

    @dg.asset
    def raw_toggl_data(context: dg.AssetExecutionContext) -> None:
        context.log.debug("a detail for the log")
        context.log.info("Toggl's hourly quota is used up;\n going on in 12 s [bold].")

    return shown([raw_toggl_data], terminal=terminal)


def shown(assets: Sequence[dg.AssetsDefinition], *, terminal: bool) -> str:
    """The display of a run of these assets."""
    job = dg.Definitions(assets=assets).resolve_implicit_global_asset_job_def()
    names = frozenset(asset.key.to_user_string() for asset in assets)
    console = Console(file=io.StringIO(), force_terminal=terminal, width=160, highlight=False)
    with dg.DagsterInstance.ephemeral() as instance, RunProgress(console, "Week 2025-10-06", names) as progress:
        run_id = "0b3a1a52-2f0e-4f5a-9d3c-1f6a5f4b8c11"
        instance.add_event_listener(run_id, progress.on_event)
        job.execute_in_process(instance=instance, run_id=run_id, run_config=QUIET, raise_on_error=False)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def test_what_an_asset_says_while_it_works_is_a_line_of_its_own() -> None:
    lines = show(terminal=False).splitlines()
    assert lines[0] == "Week 2025-10-06: Toggl's hourly quota is used up; going on in 12 s [bold]."
    assert lines[1].startswith("Week 2025-10-06 [1/1] raw_toggl_data")
    assert len(lines) == 2


def test_what_dagster_remarks_on_assets_that_wait_in_vain_is_not_shown() -> None:
    @dg.asset
    def raw_toggl_data() -> int:
        raise ValueError("no quota")

    @dg.asset
    def toggl_aggregated(raw_toggl_data: int) -> int:
        return raw_toggl_data

    lines = shown([raw_toggl_data, toggl_aggregated], terminal=False).splitlines()
    assert lines == ["Week 2025-10-06 [1/2] raw_toggl_data failed"]


def test_a_terminal_shows_it_beside_the_bar() -> None:
    assert "raw_toggl_data" in show(terminal=True)
