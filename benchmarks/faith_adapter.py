"""The one place that knows how Volt asks a model and what becomes of its answer. Not here: the stub models, judging what was accepted.

The real path is `phrasing_request` -> model -> `read_phrasing` -> `grounded` -> `rephrased`, section by section.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.faith_cast import HOSTS
from volt_assets.domain.drafts import Report, Section
from volt_assets.domain.grounding import grounded
from volt_assets.domain.phrasing import Phrasing, PhrasingRequest, phrasing_request, prompt_for, read_phrasing, repair_request, rephrased
from volt_assets.domain.pseudonyms import Privacy

OPENS, CLOSES = "<<<FACTS", "FACTS>>>"
MODEL = "stub"
PROMPTS = Path(__file__).resolve().parent.parent / "config" / "prompts"
CHARACTERS_IN_TOKEN = 4
ROUNDS = 2
"""A refused answer is asked for once more, with its errors named."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a model is given: the block's JSON. `facts` are rows with `id`, `kind` and `shown`, `sentences` have a `text` of slots."""

    block: dict[str, Any]

    @property
    def facts(self) -> list[dict[str, Any]]:
        return list(self.block.get("facts", []))

    @property
    def sentences(self) -> list[str]:
        return [str(one["text"]) for one in self.block.get("sentences", [])]

    def of(self, *kinds: str) -> list[str]:
        """The slots of the facts of these kinds."""
        return [f"{{f:{fact['id']}}}" for fact in self.facts if fact.get("kind") in kinds]

    def shown(self, slot: str) -> str:
        """What a slot shows, as far as the model is told."""
        return next((str(fact.get("shown", "")) for fact in self.facts if f"{{f:{fact['id']}}}" == slot), "")


Write = Callable[[Sheet, random.Random], str]
"""An answer to a sheet, as a model sends it. Raises TimeoutError where none comes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one section: the answer was accepted, or why not. `told` is what the model was sent, `said` what it answered."""

    section: str
    title: str
    refusal: str | None
    told: str
    said: str
    is_changed: bool

    @property
    def is_accepted(self) -> bool:
        return self.refusal is None


def rewrite(report: Report, write: Write, chance: random.Random) -> tuple[Report, tuple[Outcome, ...]]:
    """The report as this model may phrase it, and what became of each section that it was asked about."""
    sections, outcomes = [], []
    for section in report.sections:
        if not section.phrasable:
            sections.append(section)
            continue
        phrased, outcome = _section(report, section, write, chance)
        sections.append(phrased)
        outcomes.append(outcome)
    return report.model_copy(update={"sections": tuple(sections)}), tuple(outcomes)


def ungated(section: Section, said: str) -> Section | None:
    """The section as the answer would have it if nobody checked; None where it is no answer of the agreed shape."""
    try:
        told = tuple(str(one["text"]) for one in json.loads(said)["sentences"])
    except (ValueError, KeyError, TypeError):
        return None
    return section.model_copy(update={"sentences": told})


@cache
def prompts() -> dict[str, str]:
    """The prompts as they are configured, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(PROMPTS.glob("*.md"))}


def _section(report: Report, section: Section, write: Write, chance: random.Random) -> tuple[Section, Outcome]:
    request, told, said, phrasing = _request(report, section), "", "", Phrasing(refusal="nobody asked")
    for _ in range(ROUNDS):
        told += request.system + request.user
        try:
            said = write(_sheet(request), chance)
        except TimeoutError as error:
            phrasing = Phrasing(refusal=str(error))
            break
        phrasing = grounded(report, section, read_phrasing(report, section, said), HOSTS)
        if not phrasing.refusal:
            break
        request = repair_request(request, said, phrasing.problems)
    phrased = rephrased(section, phrasing, MODEL)
    is_changed = phrased.sentences != section.sentences
    return phrased, Outcome(section.id, section.title, phrasing.refusal, told, said, is_changed)


def _request(report: Report, section: Section) -> PhrasingRequest:
    return phrasing_request(report, section, prompt_for(prompts(), report, section), Privacy(pseudonyms=True))


def _sheet(request: PhrasingRequest) -> Sheet:
    block = request.user.split(OPENS, 1)[1].split(CLOSES, 1)[0]
    return Sheet(json.loads(block))
