"""A run's budget for the model: never passed, shared by its assets, told where it left sections to the template. Not here: prices."""

from pathlib import Path
from typing import Any

import anyio
import dagster as dg
import httpx2
import pytest

from io_managers.week_store import WeekStore
from tests.assets.models import REFUSAL, REFUSED, Model, completion, configured, phraser, summary_alone
from tests.domain.builders import busy_run
from tests.resources.fakes import JumpingLoop
from volt_assets.assets.model_requests import request_for
from volt_assets.assets.phrasing import Phraser, run_of_budget
from volt_assets.domain.acquaintances import toggl_people
from volt_assets.domain.drafts import TEMPLATE, Report
from volt_assets.domain.model_calls import Spending, Tokens, most_tokens
from volt_assets.settings import Settings

pytestmark = pytest.mark.anyio
REPORT = summary_alone()
PRICES = {"gpt-4.1-mini": {"input_per_million": 1000, "output_per_million": 1000}}
"""A thousandth of a dollar a token, so that figures can be read."""
USED_UP = "the tokens that a run may use are used up (llm.max_tokens_per_run)"


def most_of(report: Report, settings: Settings) -> int:
    """The tokens that the call for a report's one phrasable section may take."""
    section = next(section for section in report.sections if section.phrasable)
    request = request_for(report, section, settings, toggl_people(busy_run().aggregated))
    return most_tokens(request, settings.llm.max_tokens).total


def usage(prompt: int, completion_tokens: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion_tokens, "total_tokens": prompt + completion_tokens}


def fallbacks(*reports: Report) -> list[str]:
    return [reason for report in reports for reason in report.fallbacks]


def told(asked: Phraser) -> dict[str, Any]:
    return {name: value.value for name, value in asked.metadata().items()}


