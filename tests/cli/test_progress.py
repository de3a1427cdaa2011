"""How far a run has come, from its events, and the lines and the display made of that. Not here: keys, processes."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from tests.cli.captures import CAPTURE, capture, half_way
from volt_assets.cli.panel import RunProgress, Shown, draw
from volt_assets.cli.progress import Position, RunState, expected_seconds

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
DOCUMENT = Path(__file__).parents[2] / "docs" / "running.md"


@dg.asset
def raw_toggl_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    context.log.debug("a detail for the log")
    context.log.info("Toggl's hourly quota is used up;\n going on in 12 s [bold]\x1b[2J.")
    context.log.info("Entities so far: Scrum/Task 3 of 8; Work [red] of Art/Item 1 of 2")
    return dg.MaterializeResult(metadata={"seconds_taken": 4.5})


@dg.asset(deps=[raw_toggl_data])
def toggl_aggregated() -> None:
    raise ValueError("no quota")


@dg.asset(deps=[toggl_aggregated])
def toggl_summary() -> None: ...


def job_of(assets: Sequence[dg.AssetsDefinition]) -> dg.JobDefinition:
    return dg.Definitions(assets=assets).resolve_implicit_global_asset_job_def()


def names_of(assets: Sequence[dg.AssetsDefinition]) -> frozenset[str]:
    return frozenset(asset.key.to_user_string() for asset in assets)


def shown(assets: Sequence[dg.AssetsDefinition], *, terminal: bool) -> str:
    """The display of a run of these assets that this process carries."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=160, highlight=False)
    with dg.DagsterInstance.ephemeral() as instance, RunProgress(console, "Week 2025-10-06", names_of(assets)) as progress:
        run_id = "0b3a1a52-2f0e-4f5a-9d3c-1f6a5f4b8c11"
        instance.add_event_listener(run_id, progress.on_event)
        job_of(assets).execute_in_process(instance=instance, run_id=run_id, run_config=QUIET, raise_on_error=False)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


@pytest.fixture(scope="module")
def events() -> Iterator[tuple[dg.DagsterInstance, list[dg.EventLogEntry]]]:
    """What a run of the three assets leaves in the log."""
    assets = [raw_toggl_data, toggl_aggregated, toggl_summary]
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = job_of(assets).execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False).run_id
        yield instance, list(instance.all_logs(run_id))


def state_after(events: Sequence[dg.EventLogEntry], *, until: str = "") -> RunState:
    """How far the run was when it had just said this."""
    state = RunState("Week 2025-10-06", frozenset({"raw_toggl_data", "toggl_aggregated", "toggl_summary"}))
    for entry in events:
        state.take(entry)
        if until and until in entry.user_message:
            break
    return state


