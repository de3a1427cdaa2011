"""A model's paid answers and what runs spent, as files: kept, forgotten, damaged. Not here: asking, judging."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from io_managers.files import write_bytes
from io_managers.model_answers import KeptAnswer
from io_managers.week_store import WeekStore
from tests.io_managers.conftest import Content
from tests.io_managers.test_damage import DAMAGED
from volt_assets.domain.model_calls import Spending, Tokens

FINGERPRINT = "0123456789abcdef" * 4
GREETING = KeptAnswer(text="Grüße an {f:p1}")
Contents = Callable[[str], Content]
SPENDER = """
import sys
from io_managers.week_store import WeekStore
from volt_assets.domain.model_calls import Tokens
one = Tokens(prompt=1)
for _ in range(10):
    WeekStore(sys.argv[1]).answers.change_spending("run-1", lambda spending: spending.reserving(one))
"""


def test_an_answer_that_was_never_paid_for_is_none(store: WeekStore) -> None:
    assert store.answers.read(FINGERPRINT) is None


def test_a_paid_answer_is_kept_for_every_later_run(store: WeekStore, contents: Contents) -> None:
    store.answers.keep(FINGERPRINT, GREETING)
    assert store.for_run("run-2").answers.read(FINGERPRINT) == GREETING
    assert list(contents("cache")) == [f"llm/{FINGERPRINT}.json"]


def test_an_answer_without_a_whole_text_is_kept_with_its_reason(store: WeekStore) -> None:
    cut = KeptAnswer(text="", unusable="the model stopped early (length)")
    store.answers.keep(FINGERPRINT, cut)
    assert store.answers.read(FINGERPRINT) == cut


def test_a_forgotten_answer_is_gone_and_can_be_forgotten_again(store: WeekStore, contents: Contents) -> None:
    store.answers.keep(FINGERPRINT, GREETING)
    store.answers.forget(FINGERPRINT)
    store.answers.forget(FINGERPRINT)
    assert store.answers.read(FINGERPRINT) is None
    assert contents("cache") == {}


@pytest.mark.parametrize("fingerprint", ["", "../../x", FINGERPRINT.upper(), FINGERPRINT[:-1], f"{FINGERPRINT}\n"])
def test_what_is_no_fingerprint_reaches_no_file(store: WeekStore, contents: Contents, fingerprint: str) -> None:
    with pytest.raises(ValueError, match="no fingerprint"):
        store.answers.read(fingerprint)
    with pytest.raises(ValueError, match="no fingerprint"):
        store.answers.keep(fingerprint, GREETING)
    with pytest.raises(ValueError, match="no fingerprint"):
        store.answers.forget(fingerprint)
    assert contents("") == {}


@pytest.mark.parametrize("content", [*DAMAGED, b"{}", b'{"text": 5}', b'{"text": null}'])
def test_a_damaged_answer_counts_as_none_and_is_replaced(store: WeekStore, root: str, content: bytes) -> None:
    file = UPath(root) / "cache" / "llm" / f"{FINGERPRINT}.json"
    write_bytes(file, content)
    assert store.answers.read(FINGERPRINT) is None
    store.answers.keep(FINGERPRINT, GREETING)
    assert store.answers.read(FINGERPRINT) == GREETING
    assert json.loads(file.read_bytes()) == {"text": "Grüße an {f:p1}"}


# What a run spent


def test_a_run_that_asked_nothing_has_spent_nothing_and_has_no_file(store: WeekStore, contents: Contents) -> None:
    assert store.answers.spending("run-1") == Spending()
    assert store.answers.change_spending("run-1", lambda _: None) is None
    assert contents("cache") == {}


def test_each_run_spends_for_itself_and_every_asset_of_it_adds_to_the_same(store: WeekStore) -> None:
    for run in ("run-1", "run-1", "run-2"):
        store.for_run("another-id").answers.change_spending(run, lambda spending: spending.settled(Tokens(), Tokens(prompt=10)))
    assert store.answers.spending("run-1").used.total == 20
    assert store.answers.spending("run-2").used.total == 10


def test_a_run_id_reaches_no_other_folder(store: WeekStore, contents: Contents) -> None:
    store.answers.change_spending("../../weeks/x", lambda _: Spending())
    assert list(contents("")) == ["cache/llm/runs/------weeks-x.json"]


@pytest.mark.parametrize("content", [*DAMAGED, b'{"used": {"prompt": -1000000}}', b'{"used": {"prompt": 1' + b"0" * 400 + b"}}"])
def test_a_damaged_sum_counts_as_none(store: WeekStore, root: str, content: bytes) -> None:
    write_bytes(UPath(root) / "cache" / "llm" / "runs" / "run-1.json", content)
    assert store.answers.spending("run-1") == Spending()


def test_two_processes_that_spend_at_once_lose_nothing(tmp_path: Path) -> None:
    spenders = [subprocess.Popen([sys.executable, "-c", SPENDER, str(tmp_path)]) for _ in range(2)]
    assert [spender.wait(60) for spender in spenders] == [0, 0]
    assert WeekStore(str(tmp_path)).answers.spending("run-1").reserved.prompt == 20
