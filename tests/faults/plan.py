"""The cases there are, counted from undisturbed runs, and their table in docs/reliability.md. Not here: carrying them out."""

from collections.abc import Mapping
from pathlib import Path

from tests.faults.cases import House, Scene
from tests.faults.services import LASTING, Trouble
from volt_assets.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "reliability.md"
BEGIN, END = "<!-- counted by make test-faults -->", "<!-- end -->"
ASSETS = (
    *("raw_toggl_data", "toggl_aggregated", "toggl_summary", "fibery_entities", "enriched_entities", "enriched_data"),
    *("work_alignment", "coverage_report", "person_reports", "team_summary", "report_site"),
)
MOMENTS = ("STEP_START", "STEP_OUTPUT")
"""Of an asset: before its body, and after it before anything is stored of its value."""
READ_ONLY_EVERY = 6
SMALL_DISKS = (100, 300, 700, 1100)
"""Sizes in kB on which a week does not fit."""
KILLED_FIRST = "killed inside each file write of a week's first run"
KILLED_AGAIN = "killed inside each file write of a run that replaces a stored week"
KILLED_ASSETS = "killed at each asset: as it begins, and between its end and its value being stored"
DISK_FULL = "disk full from each file write on"
READ_ONLY = f"store read-only from a file write on (every {READ_ONLY_EVERY}th)"
REAL_DISK = "a real small disk that fills up, and a real read-only one (as root)"
ONE_ANSWER = "one answer of Toggl or Fibery gone wrong, at each request"
ALL_ANSWERS = "all answers gone wrong from each request on"
TOGETHER = "two runs of one week at once, also with a users filter, also killed while the other waits"
TOGETHER_CASES = 6
LEDGER: dict[str, int] = {}
"""How many cases of a kind held in this process."""


def held(kind: str) -> None:
    """Counts a case that held."""
    LEDGER[kind] = LEDGER.get(kind, 0) + 1


def planned(house: House) -> dict[str, int]:
    """How many cases there are of each kind, as undisturbed runs tell."""
    first, again = house.known(Scene.FIRST), house.known(Scene.AGAIN)
    return {
        KILLED_FIRST: len(first.writes),
        KILLED_AGAIN: len(again.writes),
        KILLED_ASSETS: len(ASSETS) * len(MOMENTS),
        DISK_FULL: len(again.writes),
        READ_ONLY: len(range(0, len(again.writes), READ_ONLY_EVERY)),
        REAL_DISK: len(SMALL_DISKS) + 1,
        ONE_ANSWER: first.requests * len(Trouble),
        ALL_ANSWERS: first.requests * len(LASTING),
        TOGETHER: TOGETHER_CASES,
    }


def table(counts: Mapping[str, int], planned_counts: Mapping[str, int]) -> str:
    """The counts as a Markdown table."""
    rows = [f"| {kind} | {number} | {counts.get(kind, 0)} |" for kind, number in planned_counts.items()]
    total = f"| **all** | **{sum(planned_counts.values())}** | **{sum(counts.get(kind, 0) for kind in planned_counts)}** |"
    return "\n".join([BEGIN, "", "| what happens | cases | held |", "|--|--|--|", *rows, total, "", END])


def documented() -> str:
    """The table as the document has it."""
    _, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    inside, end, _ = rest.partition(END)
    return begin + inside + end


def document(new: str, path: Path = DOCUMENT) -> None:
    """Puts the table into the document."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    path.write_text(before + new + rest.partition(END)[2], encoding="utf-8")
