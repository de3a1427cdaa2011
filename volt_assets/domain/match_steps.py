"""How reports tell what decided which entity time belongs to. Not here: deciding it, any one report."""

from collections.abc import Iterator, Mapping

from volt_assets.domain.chart_bars import Place, time_chart
from volt_assets.domain.charts import Bar, Chart
from volt_assets.domain.drafts import Section, Table
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.matching import MatchStep

STEP_WORDS: Mapping[MatchStep, str] = {
    MatchStep.LABELS: "number with labels",
    MatchStep.URL: "link",
    MatchStep.ALIAS: "confirmed in config/aliases.yaml",
    MatchStep.BARE_ID: "number alone, with a second signal",
    MatchStep.TITLE: "exact title",
    MatchStep.NONE: "nothing: no entity, or not certain which",
    MatchStep.UNASKED: "Fibery could not be asked",
}


def steps_section(book: FactBook, seconds_by_step: Mapping[str, int], *, section: str) -> Section:
    """A table of the hours by step; they add up to the week's total. Steps that decided nothing are left out."""
    steps = [step for step in STEP_WORDS if seconds_by_step[step.value]]
    total = sum(seconds_by_step.values())
    whole, times = book.duration(total, about("total")), [step_time(book, step, seconds_by_step) for step in steps]
    book.add_up(whole, times)
    shares = book.shares([seconds_by_step[step.value] for step in steps], total, [about(step.value) for step in steps])
    rows = [(STEP_WORDS[step], time, share) for step, time, share in zip(steps, times, shares, strict=True)]
    table = Table(columns=("What decided", "Time", "Share"), rows=tuple(rows), numeric=(1, 2))
    sentence = f"What decided which entity the {whole} belong to:"
    return Section(id=section, title="Hours by what decided the match", sentences=(sentence,), tables=(table,) if rows else ())


def steps_chart(book: FactBook, seconds_by_step: Mapping[str, int], *, section: str) -> Iterator[Chart]:
    """The same times as bars."""
    bars = [
        Bar(label=words, values=(step_time(book, step, seconds_by_step),))
        for step, words in STEP_WORDS.items()
        if seconds_by_step[step.value]
    ]
    return time_chart(Place("steps", section, "Time by what decided the match"), bars)


def step_time(book: FactBook, step: MatchStep, seconds_by_step: Mapping[str, int]) -> str:
    """What a step decided."""
    return book.duration(seconds_by_step[step.value], about(step.value))
