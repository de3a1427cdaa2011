"""What a model's calls are known by and cost, and whether a run may make another. Not here: making them."""

import pytest

from tests.domain.builders import busy_run
from volt_assets.domain.drafts import Report
from volt_assets.domain.model_answers import judge_model_answers
from volt_assets.domain.model_calls import (
    ModelLimits,
    ModelUse,
    Price,
    Spending,
    Tokens,
    all_of,
    fingerprint,
    most_tokens,
    server_of,
    tokens_taken,
)
from volt_assets.domain.phrasing import PhrasingRequest

REQUEST = PhrasingRequest(section="summary", system="Reword.", user="{f:d1} tracked")
PRICE = Price(input_per_million=2, output_per_million=8)
ADDRESS = "https://llm.example/v1"


def known_by(request: PhrasingRequest = REQUEST, **changes: object) -> str:
    fields: dict[str, object] = {"address": ADDRESS, "model": "m", "temperature": 0.3, "max_tokens": 800}
    return fingerprint(request, **(fields | changes))  # type: ignore[arg-type]


# Fingerprint


@pytest.mark.parametrize(
    "changes",
    [{"model": "n"}, {"temperature": 0.4}, {"max_tokens": 801}, {"address": "https://other.example/v1"}, {"address": f"{ADDRESS}/eu"}],
)
def test_everything_that_decides_an_answer_changes_its_fingerprint(changes: dict[str, object]) -> None:
    assert known_by(REQUEST, **changes) != known_by()


@pytest.mark.parametrize("field", ["system", "user"])
def test_facts_and_prompt_change_the_fingerprint(field: str) -> None:
    assert known_by(REQUEST.model_copy(update={field: "other"})) != known_by()


def test_what_goes_from_the_prompt_into_the_facts_is_another_request() -> None:
    moved = REQUEST.model_copy(update={"system": "Reword.{f:d1} ", "user": "tracked"})
    assert known_by(moved) != known_by()


def test_the_form_of_the_request_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = known_by()
    monkeypatch.setattr("volt_assets.domain.model_calls.REQUEST_FORM", 0)
    assert known_by() != before


@pytest.mark.parametrize(
    "address",
    [
        "https://key:pass@llm.example/v1",
        "https://other-key@llm.example/v1/",
        "https://llm.example/v1?api-key=abc",
        " HTTPS://LLM.example/v1",
    ],
)
def test_credentials_and_spelling_of_the_address_decide_nothing(address: str) -> None:
    assert known_by(address=address) == known_by()


def test_what_is_shown_of_an_address_is_server_and_path() -> None:
    assert server_of("https://key:pass@LLM.example:8443/v1/?api-key=abc#x") == "https://llm.example:8443/v1"
    assert server_of("http://[broken") == ""


def test_a_whole_number_as_temperature_is_the_same_in_every_spelling() -> None:
    assert known_by(temperature=0) == known_by(temperature=0.0)


# Tokens and cost


def test_tokens_are_those_that_the_server_told() -> None:
    assert tokens_taken(REQUEST, "done", 11, 7) == Tokens(prompt=11, completion=7)


def test_tokens_that_the_server_did_not_tell_are_estimated_and_marked() -> None:
    assert tokens_taken(REQUEST, "done it", None, None) == Tokens(prompt=6, completion=2, estimated=True)
    assert tokens_taken(REQUEST, "done it", 11, None) == Tokens(prompt=11, completion=2, estimated=True)


@pytest.mark.parametrize("text", ["In short, {f:d1} went into {f:c2}.", "за эту неделю", "今週の合計"])
def test_the_most_that_a_call_may_take_is_more_than_the_estimate(text: str) -> None:
    request = REQUEST.model_copy(update={"user": text * 20})
    most = most_tokens(request, 800)
    assert most.completion == 800
    assert most.prompt > tokens_taken(request, "", None, None).prompt


def test_a_price_is_of_a_million_tokens() -> None:
    assert PRICE.of(Tokens(prompt=500_000, completion=250_000)) == 3.0


def test_a_cost_without_a_price_is_unknown_and_not_nothing() -> None:
    tokens = Tokens(prompt=1000, completion=1000)
    assert ModelLimits().cost(tokens) is None
    assert ModelLimits().cost_text(tokens) == "cost unknown (no llm.prices for this model)"
    assert ModelLimits(price=Price(input_per_million=0, output_per_million=0)).cost(tokens) == 0