MOST = most_of(REPORT, configured())


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Time that jumps over every wait, such as the pauses before a repeat."""
    return "asyncio", {"loop_factory": JumpingLoop}


async def test_a_call_that_may_take_more_than_is_left_is_not_made_and_the_section_says_so(tmp_path: Path) -> None:
    model = Model()
    report = await phraser(model, tmp_path, configured(max_tokens_per_run=MOST - 1)).phrase(REPORT)
    assert model.requests == []
    assert fallbacks(report) == [USED_UP]
    assert {section.writer for section in report.sections} == {TEMPLATE}


async def test_a_call_that_just_fits_is_made(tmp_path: Path) -> None:
    report = await phraser(Model(), tmp_path, configured(max_tokens_per_run=MOST)).phrase(REPORT)
    assert fallbacks(report) == []


async def test_a_budget_in_money_counts_by_the_price(tmp_path: Path) -> None:
    model = Model()
    report = await phraser(model, tmp_path, configured(prices=PRICES, budget_per_run=(MOST - 1) / 1000)).phrase(REPORT)
    assert model.requests == []
    assert fallbacks(report) == ["the run's budget for the model is used up (llm.budget_per_run)"]
    assert fallbacks(await phraser(Model(), tmp_path, configured(prices=PRICES, budget_per_run=MOST / 1000)).phrase(REPORT)) == []


async def test_an_answer_that_is_paid_for_needs_no_budget(tmp_path: Path) -> None:
    await phraser(Model(), tmp_path).phrase(REPORT)
    report = await phraser(Model(), tmp_path, configured(max_tokens_per_run=0), run="run-2").phrase(REPORT)
    assert fallbacks(report) == []


async def test_a_repair_that_the_budget_does_not_allow_is_not_asked_for(tmp_path: Path) -> None:
    model = Model(completion(REFUSED, usage=usage(MOST, 0)))
    report = await phraser(model, tmp_path, configured(max_tokens_per_run=MOST)).phrase(REPORT)
    assert len(model.requests) == 1
    assert fallbacks(report) == [f"{REFUSAL}; not repaired: {USED_UP}"]


@pytest.mark.parametrize("limit", [1.5, 2.5, 3.5])
async def test_calls_side_by_side_never_pass_the_limit(tmp_path: Path, limit: float) -> None:
    most = round(limit * MOST)
    model = Model(always=completion(REFUSED, usage=usage(MOST - 800, 800)), seconds=0.01)
    asked = phraser(model, tmp_path, configured(max_tokens_per_run=most, max_concurrent=4))
    await asked.phrase_all(list(busy_run().persons.reports.values()))
    assert 0 < told(asked)["tokens_of_run"] <= most
    assert told(asked)["sections_left_to_the_template"] > 0


async def test_a_call_waits_for_those_that_are_out_before_the_budget_is_called_used_up(tmp_path: Path) -> None:
    """All of them fit with what they take, and no two with the most that they may take."""
    model = Model(*(completion("x", finish="length", usage=usage(90, 10)) for _ in range(9)), seconds=0.01)
    asked = phraser(model, tmp_path, configured(max_tokens_per_run=2 * MOST - 1, max_concurrent=4))
    reports = list(busy_run().persons.reports.values())
    done = await asked.phrase_all(reports)
    assert len(reports) > 1
    assert len(model.requests) >= len(reports)
    assert USED_UP not in fallbacks(*done.values())


async def test_the_assets_of_a_run_share_its_budget_and_another_run_has_its_own(tmp_path: Path) -> None:
    settings = configured(max_tokens_per_run=MOST + 10)
    assert fallbacks(await phraser(Model(), tmp_path, settings, run="run-1").phrase(REPORT)) == []
    other = REPORT.model_copy(update={"title": "Another asset"})
    forget_answers(tmp_path)
    assert fallbacks(await phraser(Model(), tmp_path, settings, run="run-1").phrase(other)) == [USED_UP]
    assert fallbacks(await phraser(Model(), tmp_path, settings, run="run-2").phrase(other)) == []


def test_a_run_that_was_run_again_in_part_goes_on_with_the_budget_of_the_first() -> None:
    first = dg.DagsterRun(job_name="weekly_reports", run_id="first")
    again = dg.DagsterRun(job_name="weekly_reports", run_id="again", root_run_id="first", parent_run_id="between")
    assert run_of_budget(first) == run_of_budget(again) == "first"


def forget_answers(store: Path) -> None:
    for file in (store / "cache" / "llm").glob("*.json"):
        file.unlink()


@pytest.mark.parametrize("failure", [httpx2.Response(401), httpx2.Response(429), httpx2.Response(500)])
async def test_a_call_that_was_refused_costs_nothing(tmp_path: Path, failure: httpx2.Response) -> None:
    asked = phraser(Model(always=failure), tmp_path)
    await asked.phrase(REPORT)
    assert told(asked)["model_calls"] == 1
    assert WeekStore(str(tmp_path)).answers.spending("run-1") == Spending()


async def test_a_call_that_ran_out_of_time_counts_with_the_most_that_it_may_have_cost(tmp_path: Path) -> None:
    asked = phraser(Model(seconds=5), tmp_path, configured(deadline_seconds=0.05))
    await asked.phrase(REPORT)
    assert told(asked)["tokens_of_run"] == MOST
    assert told(asked)["tokens_are_estimated"] is True


async def test_a_call_that_was_broken_off_counts_too(tmp_path: Path) -> None:
    with anyio.move_on_after(0.05) as given_up:
        await phraser(Model(seconds=5), tmp_path).phrase(REPORT)
    assert given_up.cancelled_caught
    spent = WeekStore(str(tmp_path)).answers.spending("run-1")
    assert spent.used.total == MOST
    assert spent.reserved.total == 0


async def test_what_a_killed_process_had_out_still_counts(tmp_path: Path) -> None:
    """A process that dies in a call settles nothing; what it reserved stays."""
    most = Tokens(prompt=MOST, completion=0)
    WeekStore(str(tmp_path)).answers.change_spending("run-1", lambda spending: spending.reserving(most))
    report = await phraser(Model(), tmp_path, configured(max_tokens_per_run=2 * MOST - 1)).phrase(REPORT)
    assert fallbacks(report) == [USED_UP]
