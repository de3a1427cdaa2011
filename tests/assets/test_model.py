"""A model behind the reports: what it may change, what it may not, and what happens when it fails."""

import json
import re

import pytest

from tests.weeks import WEEK, failures, graph, metadata, run_week, store, stored, week_files
from volt_assets.sandbox.server import Sandbox


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
    sections = [section for report in stored("person_reports")["reports"].values() for section in report["sections"]]
    asked = [section for section in sections if section["phrasable"]]
    assert metadata(result, "person_reports")["model_calls"] == len(asked) > len(stored("person_reports")["reports"])
    assert {section["writer"] for section in asked} == {"gpt-4.1-mini"}


def test_an_unchanged_week_asks_the_model_nothing_again_and_gives_the_same_bytes(sandbox: Sandbox) -> None:
    run_week()
    before = week_files()
    sandbox.forget()
    result = run_week()
    assert "chat" not in {request.service for request in sandbox.requests}
    assert metadata(result, "team_summary")["model_answers_from_cache"] > 0
    assert week_files() == before


def test_the_figures_are_the_same_with_and_without_a_model(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    run_week()
    with_model = stored("team_summary")
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "none")
    run_week()
    assert stored("team_summary")["facts"] == with_model["facts"]
    assert stored("team_summary")["accounts"] == with_model["accounts"]


@pytest.mark.parametrize(
    "content",
    [
        "I cannot help with that.",
        '{"sentences": [{"text": "The team tracked 400 hours and finished everything."}]}',
        '{"sentences": []}',
        '["sentences"]',
        '{"sentences": [{"text": "<img src=x> see https://example.com"}]}',
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
