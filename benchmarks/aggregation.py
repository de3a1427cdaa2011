"""Aggregating a week's file into another, as a multiple of `json.loads` alone on the first. Not here: fetching it (`scale`)."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 5
HOSTS = ("larkspur-sandbox.fibery.io",)


def print_aggregation(files: Sequence[Path]) -> None:
    """A line for each file: medians over several rounds, each in a fresh process, json.loads and aggregation in turn."""
    print("\nAggregation from file to file (read, check, aggregate, prove, write), beside json.loads alone on that file")
    print("  entries    MB  json.loads s  aggregation s  ratio: median   min   max")
    for file in files:
        pairs = [measured(file) for _ in range(ROUNDS)]
        ratios = [whole / alone for alone, whole, _ in pairs]
        alone, whole = (statistics.median(pair[index] for pair in pairs) for index in (0, 1))
        print(
            f"  {pairs[0][2]:7.0f}  {file.stat().st_size / 1e6:4.0f}  {alone:12.2f}  {whole:13.2f}  "
            f"{statistics.median(ratios):13.2f}  {min(ratios):4.2f}  {max(ratios):4.2f}",
            flush=True,
        )


def measured(file: Path) -> tuple[float, float, float]:
    """Seconds of json.loads, seconds of the aggregation, and the number of entries."""
    command = [sys.executable, "-m", "benchmarks.aggregation", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    alone, whole, entries = json.loads(done.stdout)
    return alone, whole, entries


def measure(file: Path) -> tuple[float, float, int]:
    """Both in this process: json.loads first, and nothing of it kept."""
    from io_managers.collector import collector_paused
    from io_managers.json_io import dump_json, load_value
    from io_managers.week_store import WeekStore
    from volt_assets.domain.aggregation import aggregate
    from volt_assets.domain.entries import RawTogglData

    started = time.perf_counter()
    json.loads(file.read_bytes())
    alone = time.perf_counter() - started
    week, source = file.parent.name, WeekStore(str(file.parents[2]))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        raw = load_value(source, week, "raw_toggl_data", RawTogglData)
        assert raw is not None
        with collector_paused():
            data = aggregate(raw, HOSTS)
        WeekStore(folder).write(week, "toggl_aggregated.json", dump_json(data))
        whole = time.perf_counter() - started
    return alone, whole, len(raw.entries)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
