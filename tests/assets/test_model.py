"""A model behind the reports: what it may change, what it may not, and what happens when it fails."""

import json
import re
from datetime import date

import dagster as dg
import pytest

from tests.finished import StoredWeeks
from tests.weeks import WEEK, checks, failures, fast_settings, graph, metadata, run_week, store, stored, week_files
from volt_assets.sandbox.server import Sandbox
from volt_assets.sandbox.world import World

pytestmark = pytest.mark.no_cover  # whole weeks, over lines that other tests measure


@pytest.fixture(autouse=True)
def model_switched_on(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's model, as a user would switch it on."""
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")


def team_report() -> str:
    return (store() / "weeks" / WEEK / "reports" / "team_summary.md").read_text(encoding="utf-8")


def chat_answer(content: str) -> str:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return json.dumps({"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage})


def refuse_with(sandbox: Sandbox, content: str) -> None:
    sandbox.fail_next("chat", status=200, body=chat_answer(content), content_type="application/json", times=100)


def test_a_model_phrases_the_summaries_and_the_footer_names_it(sandbox: Sandbox) -> None:
    result = run_week()
    assert failures(result) == {}
    assert re.search(r"^In short: .*11 people ", team_report(), re.MULTILINE)
    assert "gpt-4.1-mini phrased" in team_report()
    told, reports = metadata(result, "person_reports"), stored("person_reports")["reports"].values()
    asked_for = sum(section["phrasable"] for report in reports for section in report["sections"])
    assert told["sections_phrased"] + told["sections_left_to_the_template"] == asked_for
    assert told["sections_phrased"] > told["sections_left_to_the_template"]


def calls_by_report(result: dg.ExecuteInProcessResult) -> dict[str, int]:
    """The calls for each report: a person's by user id, the others' by asset."""
    rows = metadata(result, "person_reports")["model_by_report"].records
    told = {str(row.data["report"]): int(row.data["calls"]) for row in rows}
    return {**told, **{asset: metadata(result, asset)["model_calls"] for asset in ("toggl_summary", "team_summary")}}


def test_an_unchanged_week_asks_the_model_nothing_again_and_a_changed_person_only_for_their_report_and_the_summaries(
    sandbox: Sandbox, world: World
) -> None:
    run_week()
    before = week_files()
    sandbox.forget()
    result = run_week()
    assert "chat" not in {request.service for request in sandbox.requests}
    assert metadata(result, "team_summary")["model_answers_from_cache"] > 0
    assert metadata(result, "team_summary")["tokens_of_run"] == 0
    assert week_files() == before
    person = world.people[0].user_id
    entry = next(one for one in world.entries_of_week(date.fromisoformat(WEEK), user_id=person) if one.seconds > 3600)
    sandbox.change_entry(entry.entry_id, seconds=entry.seconds + 1800)
    asked = {report for report, calls in calls_by_report(run_week()).items() if calls}
    assert asked == {f"user:{person}", "toggl_summary", "team_summary"}


def test_the_three_assets_of_a_run_share_its_limit_and_another_run_has_its_own(sandbox: Sandbox) -> None:
    settings = fast_settings()
    limited = settings.model_copy(update={"llm": settings.llm.model_copy(update={"max_tokens_per_run": 6000})})
    result = run_week(definitions=graph(limited))
    assert failures(result) == {}
    assert metadata(result, "toggl_summary")["sections_phrased"] == 1
    assert metadata(result, "person_reports")["sections_left_to_the_template"] > 0
    assert metadata(result, "team_summary")["model_calls"] == 0
    assert metadata(result, "team_summary")["tokens_of_run"] <= 6000
    assert "the template's text was kept for" in team_report()
    assert "the tokens that a run may use are used up" in team_report()
    assert checks(result)["team_summary.model_answers"] is False
    later = run_week(definitions=graph(limited), selection=["team_summary"])
    assert metadata(later, "team_summary")["sections_phrased"] > 0
    assert checks(later)["team_summary.model_answers"] is True


def test_the_figures_are_the_same_with_and_without_a_model(stored_weeks: StoredWeeks) -> None:
    stored_weeks()
    without = stored("team_summary")
    assert metadata(run_week(), "team_summary")["sections_phrased"] > 0
    assert stored("team_summary")["facts"] == without["facts"]
    assert stored("team_summary")["accounts"] == without["accounts"]


@pytest.mark.parametrize(
    "content",
    [
        "I cannot help with that.",
        '{"sentences": [{"text": "The team tracked 400 hours, see <img src=x> https://example.com", "facts": []}]}',
    ],
)
def test_an_answer_that_says_anything_else_leaves_the_template_text_and_the_reason(sandbox: Sandbox, content: str) -> None:
    refuse_with(sandbox, content)
    result = run_week()
    assert failures(result) == {}
    report = team_report()
    assert "11 people tracked" in report
    assert "In short" not in report
    assert "400 hours" not in report
    assert "example.com" not in report
    assert "the template's text was kept for" in report
    assert metadata(result, "team_summary")["sections_left_to_the_template"] > 0


def test_a_model_that_refuses_the_key_costs_no_report(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-key-of-somebody")
    result = run_week()
    assert failures(result) == {}
    assert "the template's text was kept for" in team_report()
    assert "sk-wrong-key-of-somebody" not in str(week_files())


def test_a_graph_without_a_provider_needs_no_key(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    result = run_week(definitions=graph())
    assert failures(result) == {}
    assert "no language model was used" in team_report()
