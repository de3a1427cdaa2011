"""A week under Fibery's faults: what is missing is said, in the run too, and nothing of a broken answer is stored.

Not here: the client's own cases (`tests/resources`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.weeks import failures, run_week, store, stored, week_files
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

PIECES = ('"secret"', '{"success"', '"fibery/', '"q/', '"publicId"', "[{")
"""What only answers of Fibery hold."""


@pytest.fixture
def opened(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Opens a sandbox with these switches, and points the environment to it. Nobody waits before another attempt."""
    monkeypatch.setattr("resources.http._PAUSES_SECONDS", (0.0,))

    @contextmanager
    def opened(**switches: Any) -> Iterator[Sandbox]:
        with Sandbox(world, options=Options(**switches)) as server:
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            yield server

    return opened


@pytest.mark.parametrize("kind", ["schema", "commands", "documents"])
def test_a_cut_answer_leaves_nothing_of_itself_in_the_store(opened: Any, world: World, kind: str) -> None:
    with opened(fibery_fault="truncated", fibery_fault_every=1, fibery_fault_in=kind):
        told = failures(run_week())
    assert set(told) == (set() if kind == "documents" else {"fibery_entities"})
    texts = {path: path.read_text("utf-8") for path in store().rglob("*") if path.is_file()}
    reports = {name: content.decode() for name, content in week_files().items() if name.startswith("reports/")}
    assert [path for path, text in texts.items() if any(secret in text for secret in world.fibery.documents)] == []
    assert [name for name, text in reports.items() if any(piece in text for piece in PIECES)] == []
    assert [message for message in told.values() if any(piece in message for piece in PIECES)] == []


def test_texts_that_do_not_come_say_so_shortly_and_once_in_a_report(opened: Any) -> None:
    with opened(fibery_fault="truncated", fibery_fault_every=1, fibery_fault_in="documents"):
        assert failures(run_week()) == {}
    reasons = {remark["reason"] for entity in stored("enriched_entities")["entities"] for remark in entity["remarks"]}
    lost = "Fibery did not send this text (answer cut off)"
    assert lost in reasons
    reports = [content.decode() for name, content in week_files().items() if name.startswith("reports/individual/")]
    assert max(report.count(lost) for report in reports) == 1


def reports_without_addresses(server: Sandbox) -> dict[str, bytes]:
    """The week's files; each sandbox has a port of its own."""
    address = server.environment["FIBERY_API_URL"].encode()
    return {
        name: content.replace(address, b"https://acme.fibery.example") for name, content in week_files().items() if "manifest" not in name
    }


@pytest.mark.parametrize(
    "switches",
    [
        {"fibery_fault": "truncated", "fibery_fault_every": 3},
        {"fibery_fault": "json_500", "fibery_fault_every": 3},
        {"fibery_slow_above": 25},
        {"most_documents": 20, "documents_above": "refused"},
        {"fibery_most_commands": 5},
        {"fibery_largest_body": 3000},
    ],
    ids=str,
)
def test_a_blip_or_a_fibery_that_takes_less_at_once_changes_nothing(opened: Any, switches: dict[str, Any]) -> None:
    with opened() as server:
        assert failures(run_week()) == {}
        whole = reports_without_addresses(server)
    with opened(**switches) as server:
        assert failures(run_week(job="fibery_refresh")) == {}
        assert reports_without_addresses(server) == whole
