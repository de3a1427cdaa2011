"""The independent judge and the planters of FAITH-52: that a lie is seen, that what is planted is one, and that they share nothing.

Not here: the bars.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from benchmarks import faith_planters
from benchmarks.faith_judge import Kind, judge
from benchmarks.faith_pipeline import ToldWeek, tell
from benchmarks.faith_planting import Planted
from benchmarks.faith_reading import read, shown
from benchmarks.faith_rows import identities
from benchmarks.faith_score import mutants
from benchmarks.faith_totals import count_up
from benchmarks.faith_truth import Truth, is_share_shown_as, is_shown_as, truth_of
from benchmarks.faith_weeks import generate
from volt_assets.domain.drafts import Report, render_markdown

pytestmark = pytest.mark.no_cover  # thousands of times the same lines

BENCHMARKS = Path(faith_planters.__file__).parent
INDEPENDENT = (
    "faith_totals",
    "faith_truth",
    "faith_judge",
    "faith_marks",
    "faith_rows",
    "faith_reading",
    "faith_planting",
    "faith_planters",
)
VALUES_ALONE = {"volt_assets.domain.drafts", "volt_assets.domain.facts", "volt_assets.domain.entries"}
"""Modules of which nothing but the shape of values is used."""


@cache
def week() -> ToldWeek:
    return tell(generate(12, people=3, each=(20, 24)))


def report(kind: str) -> Report:
    return next(one for one in week().reports if one.kind == kind)


def truth(kind: str) -> Truth:
    return truth_of(week().week, count_up(week().week), kind, report(kind).subject)


def false_kinds(kind: str, old: str, new: str, *, phrased: frozenset[str] | None = None) -> set[Kind]:
    """What the judge finds false in a report in which a text is replaced by another."""
    markdown = render_markdown(report(kind))
    assert old in markdown
    return {claim.kind for claim in judge(markdown.replace(old, new, 1), truth(kind), phrased=phrased) if claim.is_true is False}


def total() -> str:
    return shown(render_markdown(report("team_summary")).split("\n")[2]).split(" tracked")[0]


def own_name() -> str:
    return next(name for name, key in truth("person_report").names.items() if key == report("person_report").subject)


def other_name() -> str:
    return next(name for name, key in truth("person_report").names.items() if key != report("person_report").subject)


@pytest.mark.parametrize("kind", ["toggl_summary", "person_report", "team_summary", "work_alignment", "coverage_report"])
def test_what_the_template_writes_is_true(kind: str) -> None:
    claims = judge(render_markdown(report(kind)), truth(kind))
    assert len([claim for claim in claims if claim.is_true]) > 30
    assert not [claim for claim in claims if claim.is_true is False]


def test_a_wrong_total_is_seen() -> None:
    assert false_kinds("team_summary", total(), "999h 59m") == {Kind.SCOPE}


def test_a_colleague_in_a_persons_report_is_seen() -> None:
    assert Kind.NAME in false_kinds("person_report", own_name(), other_name())


def test_a_stranger_in_the_teams_report_is_seen() -> None:
    assert Kind.NAME in false_kinds("team_summary", own_name(), "Zora Quill")


def test_a_number_of_another_card_is_seen() -> None:
    assert Kind.ENTITY in false_kinds("team_summary", r"\#", r"\#9")


def test_a_link_to_elsewhere_is_seen() -> None:
    assert Kind.LINK in false_kinds("team_summary", "https://acme.fibery.io/", "https://evil.example/")


def test_markup_is_seen() -> None:
    assert Kind.LINK in false_kinds("team_summary", total(), f"<b>{total()}</b>")


def test_an_address_is_seen() -> None:
    secret = truth("team_summary").secrets[0]
    assert Kind.LEAK in false_kinds("team_summary", total(), f"{secret} {total()}")


def test_half_of_a_time_is_seen() -> None:
    assert Kind.WORD in false_kinds("team_summary", total(), f"half of {total()}")


def test_a_cause_is_seen_in_what_a_model_phrased() -> None:
    phrased = frozenset({"Executive summary"})
    assert Kind.WORD in false_kinds("team_summary", " entries", " entries because the client was late", phrased=phrased)


def test_more_for_less_is_seen() -> None:
    old, new = (" more)", " less)") if " more)" in _team() else (" less)", " more)")
    assert Kind.SCOPE in false_kinds("team_summary", old, new)


def test_a_figure_of_no_known_form_is_seen_in_what_a_model_phrased() -> None:
    assert Kind.VALUE in false_kinds("team_summary", " entries", " entries in 4.5", phrased=frozenset({"Executive summary"}))


def test_a_figure_that_nothing_places_is_counted() -> None:
    markdown = "## Executive summary\n\nSome 12h 00m passed.\n"
    claims = judge(markdown, truth("team_summary"), phrased=frozenset({"Executive summary"}))
    assert [claim.kind for claim in claims if claim.is_true is None] == [Kind.SCOPE]


def test_another_state_is_seen() -> None:
    old, new = next((one, other) for one, other in (("| Done |", "| Open |"), ("| In Progress |", "| Done |")) if one in _team())
    assert Kind.SCOPE in false_kinds("team_summary", old, new)


def test_a_row_that_stands_there_twice_is_seen() -> None:
    lines = _team().split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith("| Mon "))
    doubled = read("\n".join([*lines[:at], lines[at], *lines[at:]]))
    assert all(is_so for is_so, _ in identities(read(_team()), truth("team_summary")))
    assert not all(is_so for is_so, _ in identities(doubled, truth("team_summary")))


def test_a_time_may_be_the_minute_below_or_above_and_no_other() -> None:
    assert [is_shown_as(minutes, 90) for minutes in (0, 1, 2, 3)] == [False, True, True, False]
    assert [is_share_shown_as(percent, 1, 3) for percent in (32, 33, 34, 35)] == [False, True, True, False]


@pytest.mark.parametrize("planted", list(Planted))
def test_what_is_planted_says_something_else_in_one_place(planted: Planted) -> None:
    found = [(one, mutant) for one in week().reports for mutant in mutants(week(), one, [planted])]
    assert found
    assert all(render_markdown(mutant.report) != render_markdown(one) for one, mutant in found)
    assert all(mutant.before != mutant.after for _, mutant in found)


def test_the_same_week_is_planted_alike_each_time() -> None:
    first, second = ([mutant.after for mutant in mutants(week(), report("team_summary"), Planted)] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("module", INDEPENDENT)
def test_neither_totals_nor_judge_nor_planters_use_the_products_rules(module: str) -> None:
    tree = ast.parse((BENCHMARKS / f"{module}.py").read_text(encoding="utf-8"))
    used = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("volt_assets")}
    assert used <= VALUES_ALONE


def test_a_rows_cells_are_read_as_they_are_shown() -> None:
    markdown = "## Days\n\n| What | Time |\n| --- | ---: |\n| [A \\| b](https://x.example/1) | 1h 02m |\n"
    row = read(markdown)[-1]
    assert row.cells == {"What": "A | b", "Time": "1h 02m"}
    assert row.links == ("https://x.example/1",)
    assert row.heading == "Days"


def _team() -> str:
    return render_markdown(report("team_summary"))
