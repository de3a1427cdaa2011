"""Charts of the week's entities: time by type, and estimates beside what was taken. Not here: their tables, charts of people and weeks."""

from collections.abc import Iterable, Iterator, Sequence

from volt_assets.domain.chart_bars import MOST_BARS, Measured, Place, bars_of, time_chart
from volt_assets.domain.charts import Bar, Chart, Layout
from volt_assets.domain.context_report import estimate_time, estimated, is_everybodys, time_so_far
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.joining import EnrichedData, EntityTime
from volt_assets.domain.report_parts import OTHER_ACTIVITIES, entity_label


def type_chart(
    book: FactBook, types: Sequence[tuple[str, str, int]], other: tuple[str, int], section: str, person: str | None = None
) -> Iterator[Chart]:
    """Time by type of entity, with its name, slot and seconds, and on `other` activities; nothing where no time is on entities."""
    measured = [Measured(book.text(name, about("entity type")), time, seconds) for name, time, seconds in types]
    bars = bars_of(book, measured, "types", person=person, most=MOST_BARS - 1)
    if bars:
        rest = Measured(book.text(OTHER_ACTIVITIES, about("entity type")), *other)
        yield from time_chart(Place("types", section, "Time by type of entity"), (*bars, *([rest.bar] if rest.seconds else [])))


def estimate_chart(book: FactBook, data: EnrichedData, entities: Iterable[EntityTime], section: str) -> Iterator[Chart]:
    """Each estimate beside what its entity took so far; of many those with the most time this week.

    What is below one of them may be another of them, so the times of all others make no sum.
    """
    bars = tuple(
        Bar(
            label=entity_label(book, entity.name, entity.key, entity.url),
            values=(estimate_time(book, entity, seconds), time_so_far(book, entity)),
        )
        for entity, seconds in estimated(entities)[:MOST_BARS]
    )
    title = f"Estimate and actual{' by everybody' if is_everybodys(data) else ''}"
    if bars:
        yield Chart(id="estimates", section=section, title=title, series=("Estimate", "So far"), bars=bars, layout=Layout.BESIDE)
