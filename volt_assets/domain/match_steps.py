"""How reports tell what decided which entity time belongs to. Not here: deciding it, any one report."""

from collections.abc import Mapping

from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.matching import MatchStep

STEP_WORDS: Mapping[MatchStep, str] = {
    MatchStep.LABELS: "number with labels",
    MatchStep.URL: "link",
    MatchStep.ALIAS: "confirmed in config/aliases.yaml",
    MatchStep.BARE_ID: "number alone, with a second signal",
    MatchStep.TITLE: "exact title",
    MatchStep.NONE: "no entity in Fibery",
}


def steps_section(book: FactBook, seconds_by_step: Mapping[str, int], *, section: str) -> Section:
    """A table of the hours by step; they add up to the week's total. Steps that decided nothing are left out."""
    total = sum(seconds_by_step.values())
    rows = [
        (words, book.duration(seconds_by_step[step.value], step.value), book.share(seconds_by_step[step.value], total, step.value))
        for step, words in STEP_WORDS.items()
        if seconds_by_step[step.value]
    ]
    table = Table(columns=("What decided", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))
    sentence = f"What decided which entity the {book.duration(total, about('total'))} belong to:"
    return Section(id=section, title="Hours by what decided the match", sentences=(sentence,), tables=(table,) if rows else ())
