"""A week under Fibery's faults: what is missing is said, in the run too, and nothing of a broken answer is stored.

Not here: the client's own cases (`tests/resources`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pytest

from tests.conftest import Served
from tests.finished import StoredWeeks
from tests.weeks import checks, failures, run_week, store, stored, week_files
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

FETCHED = ("fibery_entities", "enriched_entities", "enriched_data")
PIECES = ('"secret"', '{"success"', '"fibery/', '"q/', '"publicId"', "[{")
"""What only answers of Fibery hold."""


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before another attempt."""
    monkeypatch.setattr("resources.http._PAUSES_SECONDS", (0.0,))


def pieces_in(name: str) -> tuple[str, ...]:
    """What tells an answer of Fibery in a file: one of ours that is JSON has lists of its own."""
    return PIECES[:-1] if name.endswith(".json") else PIECES


@pytest.mark.parametrize("kind", ["schema", "commands", "documents"])
def test_a_cut_answer_leaves_nothing_of_itself_in_the_store(served: Served, world: World, kind: str) -> None:
    with served(fibery_fault="truncated", fibery_fault_every=1, fibery_fault_in=kind):
        told = failures(run_week())
    assert set(told) == (set() if kind == "documents" else {"fibery_entities"})
    texts = {path: path.read_text("utf-8") for path in store().rglob("*") if path.is_file()}
    reports = {name: content.decode() for name, content in week_files().items() if name.startswith("reports/")}
    assert [path for path, text in texts.items() if any(secret in text for secret in world.fibery.documents)] == []
    assert [name for name, text in reports.items() if any(piece in text for piece in pieces_in(name))] == []
    assert [message for message in told.values() if any(piece in message for piece in PIECES)] == []


def test_texts_that_do_not_come_say_so_shortly_and_once_in_a_report(served: Served) -> None:
    with served(fibery_fault="truncated", fibery_fault_every=1, fibery_fault_in="documents"):
        assert failures(run_week()) == {}
    reasons = {remark["reason"] for entity in stored("enriched_entities")["entities"] for remark in entity["remarks"]}
    lost = "Fibery did not send this text (answer cut off)"
    assert lost in reasons
    individual = {name: content.decode() for name, content in week_files().items() if name.startswith("reports/individual/")}
    reports = [text for name, text in individual.items() if name.endswith(".md")]
    assert max(report.count(lost) for report in reports) == 1


def test_a_database_that_fails_is_seen_in_the_run(served: Served) -> None:
    with served(fibery_refuses=[["Scrum/Task", "entity.error/query-timeout"]]):
        result = run_week()
    assert failures(result) == {}
    assert checks(result)["fibery_entities.databases_answered"] is False
    unreachable = [one for one in stored("fibery_entities")["resolutions"] if one["outcome"] == "unreachable"]
    [told] = [event.asset_check_evaluation_data for event in result.all_events if event.event_type_value == "ASSET_CHECK_EVALUATION"
              and event.asset_check_evaluation_data.check_name == "databases_answered"]  # fmt: skip
    assert told.severity is dg.AssetCheckSeverity.WARN
    assert (told.description or "").startswith("Scrum/Task could not be asked (")
    assert told.metadata["seconds"].value >= sum(one["duration_seconds"] for one in unreachable) > 0


def test_a_database_that_is_only_slow_is_asked_until_it_answers(served: Served) -> None:
    with served(fibery_slow_above=3):
        result = run_week()
    assert failures(result) == {}
    assert [one for one in stored("fibery_entities")["resolutions"] if one["outcome"] == "unreachable" and one["entity"]] == []


def fetched_without_addresses(server: Sandbox) -> dict[str, bytes]:
    """What Fibery told, from which alone all reports are written; each sandbox has a port of its own."""
    address = server.environment["FIBERY_API_URL"].encode()
    files = week_files()
    return {asset: files[f"{asset}.json"].replace(address, b"https://acme.fibery.example") for asset in FETCHED}


BLIPS_AND_LIMITS: Sequence[Mapping[str, Any]] = (
    {"fibery_fault": "truncated", "fibery_fault_every": 3},
    {"fibery_fault": "json_500", "fibery_fault_every": 3},
    {"fibery_slow_above": 25},
    {"most_documents": 20, "documents_above": "refused"},
    {"fibery_most_commands": 5},
    {"fibery_largest_body": 4000},
)


def test_a_blip_or_a_fibery_that_takes_less_at_once_changes_nothing(stored_weeks: StoredWeeks, served: Served) -> None:
    whole = fetched_without_addresses(stored_weeks())
    for switches in BLIPS_AND_LIMITS:
        with served(**switches) as server:
            assert failures(run_week(job="fibery_refresh", selection=FETCHED)) == {}, switches
            assert fetched_without_addresses(server) == whole, switches
