"""Short Markdown for the Dagster UI: a report's first sentences, or a few lines of figures. Not here: reports, whole or as pages.

Below 1000 characters the UI shows Markdown in place, above only a link; a first-level heading runs over the lines below it
(`reference/dagster.md` section 6).
"""

from collections.abc import Iterable, Iterator, Mapping

import dagster as dg

from volt_assets.domain.drafts import Report, plain_text, render_without_links
from volt_assets.domain.escaping import markdown_text
from volt_assets.domain.facts import Fact

LONGEST = 900
_MORE = "…"
_SECTIONS = 2


def preview(report: Report) -> dg.MetadataValue:
    """The first prose of a report, in whole sentences; a sentence that is too long by itself is cut between words."""
    facts = {fact.id: fact for fact in report.facts}
    told = ""
    for separator, sentence in _sentences(report):
        shown = render_without_links(sentence, facts)
        longer = f"{told}{separator}{shown}" if told else shown
        if len(longer) > LONGEST:
            return dg.MetadataValue.md(f"{told} {_MORE}" if told else _cut(sentence, facts))
        told = longer
    return dg.MetadataValue.md(told)


def lines(first: str, points: Iterable[str] = ()) -> dg.MetadataValue:
    """A sentence of an asset's own figures, and a list of points. For text that code wrote: nothing in it is escaped."""
    told = first
    for number, point in enumerate(points):
        longer = f"{told}{chr(10) if number else chr(10) * 2}- {point}"
        if len(longer) > LONGEST:
            return dg.MetadataValue.md(f"{told}\n- {_MORE}")
        told = longer
    return dg.MetadataValue.md(told)


def _sentences(report: Report) -> Iterator[tuple[str, str]]:
    """The slot texts of the first sections, each with what stands between it and the text before: a list begins with a bullet."""
    for section in report.sections[:_SECTIONS]:
        for number, sentence in enumerate(section.sentences):
            yield " " if number else "\n\n", sentence
        for number, bullet in enumerate(section.bullets):
            yield "\n" if number else "\n\n", f"- {bullet}"


def _cut(sentence: str, facts: Mapping[str, Fact]) -> str:
    """As much of a sentence as fits. It is escaped after the cut, which so cannot fall between a mark and its escape."""
    text = plain_text(sentence, facts)[:LONGEST]
    while len(markdown_text(text)) > LONGEST:
        text = text[: -(len(text) // 10 + 1)]
    whole_words = text.rpartition(" ")[0]
    return f"{markdown_text(whole_words or text)} {_MORE}"