def drawn(state: RunState, *, width: int = 100, expected: dict[str, float] | None = None, ascii_only: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    now = (state.current_since or state.began or 0.0) + 2
    with console.capture() as captured:
        console.print(draw(state, Shown(run_id="0b3a1a52-2f0e", expected=expected or {}), now=now, width=width, ascii_only=ascii_only))
    return captured.get().splitlines()


# Plain lines


def test_what_an_asset_says_while_it_works_is_a_line_of_its_own_and_counts_are_none() -> None:
    lines = shown([raw_toggl_data], terminal=False).splitlines()
    assert lines[0] == "Week 2025-10-06: Toggl's hourly quota is used up; going on in 12 s [bold][2J."
    assert lines[1].startswith("Week 2025-10-06 [1/1] raw_toggl_data ")
    assert len(lines) == 2


def test_what_dagster_remarks_on_assets_that_wait_in_vain_is_not_shown() -> None:
    lines = shown([raw_toggl_data, toggl_aggregated, toggl_summary], terminal=False).splitlines()
    assert lines[-1] == "Week 2025-10-06 [2/3] toggl_aggregated failed"
    assert len(lines) == 3


def test_a_terminal_shows_the_stages_and_no_line_for_each() -> None:
    text = shown([raw_toggl_data], terminal=True)
    assert "1 of 1 stages" in text
    assert "[1/1]" not in text


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    text = shown([raw_toggl_data], terminal=True)
    assert "[1/1] raw_toggl_data" in text
    assert "\x1b" not in text


# The display


def test_the_display_tells_stage_message_and_entities_of_each_type(events: tuple[dg.DagsterInstance, list[dg.EventLogEntry]]) -> None:
    lines = drawn(state_after(events[1], until="Entities so far"))
    assert lines[0] == "Week 2025-10-06  run 0b3a1a52"
    assert " 0 of 3 stages, 2." in lines[1]
    assert lines[2] == "raw_toggl_data  2.0 s  Toggl's hourly quota is used up; going on in 12 s [bold][2J."
    assert lines[3:] == ["  Scrum/Task                  3 of 8", "  Work [red] of Art/Item      1 of 2", "  4 of 10 entities"]


def test_entities_a_second_follow_from_the_lines(events: tuple[dg.DagsterInstance, list[dg.EventLogEntry]]) -> None:
    state = state_after(events[1], until="Entities so far")
    state.counts.since -= 2
    assert drawn(state)[-1].startswith("  4 of 10 entities, 2.0 a second")
    assert state.left(state.current_since, {"raw_toggl_data": 9.0, "toggl_aggregated": 1.0, "toggl_summary": 1.0}) == pytest.approx(
        5, abs=0.1
    )


def test_what_is_left_follows_from_earlier_runs_and_without_them_from_the_usual_shares() -> None:
    state = RunState("Week 2025-10-06", frozenset({"raw_toggl_data", "fibery_entities"}))
    assert state.left(0, {}) is None
    state.took, state.current, state.current_since = {"raw_toggl_data": 12.0}, "fibery_entities", 100.0
    assert state.left(104, {"fibery_entities": 7.0}) == pytest.approx(3)
    assert state.left(200, {"fibery_entities": 7.0}) == 0
    assert state.left(100, {}) == pytest.approx(10)


def test_the_time_of_further_weeks_is_in_what_is_left() -> None:
    expected = {"raw_toggl_data": 30.0}
    state = RunState("Week 2025-10-06", frozenset(expected))
    told = Shown(position=Position(2, 4), expected=expected)
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(draw(state, told, now=0, width=100))
    assert "Week 2025-10-06  2 of 4 weeks" in captured.get()
    assert "about 1m 30s left" in captured.get()


def test_how_long_an_asset_took_is_read_from_its_last_materialisation(
    events: tuple[dg.DagsterInstance, list[dg.EventLogEntry]],
) -> None:
    assert expected_seconds(events[0], ["raw_toggl_data", "toggl_aggregated", "report_site"]) == {"raw_toggl_data": 4.5}


@pytest.mark.parametrize("width", [60, 61, 80, 200])
def test_no_line_is_wider_than_the_terminal(events: tuple[dg.DagsterInstance, list[dg.EventLogEntry]], width: int) -> None:
    state = state_after(events[1], until="Entities so far")
    state.counts.by_type = {f"{'漢字' * 20}/Very long type {number}": (number, 10_000) for number in range(12)}
    lines = drawn(state, width=width, expected=dict.fromkeys(state.assets, 4000.0))
    assert len(lines) == 3 + 8 + 1 + 1
    assert all(Console().render_str(line).cell_len < width for line in lines)
    assert "about 3h 19m left" in lines[1]
    assert "and 4 more types" in lines[-2]


def test_a_terminal_without_unicode_gets_none(events: tuple[dg.DagsterInstance, list[dg.EventLogEntry]]) -> None:
    state = state_after(events[1], until="Entities so far")
    state.counts.by_type = {"Größe/Würfel": (1, 2)}
    assert "\n".join(drawn(state, ascii_only=True)).isascii()


def test_the_capture_in_the_documents_is_what_the_display_draws() -> None:
    assert CAPTURE.format(capture(half_way())) in DOCUMENT.read_text(encoding="utf-8")
