"""The short FAITH-52: the bars of the full one on a few of its weeks, and that the published document is of such a run."""

import re
from functools import cache
from pathlib import Path

import pytest

from benchmarks.faith_hazards import Hazard
from benchmarks.faith_planting import Planted
from benchmarks.faith_run import Faith, missed_bars, run
from benchmarks.faith_score import BARS, MOST_FALSE_ALARMS
from benchmarks.faith_stubs import WRITERS
from benchmarks.faith_table import parts, published
from benchmarks.faith_weeks import WEEKS, fixed_weeks, generated_weeks

pytestmark = pytest.mark.no_cover  # thousands of times the same lines

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "faithfulness.md"
SHORT_WEEKS, ERRORS = 3, 6


@cache
def short() -> Faith:
    return run([*generated_weeks(SHORT_WEEKS), *fixed_weeks(large=12)[:-1]], errors=ERRORS)


def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def told(pattern: str) -> int:
    """A number in the document."""
    found = re.search(pattern, document())
    assert found, pattern
    return int(found[1].replace(",", ""))


def test_the_second_implementation_agrees_to_the_second() -> None:
    assert short().seconds_compared > 3_000
    assert not short().differing


def test_the_default_writer_says_nothing_false() -> None:
    assert short().template.claims > 5_000
    assert not short().template.examples
    assert short().template.failures == 0


def test_all_hours_on_entities_are_on_one_that_the_report_names() -> None:
    assert short().template.named == short().template.hours > 0


@pytest.mark.parametrize("planted", sorted(BARS))
def test_planted_errors_are_seen(planted: Planted) -> None:
    score = short().score
    assert score.planted[planted] >= 10
    assert score.recall(planted) >= BARS[planted], [one.mutant for one in score.missed if one.mutant.planted is planted]


def test_hundreds_of_errors_of_every_class_are_planted() -> None:
    assert sum(short().score.planted.values()) >= 200
    assert set(short().score.planted) == set(Planted)


def test_what_is_true_alarms_nobody() -> None:
    assert short().score.sentences > 2_000
    assert short().score.false_alarms <= MOST_FALSE_ALARMS


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_what_is_accepted_of_a_stub_model_is_true(writer: str) -> None:
    stub = short().writers[writer]
    assert sum(stub.asked.values()) > 20
    assert not stub.examples
    assert stub.failures == 0


def test_a_faithful_model_is_mostly_accepted() -> None:
    stub = short().writers["faithful"]
    assert sum(stub.accepted.values()) > sum(stub.asked.values()) / 2
    assert stub.changed


def test_a_missed_bar_is_told() -> None:
    faith = Faith(writers=run([]).writers)
    faith.score.planted[Planted.STATE], faith.score.seen[Planted.STATE] = 100, 94
    faith.score.sentences, faith.score.alarms = 1_000, 6
    faith.template.identity_failures = 1
    faith.differing.append("a total")
    text = "\n".join(missed_bars(faith))
    assert "recall of state is 94.0%, less than 95%" in text
    assert "0.60% of true sentences alarm" in text
    assert "the template says 1 false things" in text
    assert "1 totals differ" in text
    assert "no value error was planted" in text


def test_the_tables_name_every_class_and_writer() -> None:
    printed = "\n".join(parts(short()).values())
    assert all(f"| {name} " in printed for name in (*Planted, *WRITERS, "template"))


# The document


def test_the_document_is_of_all_weeks_and_hazards() -> None:
    assert told(r"- (\d+) weeks, ") == WEEKS + len(fixed_weeks(large=12))
    assert told(r"(\d+) of 16 hazards") == len(Hazard)
    assert "python -m benchmarks.faith" in document()


def test_the_document_has_the_rows_of_a_run() -> None:
    rows = set(re.findall(r"^\| ([^|]+?) +\|", document(), re.MULTILINE))
    assert rows >= {*Planted, *WRITERS, "template"}


def test_the_documents_sums_are_those_of_its_rows() -> None:
    rows = re.findall(r"^\| ([^|]+?) +\| +(\d+) \| +(\d+) \| +(?:([\d.]+) %|-) \| +(?:\d+ %)? *\|$", document(), re.MULTILINE)
    assert [name for name, *_ in rows] == [one.value for one in Planted]
    assert sum(int(planted) for _, planted, *_ in rows) == told(r"- ([\d,]+) planted errors") >= 2_000
    assert sum(int(seen) for _, _, seen, _ in rows) == told(r"planted errors, ([\d,]+) seen")
    assert all(f"{100 * int(seen) / int(planted):.1f}" == recall for _, planted, seen, recall in rows)


def test_the_document_has_a_place_for_every_part_of_a_run() -> None:
    told = parts(short())
    assert all(text in published(document(), told) for text in told.values())


def test_a_part_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for weather"):
        published(document(), {"weather": "fine"})


def test_the_documents_bound_is_three_by_its_claims() -> None:
    bound = re.search(r"at most ([\d.]+) %", document())
    claims = told(r"C = ([\d,]+) claims")
    assert bound
    assert f"{300 / claims:.4f}" == bound[1]
