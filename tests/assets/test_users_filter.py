"""Some people's entries fetched into a stored week, in every state of the store: nobody's hours go. Not here: what a fetch costs."""

from typing import Any

import pytest

from tests.weeks import WEEK, failures, fast_settings, graph, metadata, run_week, store, stored, week_files
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure

RAW = ("raw_toggl_data",)
OWN_ONLY = {"toggl": {"allow_own_entries_only": True}}
KATHARINA, OWNER = "katharina.voss@larkspur.example", "user:2100002"


@pytest.fixture
def plain(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the week with the token of a plain user, whose id is OWNER's."""

    def run(*users: str) -> Any:
        with Sandbox(world, options=Options(toggl_admin=False)) as server:
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            return run_week(users=users, selection=RAW, definitions=graph(fast_settings(**OWN_ONLY)))

    return run


def test_a_token_that_sees_nobody_elses_hours_takes_none_away(sandbox: Sandbox, plain: Any) -> None:
    run_week(selection=RAW)
    before = week_files()
    assert "hours of the chosen people cannot be read" in failures(plain(KATHARINA))["raw_toggl_data"]
    assert week_files() == before


def test_it_may_replace_its_owners_hours_and_the_week_stays_everybodys(sandbox: Sandbox, plain: Any) -> None:
    run_week(selection=RAW)
    before = stored("raw_toggl_data")
    assert failures(plain(OWNER)) == {}
    assert stored("raw_toggl_data") == before


def test_a_week_of_everybody_is_not_replaced_by_one_persons(sandbox: Sandbox, plain: Any) -> None:
    run_week(selection=RAW)
    before = week_files()
    assert "the others' would be lost" in failures(plain())["raw_toggl_data"]
    assert week_files() == before


def test_a_week_of_one_persons_hours_does_not_become_everybodys_by_another_person(
    sandbox: Sandbox, plain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain()
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    assert failures(run_week(users=[KATHARINA], selection=RAW)) == {}
    assert stored("raw_toggl_data")["own_entries_only"] is True


def test_what_another_run_stored_meanwhile_is_not_replaced(sandbox: Sandbox) -> None:
    run_week(selection=RAW)
    raw = store() / "weeks" / WEEK / "raw_toggl_data.json"
    other = raw.read_text(encoding="utf-8").replace('"own_entries_only": false', '"own_entries_only": true')
    sandbox.before_totals(lambda: raw.write_text(other, encoding="utf-8") and None)
    sandbox.change_entry(stored("raw_toggl_data")["entries"][0]["id"], seconds=60)
    users = [f"user:{stored('raw_toggl_data')['entries'][0]['user_id']}"]
    result = run_week(users=users, selection=RAW)
    assert "was changed meanwhile, by another run or command" in failures(result)["raw_toggl_data"]
    assert raw.read_text(encoding="utf-8") == other


def test_somebody_deleted_from_toggl_is_still_found_by_the_address_that_is_stored(sandbox: Sandbox) -> None:
    run_week(selection=RAW)
    raw = store() / "weeks" / WEEK / "raw_toggl_data.json"
    ivy = next(entry for entry in stored("raw_toggl_data")["entries"] if entry["user_name"] == "Ivy Tran")
    text = raw.read_text(encoding="utf-8").replace(
        f'"user_id": {ivy["user_id"]},\n      "user_email": null',
        f'"user_id": {ivy["user_id"]},\n      "user_email": "ivy@freelance.example"',
    )
    raw.write_text(text, encoding="utf-8")
    result = run_week(users=["ivy@freelance.example"], selection=RAW)
    assert failures(result) == {}
    assert metadata(result, "raw_toggl_data")["people"] == 11
