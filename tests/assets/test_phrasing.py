"""Sections phrased by a model: one repair, paid answers kept, refused ones asked for again on demand. Not here: the gate, the budget."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from io_managers.week_store import WeekStore
from resources.llm import fingerprint as recording_name
from tests.assets.models import REFUSAL, REFUSED, Model, Told, completion, configured, phraser, summary_alone
from tests.domain.builders import busy_run
from tests.resources.fakes import JumpingLoop
from volt_assets.assets.phrasing import Phraser
from volt_assets.domain.drafts import TEMPLATE, Report, Section, writer_note
from volt_assets.domain.phrasing import ANSWER_OPEN

pytestmark = pytest.mark.anyio
REPORT = summary_alone()
USAGE = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Time that jumps over every wait, such as the pauses before a repeat."""
    return "asyncio", {"loop_factory": JumpingLoop}


async def phrased(model: Callable[..., Any], store: Path, report: Report = REPORT, **changes: Any) -> tuple[Section, Phraser]:
    """The executive summary as it ends, and the phraser for what it tells."""
    asked = phraser(model, store, **changes)
    done = await asked.phrase(report)
    return next(section for section in done.sections if section.id == "executive_summary"), asked


def told(asked: Phraser) -> dict[str, Any]:
    return {name: value.value for name, value in asked.metadata().items()}


def ended(asked: Phraser) -> tuple[int, int, int]:
    """Sections phrased, of them repaired, and left to the template."""
    numbers = told(asked)
    return numbers["sections_phrased"], numbers["sections_repaired"], numbers["sections_left_to_the_template"]


# One repair


async def test_an_answer_that_is_accepted_takes_one_call(tmp_path: Path) -> None:
    model = Model()
    section, asked = await phrased(model, tmp_path)
    assert len(model.requests) == 1
    assert section.writer == "gpt-4.1-mini"
    assert ended(asked) == (1, 0, 0)


async def test_a_refused_answer_is_asked_for_once_more_with_its_errors_named(tmp_path: Path) -> None:
    model = Model(REFUSED)
    section, asked = await phrased(model, tmp_path)
    first, second = (request["messages"] for request in model.requests)
    assert second[0] == first[0]
    assert second[1]["content"].startswith(first[1]["content"])
    assert ANSWER_OPEN in second[1]["content"]
    assert '"problems": [' in second[1]["content"]
    assert section.writer == "gpt-4.1-mini"
    assert section.fallback is None
    assert ended(asked) == (1, 1, 0)


async def test_a_second_refused_answer_leaves_the_template_and_there_is_no_third(tmp_path: Path) -> None:
    model = Model(always=REFUSED)
    section, asked = await phrased(model, tmp_path)
    assert len(model.requests) == 2
    assert section.writer == TEMPLATE
    assert section.fallback == f"{REFUSAL}, after one repair"
    assert section.sentences == next(one for one in REPORT.sections if one.id == "executive_summary").sentences
    assert ended(asked) == (0, 0, 1)


async def test_a_repair_that_gets_no_answer_tells_both_reasons(tmp_path: Path) -> None:
    section, _ = await phrased(Model(REFUSED, always=httpx2.Response(404)), tmp_path)
    assert section.fallback == f"{REFUSAL}; not repaired: the server answered HTTP 404"


async def test_the_reason_stands_in_the_footer(tmp_path: Path) -> None:
    report = await phraser(Model(always=REFUSED), tmp_path).phrase(REPORT)
    assert f"the template's text was kept for 1 ({REFUSAL}, after one repair)" in writer_note(report)


