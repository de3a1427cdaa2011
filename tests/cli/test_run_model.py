"""`volt-agent run` with a model: what it says about its cost, and asking again. Not here: runs without one."""

import json

import pytest

from tests.cli.test_run import run, volt
from tests.weeks import WEEK, stored
from volt_assets.cli.weeks import WeekOutcome, Wishes, model_line, run_config
from volt_assets.domain.weeks import Week
from volt_assets.sandbox.server import Sandbox
from volt_assets.settings import load_settings

pytestmark = pytest.mark.usefixtures("config")
REFUSED = {"index": 0, "message": {"role": "assistant", "content": '{"sentences": []}'}, "finish_reason": "stop"}
ANSWER = json.dumps({"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [REFUSED]})
NUMBERS = {"model_calls": 2, "model_answers_from_cache": 3, "sections_phrased": 4, "sections_left_to_the_template": 1}
TOKENS = {"prompt_tokens": 1000, "completion_tokens": 100, "tokens_are_estimated": False}


def left(asset: str) -> list[str]:
    return [section["fallback"] for section in stored(asset)["sections"] if section["fallback"]]


def test_sections_that_were_refused_are_told_and_asked_for_again_on_demand(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LLM_PROVIDER", "openai")
    sandbox.fail_next("chat", status=200, body=ANSWER, content_type="application/json", times=200)
    result = run()
    assert result.exit_code == 0, result.output
    assert "worth a look: team_summary, model_answers: " in result.output
    assert f"Week {WEEK}, gpt-4.1-mini: " in result.output
    assert " 0 sections phrased" in result.output
    assert left("team_summary")
    sandbox.forget()
    again = run("--ask-again", "--start-from", "fibery")
    assert again.exit_code == 0, again.output
    assert "chat" in {request.service for request in sandbox.requests}
    assert left("team_summary") == []
    assert left("toggl_summary")


def test_asking_again_without_a_model_is_wrong_usage_and_nothing_runs(sandbox: Sandbox) -> None:
    result = run("--ask-again")
    assert result.exit_code == 2
    assert "--ask-again: no model is on." in result.output
    assert sandbox.requests == []


def test_the_help_says_what_asking_again_does() -> None:
    assert "--ask-again" in volt("run", "--help").output


def test_a_run_is_configured_for_people_and_for_asking_again_as_far_as_its_assets_go() -> None:
    everything = frozenset({"raw_toggl_data", "toggl_summary", "person_reports", "team_summary", "report_site"})
    assert run_config([], everything)["ops"] == {}
    assert run_config(["a@x.example"], everything, Wishes(ask_again=True))["ops"] == {
        "raw_toggl_data": {"config": {"users": ["a@x.example"]}},
        "person_reports": {"config": {"users": ["a@x.example"], "ask_again": True}},
        "team_summary": {"config": {"ask_again": True}},
        "toggl_summary": {"config": {"ask_again": True}},
    }
    assert set(run_config([], frozenset({"team_summary"}), Wishes(ask_again=True))["ops"]) == {"team_summary"}


def outcome(**metadata: dict[str, object]) -> WeekOutcome:
    return WeekOutcome(week=Week.from_key(WEEK), run_id="r", succeeded=True, metadata=metadata)


def test_what_the_model_cost_is_one_line_over_all_assets() -> None:
    settings = load_settings({})
    told = model_line(outcome(toggl_summary={**NUMBERS, **TOKENS}, team_summary={**NUMBERS, **TOKENS}, raw_toggl_data={}), settings)
    assert told == (
        "gpt-4.1-mini: 4 calls, 6 answers from the cache, 8 sections phrased, 2 left to the template; "
        "2200 tokens, cost unknown (no llm.prices for this model)"
    )


def test_a_run_that_came_to_no_report_says_nothing_of_the_model() -> None:
    assert model_line(outcome(raw_toggl_data={}), load_settings({})) == ""
