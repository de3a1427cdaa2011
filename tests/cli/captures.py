"""The display of a run at a moment that never changes, for the documents. Not here: tests.

`python -m tests.cli.captures` prints what docs/running.md shows, after a change of the display.
"""

import io

from rich.console import Console

from volt_assets.cli.panel import Shown, draw
from volt_assets.cli.progress import Counts, RunState
from volt_assets.cli.watch import COMMAND_KEYS
from volt_assets.domain.stages import STAGES

CAPTURE = "```text\n$ .venv/bin/volt-agent run --start-date 2025-10-06 --end-date 2025-10-12\n{}```"


def half_way() -> RunState:
    """A run that asks Fibery about its entities."""
    took = {"raw_toggl_data": 6.8, "toggl_aggregated": 0.4, "toggl_summary": 0.4, "fibery_entities": 6.3}
    types = {
        "Product Management/Feature": (50, 120),
        "Scrum/Task": (312, 312),
        "Scrum/Bug": (41, 96),
        "Support/Ticket": (0, 38),
    }
    counts = Counts(since=1_000.0, now=1_009.0, by_type=types)
    return RunState(
        "Week 2025-10-06", frozenset(STAGES), began=985.0, current="enriched_entities", current_since=999.5, took=took, counts=counts
    )


def capture(state: RunState) -> str:
    """The display as text, eighty columns wide."""
    console = Console(file=io.StringIO(), width=80, highlight=False)
    expected = {**dict.fromkeys(STAGES, 0.6), "enriched_entities": 14.0, "person_reports": 2.1}
    shown = Shown(run_id="0b3a1a52-2f0e-4f5a-9d3c-1f6a5f4b8c11", keys=COMMAND_KEYS, expected=expected)
    with console.capture() as captured:
        console.print(draw(state, shown, now=1_009.4, width=80))
    return captured.get()


if __name__ == "__main__":
    print(CAPTURE.format(capture(half_way())))