# Every way in which there is no text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx2.Response(200, json={"error": {"message": "loading"}}), "something else than a chat completion"),
        (httpx2.Response(200, html="<html>Sign in</html>"), "something else than a chat completion"),
        (httpx2.Response(200, json={"choices": []}), "something else than a chat completion"),
        (httpx2.Response(200, json={"choices": None}), "something else than a chat completion"),
        (httpx2.Response(200, text='{"choices": [{"mess', headers={"Content-Type": "application/json"}), "no readable JSON"),
        (completion("cut", finish="length"), "raise llm.max_tokens"),
        (completion("", finish="content_filter"), "stopped early (content_filter)"),
        (completion("x", finish=None), "stopped early"),
        (completion("", finish="stop"), "with no text"),
        (completion(None, finish="tool_calls", tool_calls=[{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}]),
         "stopped early (tool_calls)"),
        (completion(None, tool_calls=[{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}]), "with no text"),
        (completion([{"type": "text", "text": "{}"}]), "with no text"),
        (completion(None, refusal="I can't help with P1."), "refused to write"),
        (completion("x" * 200_001), "more than 200000 characters"),
        (completion("I cannot help with that."), "not the JSON that was asked for"),
        (completion('{"sentences": [{"text": "cut'), "not the JSON that was asked for"),
        (completion('["sentences"]'), "not the JSON that was asked for"),
        *((httpx2.Response(status, json={"error": {"message": "no"}}), f"HTTP {status}")
          for status in (401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529)),
        (httpx2.Response(429, headers={"Retry-After": "121"}), "HTTP 429"),
    ],
)  # fmt: skip
async def test_whatever_comes_back_the_section_keeps_the_template_and_says_why(
    tmp_path: Path, answer: httpx2.Response, reason: str
) -> None:
    section, asked = await phrased(Model(always=answer), tmp_path)
    assert section.writer == TEMPLATE
    assert reason in (section.fallback or "")
    assert ended(asked) == (0, 0, 1)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [(httpx2.ReadTimeout("slow"), "no answer within"), (httpx2.ConnectError("connection refused"), "cannot be reached")],
)
async def test_a_server_that_does_not_answer_costs_no_report(tmp_path: Path, problem: Exception, reason: str) -> None:
    def away(_: httpx2.Request) -> httpx2.Response:
        raise problem

    section, _ = await phrased(away, tmp_path)
    assert reason in (section.fallback or "")


async def test_a_busy_server_that_says_when_is_asked_again_then(tmp_path: Path) -> None:
    section, asked = await phrased(Model(httpx2.Response(429, headers={"Retry-After": "0.01"})), tmp_path)
    assert section.fallback is None
    assert ended(asked) == (1, 0, 0)


GIVEN_UP = "not asked, as the server gave no answer 3 times in a row"