def test_a_cost_in_words_has_its_currency_and_says_where_it_is_an_estimate() -> None:
    limits = ModelLimits(price=PRICE, currency="EUR")
    assert limits.cost_text(Tokens(prompt=1000, completion=100)) == "0.0028 EUR"
    assert limits.cost_text(Tokens(prompt=1000, completion=100, estimated=True)) == "about 0.0028 EUR"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (ModelLimits(), "cost unknown without llm.prices; no limit for a run"),
        (ModelLimits(price=PRICE, budget=0.5), "2 in and 8 out USD a million tokens; at most 0.5 USD a run"),
        (ModelLimits(max_tokens=90_000), "cost unknown without llm.prices; at most 90000 tokens a run"),
        (
            ModelLimits(price=PRICE, currency="EUR", budget=1, max_tokens=5),
            "2 in and 8 out EUR a million tokens; at most 1 EUR and 5 tokens a run",
        ),
    ],
)
def test_price_and_limits_are_told_in_a_line(limits: ModelLimits, told: str) -> None:
    assert limits.told == told


def test_uses_add_up() -> None:
    uses = [ModelUse(accepted=1, calls=1, tokens=Tokens(prompt=5)), ModelUse(left=1, from_cache=2), ModelUse(repaired=1, calls=2)]
    assert all_of(uses) == ModelUse(accepted=1, repaired=1, left=1, calls=3, from_cache=2, tokens=Tokens(prompt=5))


# Budget


def test_a_run_without_limits_may_always_ask() -> None:
    assert ModelLimits().refusal(Spending(used=Tokens(prompt=10**9)), Tokens(prompt=1)) is None


def test_a_call_is_made_only_if_the_most_that_it_may_take_is_left() -> None:
    limits = ModelLimits(max_tokens=1000)
    spent = Spending(used=Tokens(prompt=500, completion=100))
    assert limits.refusal(spent, Tokens(prompt=300, completion=100)) is None
    assert limits.refusal(spent, Tokens(prompt=300, completion=101)) == "the tokens that a run may use are used up (llm.max_tokens_per_run)"


def test_calls_that_are_out_count_with_the_most_that_they_may_take() -> None:
    limits, most = ModelLimits(price=PRICE, budget=0.01), Tokens(prompt=1000, completion=500)
    out = Spending().reserving(most)
    assert limits.refusal(Spending(), most) is None
    assert limits.refusal(out, most) == "the run's budget for the model is used up (llm.budget_per_run)"
    back = out.settled(most, Tokens(prompt=900, completion=10))
    assert back == Spending(used=Tokens(prompt=900, completion=10))
    assert limits.refusal(back, most) is None


def test_a_budget_of_nothing_allows_nothing() -> None:
    assert ModelLimits(price=PRICE, budget=0).refusal(Spending(), Tokens(prompt=1))
    assert ModelLimits(max_tokens=0).refusal(Spending(), Tokens(prompt=1))


def test_a_budget_whose_price_is_unknown_allows_nothing() -> None:
    assert ModelLimits(budget=5).refusal(Spending(), Tokens(prompt=1))


# Whether answers could be used


def with_fallbacks(*reasons: str | None) -> Report:
    report = busy_run().team
    section = report.sections[0]
    sections = [section.model_copy(update={"fallback": reason} if reason else {"writer": "m-7b"}) for reason in reasons]
    return report.model_copy(update={"sections": tuple(sections)})


def test_reports_that_no_model_was_asked_for_are_well() -> None:
    found = judge_model_answers([busy_run().team])
    assert found.passed
    assert found.message == f"No model was asked: templates wrote all {len(busy_run().team.sections)} sections."


def test_reports_whose_sections_were_all_phrased_are_well() -> None:
    found = judge_model_answers([with_fallbacks(None, None)])
    assert found.passed
    assert found.message == "The model phrased all 2 sections that it was asked for."


def test_sections_that_a_model_failed_for_are_told_with_the_most_frequent_reasons() -> None:
    found = judge_model_answers([with_fallbacks("too slow", None, "cut"), with_fallbacks("cut", "busy", "away")])
    assert not found.passed
    assert found.message.startswith(
        "5 of 6 sections kept the template's text although a model was asked: cut (2); away (1); busy (1); and 1 more."
    )
    assert "run the week with ask_again (volt-agent run --ask-again)" in found.message
    assert found.numbers == {"sections_phrased": 1, "sections_left_to_the_template": 5}
