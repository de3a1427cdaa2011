"""A report before it is a file: sections of slot texts over facts, and their Markdown. Not here: what any report says."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from volt_assets.domain.charts import Chart
from volt_assets.domain.escaping import code_block, markdown_link, markdown_text
from volt_assets.domain.facts import SLOT, Account, Fact, FactBook, about
from volt_assets.domain.rounding import Sum
from volt_assets.domain.sources import Sources
from volt_assets.domain.values import Value
from volt_assets.domain.wording import reworded

TEMPLATE = "template"
Facts = Mapping[str, Fact]
Shown = Callable[[Fact], str]
"""How a fact stands in Markdown."""
_NAMED = 3


class Table(Value):
    """Rows of slot texts under headings that code wrote. `numeric` columns, by index, are set to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


class Section(Value):
    """A part of a report. `phrasable` sentences may be reworded by a model; `writer` says who wrote what stands there.

    One without a title has no heading: it opens the report. `fallback` is the reason why the template's text stands although a model
    was asked. `code` is text to paste, shown as it is.
    """

    id: str
    title: str
    level: int = 2
    sentences: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    code: str = ""
    phrasable: bool = False
    writer: str = TEMPLATE
    fallback: str | None = None


class Report(Value):
    """One report: slot texts, the facts they stand for, which of them add up or make 100 %, and the rows that account for all its time."""

    week: date
    kind: str
    title: str
    subject: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    facts: tuple[Fact, ...]
    sums: tuple[Sum, ...]
    shares: tuple[tuple[str, ...], ...]
    accounts: tuple[Account, ...]
    sources: Sources = Sources()
    charts: tuple[Chart, ...] = ()

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """The reasons of the sections for which a model was asked in vain."""
        return tuple(section.fallback for section in self.sections if section.fallback)


def build_report(
    book: FactBook,
    *,
    week: date,
    kind: str,
    title: str,
    subject: str,
    sections: Iterable[Section],
    notes: Iterable[str],
    sources: Sources | None = None,
    charts: Iterable[Chart] = (),
) -> Report:
    """A report over the facts that were collected while its sections were written, in the words of this week and subject.

    `charts` that are made as they are asked for take their facts last, so that the ids of all others are as they would be without them.
    """
    seed = f"{week}|{kind}|{subject}"
    parts = tuple(_worded(section, seed) for section in sections if section.sentences or section.bullets or section.tables)
    footer = (*notes, *_hidden_note(book))
    drawn = tuple(charts)
    return Report(
        week=week,
        kind=kind,
        title=title,
        subject=subject,
        sections=parts,
        notes=footer,
        facts=book.facts,
        sums=book.sums,
        shares=book.shares_of_wholes,
        accounts=book.accounts,
        sources=sources or Sources(),
        charts=drawn,
    )


def render_markdown(report: Report) -> str:
    """The report as Markdown. Everything that came from outside is escaped; only code makes links."""
    facts = {fact.id: fact for fact in report.facts}
    blocks = [title_markdown(report, facts), *(section_markdown(section, facts) for section in report.sections)]
    return "\n\n".join([*blocks, notes_markdown(report, facts)]) + "\n"


def title_markdown(report: Report, facts: Facts) -> str:
    """The report's first heading."""
    return f"# {render_text(report.title, facts)}"


def section_markdown(section: Section, facts: Facts, shown: Shown | None = None) -> str:
    """A section with its heading; `shown` says how a fact stands in it, where not as in every report."""
    return "\n\n".join(_section_blocks(section, facts, shown or fact_markdown))


def notes_markdown(report: Report, facts: Facts, shown: Shown | None = None) -> str:
    """The footnotes under their rule, with who wrote the prose."""
    notes = (*report.notes, writer_note(report))
    return "\n\n".join(["---", *(f"*{render_text(note, facts, shown)}*" for note in notes)])


def render_text(text: str, facts: Facts, shown: Shown | None = None) -> str:
    """A slot text as Markdown. Raises KeyError for a slot without a fact."""
    how = shown or fact_markdown
    return SLOT.sub(lambda slot: how(facts[slot[1]]), text)


def fact_markdown(fact: Fact) -> str:
    """A fact as every report shows it: linked where its address is known."""
    return markdown_link(fact.display, fact.url) if fact.url else markdown_text(fact.display)


def render_without_links(text: str, facts: Facts) -> str:
    """A slot text as Markdown without any link."""
    return SLOT.sub(lambda slot: markdown_text(facts[slot[1]].display), text)


def plain_text(text: str, facts: Facts) -> str:
    """A slot text with the facts' display forms, unescaped: for sinks that escape themselves."""
    return SLOT.sub(lambda slot: facts[slot[1]].display, text)


def writer_note(report: Report) -> str:
    """Who wrote the prose, and how often the template had to stand in."""
    writers = sorted({section.writer for section in report.sections} - {TEMPLATE})
    if not writers and not report.fallbacks:
        return "Written by Volt's own templates; no language model was used."
    by_model = sum(1 for section in report.sections if section.writer != TEMPLATE)
    who = (
        f"{', '.join(markdown_text(writer) for writer in writers)} phrased {by_model} of the sections"
        if writers
        else "No section was phrased by a model"
    )
    reasons = "; ".join(sorted({markdown_text(reason) for reason in report.fallbacks}))
    kept = f"; the template's text was kept for {len(report.fallbacks)} ({reasons})" if report.fallbacks else ""
    return f"Figures, names and links come from the data. {who}{kept}."


def _worded(section: Section, seed: str) -> Section:
    return section.model_copy(update={"sentences": tuple(reworded(sentence, seed) for sentence in section.sentences)})


def _hidden_note(book: FactBook) -> tuple[str, ...]:
    if not book.hidden:
        return ()
    texts = book.count(book.hidden, about("texts with hidden secrets"))
    named = [book.text(name, about("entity with a secret", entity=name)) for name in book.hidden_in[:_NAMED]]
    where = f"; look at {', '.join(named)}" if named else ""
    return (f"Something that looks like a secret is hidden in {texts} of the texts above{where}.",)


def _section_blocks(section: Section, facts: Facts, shown: Shown) -> list[str]:
    blocks = [f"{'#' * section.level} {render_text(section.title, facts)}"] if section.title else []
    if section.sentences:
        blocks.append(" ".join(render_text(sentence, facts, shown) for sentence in section.sentences))
    if section.bullets:
        blocks.append("\n".join(f"- {render_text(bullet, facts, shown)}" for bullet in section.bullets))
    blocks += [_table(table, facts, shown) for table in section.tables]
    return [*blocks, *([code_block(section.code)] if section.code else [])]


def _table(table: Table, facts: Facts, shown: Shown) -> str:
    rules = ["---:" if index in table.numeric else "---" for index in range(len(table.columns))]
    rows = [[render_text(cell, facts, shown) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [list(table.columns), rules, *rows])