async def test_a_server_that_is_away_is_given_up_after_a_few_calls(tmp_path: Path) -> None:
    asked: list[httpx2.Request] = []

    def hangs(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        raise httpx2.ReadTimeout("slow")

    reports = [REPORT.model_copy(update={"subject": f"user:{number}", "title": str(number)}) for number in range(9)]
    done = await phraser(hangs, tmp_path, configured(max_concurrent=1, deadline_seconds=600)).phrase_all(reports)
    reasons = [reason for report in done.values() for reason in report.fallbacks]
    assert reasons == ["no answer within 600 s (llm.deadline_seconds)"] * 3 + [GIVEN_UP] * 6
    assert {request.headers["x-stainless-retry-count"] for request in asked} == {"0", "1", "2"}
    assert len(asked) == 9


async def test_a_server_that_answers_now_and_then_is_not_given_up(tmp_path: Path) -> None:
    sent = 0

    def limps(_: httpx2.Request) -> httpx2.Response:
        nonlocal sent
        sent += 1
        if sent % 7 == 0:
            return httpx2.Response(404)
        raise httpx2.ConnectError("connection refused")

    reports = [REPORT.model_copy(update={"subject": f"user:{number}"}) for number in range(9)]
    done = await phraser(limps, tmp_path, configured(max_concurrent=1)).phrase_all(reports)
    assert GIVEN_UP not in [reason for report in done.values() for reason in report.fallbacks]


# What is remembered


@pytest.mark.parametrize("answers", [[], [REFUSED], [REFUSED, REFUSED], [completion("cut", finish="length")]])
async def test_an_unchanged_report_asks_nothing_again_however_its_sections_ended(tmp_path: Path, answers: list[Told]) -> None:
    first, before = await phrased(Model(*answers), tmp_path)
    model = Model()
    again, asked = await phrased(model, tmp_path, run="run-2")
    assert model.requests == []
    assert again == first
    assert ended(asked) == ended(before)
    assert told(asked)["model_answers_from_cache"] == told(before)["model_calls"]
    assert told(asked)["tokens_of_run"] == 0


async def test_two_reports_that_ask_the_same_at_the_same_time_pay_once(tmp_path: Path) -> None:
    """Two people with as much time on the same look the same by pseudonym."""
    model = Model(seconds=1)
    asked = phraser(model, tmp_path)
    done = await asked.phrase_all([REPORT, REPORT.model_copy(update={"subject": "twin"})])

    assert len(model.requests) == 1
    assert done["team"].sections == done["twin"].sections
    assert (told(asked)["model_calls"], told(asked)["model_answers_from_cache"]) == (1, 1)


@pytest.mark.parametrize(
    "failure", [httpx2.Response(429), httpx2.Response(500), httpx2.Response(401), httpx2.Response(200, html="<html></html>")]
)
async def test_what_failed_without_a_paid_answer_is_asked_for_again_next_time(tmp_path: Path, failure: httpx2.Response) -> None:
    await phrased(Model(always=failure), tmp_path)
    section, asked = await phrased(Model(), tmp_path)
    assert section.fallback is None
    assert told(asked)["model_calls"] == 1


async def test_a_repair_that_failed_is_asked_for_again_without_paying_for_the_first_answer_twice(tmp_path: Path) -> None:
    await phrased(Model(REFUSED, always=httpx2.Response(503)), tmp_path)
    model = Model()
    section, asked = await phrased(model, tmp_path)
    assert [ANSWER_OPEN in request["messages"][1]["content"] for request in model.requests] == [True]
    assert section.fallback is None
    assert told(asked)["model_answers_from_cache"] == 1


@pytest.mark.parametrize("content", [b"", b'{"text": "cu', b"\xff\xfe", b"[]"])
async def test_a_damaged_answer_is_asked_for_again(tmp_path: Path, content: bytes) -> None:
    await phrased(Model(), tmp_path)
    (file,) = (tmp_path / "cache" / "llm").glob("*.json")
    file.write_bytes(content)
    model = Model()
    await phrased(model, tmp_path)
    assert len(model.requests) == 1
    assert json.loads(file.read_bytes())["text"]


@pytest.mark.parametrize("changes", [{"model": "other"}, {"temperature": 0.9}, {"max_tokens": 900}, {"base_url": "https://eu.example/v1"}])
async def test_another_model_or_parameter_asks_anew(tmp_path: Path, changes: dict[str, Any]) -> None:
    await phrased(Model(), tmp_path)
    model = Model()
    await phrased(model, tmp_path, settings=configured(**changes))
    assert len(model.requests) == 1


async def test_another_prompt_asks_anew(tmp_path: Path) -> None:
    await phrased(Model(), tmp_path)
    model, settings = Model(), configured()
    await phrased(model, tmp_path, settings=settings.model_copy(update={"prompts": {**settings.prompts, "toggl_summary": "Reword."}}))
    assert len(model.requests) == 1


async def test_another_way_of_asking_without_a_say_in_the_answer_asks_nothing(tmp_path: Path) -> None:
    await phrased(Model(), tmp_path)
    model = Model()
    settings = configured(base_url="https://key@llm.example/v1/", deadline_seconds=9, max_concurrent=1, max_tokens_per_run=10_000)
    await phrased(model, tmp_path, settings=settings)
    assert model.requests == []


async def test_recorded_answers_are_read_anew_each_time_and_cost_nothing(tmp_path: Path) -> None:
    folder, model = tmp_path / "recorded", Model()
    settings = configured(provider="replay", replay_folder=str(folder), max_tokens_per_run=0)
    missing, _ = await phrased(model, tmp_path, settings=settings)
    assert "no recorded answer" in (missing.fallback or "")
    await phrased(model, tmp_path)
    system, user = (message["content"] for message in model.requests[0]["messages"])
    (paid,) = (tmp_path / "cache" / "llm").glob("*.json")
    folder.mkdir()
    file = folder / f"{recording_name(settings.llm.model, system, user)}.json"
    file.write_bytes(paid.read_bytes())
    section, asked = await phrased(model, tmp_path, settings=settings, run="run-2")
    assert section.fallback is None
    assert (told(asked)["model_calls"], told(asked)["tokens_of_run"]) == (0, 0)
    file.write_text(json.dumps({"text": REFUSED}))
    again, _ = await phrased(model, tmp_path, settings=settings, run="run-2")
    assert REFUSAL in (again.fallback or "")
    assert len(model.requests) == 1


# Asking again


async def test_asking_again_forgets_both_answers_of_a_section_that_was_left_to_the_template(tmp_path: Path) -> None:
    await phrased(Model(always=REFUSED), tmp_path)
    model = Model()
    section, asked = await phrased(model, tmp_path, ask_again=True)
    assert [ANSWER_OPEN in request["messages"][1]["content"] for request in model.requests] == [False]
    assert section.fallback is None
    assert ended(asked) == (1, 0, 0)
    assert len(list((tmp_path / "cache" / "llm").glob("*.json"))) == 1


@pytest.mark.parametrize("answers", [[], [REFUSED]])
async def test_asking_again_leaves_a_section_alone_that_was_phrased_in_the_end(tmp_path: Path, answers: list[Told]) -> None:
    first, _ = await phrased(Model(*answers), tmp_path)
    model = Model()
    again, _ = await phrased(model, tmp_path, ask_again=True)
    assert model.requests == []
    assert again == first


async def test_asking_again_asks_for_a_cut_answer_too(tmp_path: Path) -> None:
    await phrased(Model(completion("cut", finish="length")), tmp_path)
    section, _ = await phrased(Model(), tmp_path, ask_again=True)
    assert section.fallback is None


async def test_asking_again_leaves_answers_of_other_requests_alone(tmp_path: Path) -> None:
    cache = WeekStore(str(tmp_path)).answers
    await phrased(Model(always=REFUSED), tmp_path, settings=configured(model="other"))
    names = {path.name for path in (tmp_path / "cache" / "llm").glob("*.json")}
    await phrased(Model(), tmp_path, ask_again=True)
    assert all(cache.read(name.removesuffix(".json")) for name in names)


# What it took


async def test_tokens_and_cost_are_told_and_answers_from_the_cache_cost_nothing(tmp_path: Path) -> None:
    settings = configured(prices={"gpt-4.1-mini": {"input_per_million": 2, "output_per_million": 10}}, currency="EUR")
    _, asked = await phrased(Model(completion(REFUSED, usage=USAGE), completion(REFUSED, usage=USAGE)), tmp_path, settings=settings)
    assert (told(asked)["prompt_tokens"], told(asked)["completion_tokens"]) == (2000, 400)
    assert told(asked)["tokens_are_estimated"] is False
    assert told(asked)["model_cost"] == told(asked)["model_cost_of_run"] == pytest.approx(0.008)
    assert told(asked)["model_limits"] == "2 in and 10 out EUR a million tokens; no limit for a run"
    _, later = await phrased(Model(), tmp_path, settings=settings, run="run-2")
    assert told(later)["model_cost"] == told(later)["prompt_tokens"] == told(later)["model_calls"] == 0


async def test_without_a_price_the_cost_is_unknown(tmp_path: Path) -> None:
    _, asked = await phrased(Model(), tmp_path)
    assert told(asked)["model_cost_unknown"] == told(asked)["model_cost_of_run_unknown"] == "cost unknown (no llm.prices for this model)"
    assert not {"model_cost", "model_cost_of_run"} & told(asked).keys()
    assert told(asked)["prompt_tokens"] > 0


async def test_the_figures_have_the_same_names_with_a_model_and_without_one(tmp_path: Path) -> None:
    settings = configured(prices={"gpt-4.1-mini": {"input_per_million": 2, "output_per_million": 10}})
    _, asked = await phrased(Model(), tmp_path, settings=settings)
    _, silent = await phrased(Model(), tmp_path, settings=settings, enabled=False)
    figures = {name for name, value in told(asked).items() if isinstance(value, int | float)}
    assert {name: value for name, value in told(silent).items() if isinstance(value, int | float)} == dict.fromkeys(figures, 0)
    assert told(asked)["model_cost"] > 0
    _, unpriced = await phrased(Model(), tmp_path, enabled=False)
    assert (told(unpriced)["model_cost"], told(unpriced)["model_cost_of_run"]) == (0, 0)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": True}, {"prompt_tokens": "9"}])
async def test_a_server_that_counts_nothing_is_estimated_and_marked(tmp_path: Path, usage: object) -> None:
    _, asked = await phrased(Model(completion(REFUSED, usage=usage), completion(REFUSED, usage=usage)), tmp_path)
    assert told(asked)["tokens_are_estimated"] is True
    assert told(asked)["prompt_tokens"] > 500


async def test_a_paid_answer_without_a_text_is_counted(tmp_path: Path) -> None:
    _, asked = await phrased(Model(completion("cut", finish="length", usage=USAGE)), tmp_path)
    assert told(asked)["tokens_of_run"] == 1200


async def test_each_person_s_report_has_a_row_without_their_address(tmp_path: Path) -> None:
    persons = busy_run().persons.reports
    asked = phraser(Model(), tmp_path)
    await asked.phrase_all(list(persons.values()))
    told_of = asked.metadata({key: number for number, key in enumerate(persons, start=7)})["model_by_report"].value
    rows = [record.data for record in told_of.records]  # type: ignore[union-attr]
    assert [row["report"] for row in rows] == [f"user:{7 + number}" for number in range(len(persons))]
    assert sum(int(row["calls"]) for row in rows) == told(asked)["model_calls"]
    assert "@" not in str(rows)


# Side by side


@pytest.mark.parametrize("limit", [1, 2])
async def test_no_more_calls_are_out_at_once_than_configured_across_people_and_sections(tmp_path: Path, limit: int) -> None:
    model = Model(seconds=0.01)
    asked = phraser(model, tmp_path, configured(max_concurrent=limit))
    await asked.phrase_all(list(busy_run().persons.reports.values()))
    assert len(model.requests) > limit
    assert model.most_at_once == limit
