"""The result of a run as Markdown tables, for the terminal and for `docs/faithfulness.md`. Not here: running it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.faith_judge import Kind
from benchmarks.faith_planting import Planted
from benchmarks.faith_run import Faith, missed_bars
from benchmarks.faith_score import BARS
from benchmarks.faith_writers import WriterScore, fallback

NOTHING = "-"
KINDS = {"toggl_summary": "Toggl", "person_report": "person", "team_summary": "team"}


def parts(faith: Faith) -> dict[str, str]:
    """Everything that a run found, by what it is called in the document."""
    found = {
        "extent": extent(faith),
        "bars": bars(faith),
        "recall": recall_table(faith),
        "writers": writer_table(faith),
        "fallbacks": fallback_table(faith),
    }
    return {name: "\n".join(lines) for name, lines in found.items()}


def published(document: str, told: Mapping[str, str]) -> str:
    """The document with a run's parts between its marks. Raises ValueError for a part that has no place in it."""
    for name, text in told.items():
        place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)", re.DOTALL)
        if not place.search(document):
            raise ValueError(f"The document has no place for {name}: write <!-- {name} --> and <!-- end --> on lines of their own")
        document = place.sub(lambda _, text=text: text, document)  # type: ignore[misc]
    return document


def bars(faith: Faith) -> list[str]:
    """Which bars are missed, one a line."""
    return [f"- Bar missed: {one}." for one in missed_bars(faith)] or ["- All bars hold."]


def extent(faith: Faith) -> list[str]:
    """How much was run, and how many claims that is, one a line."""
    score, (beside, widest) = faith.score, faith.shown_beside
    return [
        f"- {faith.weeks} weeks, {faith.people} people in them, {faith.entries:,} entries, {len(faith.hazards)} of 16 hazards",
        f"- {score.reports} reports by the template, {score.sentences:,} sentences in them, as the checker counts",
        f"- {faith.seconds_compared:,} times compared with the second implementation to the second, {len(faith.differing)} differ; "
        f"{sum(faith.seconds_not_compared.values()):,} others it does not tell",
        f"- {len(faith.seconds_off):,} times are shown to the minute so that columns add up; {beside:,} of them, sums of many rows, are "
        f"more than a minute beside the exact time, {widest / 60:.1f} minutes at most",
        f"- C = {faith.claims:,} claims of the template judged, {faith.template.failures} false: at most {100 * faith.upper_bound:.4f} % "
        f"with 95 % certainty (3/C); {faith.template.not_judged:,} figures not judged",
        f"- {sum(score.planted.values()):,} planted errors, {sum(score.seen.values()):,} seen; {score.alarms} alarms on "
        f"{score.sentences:,} true sentences",
    ]


def recall_table(faith: Faith) -> list[str]:
    """The checker's recall per class."""
    rows = [(one.value, *_recall(faith, one)) for one in Planted]
    return _table(("planted error", "planted", "seen", "recall", "bar"), rows)


def writer_table(faith: Faith) -> list[str]:
    """What each writer's accepted text is worth."""
    columns = (
        "writer",
        "asked",
        "accepted",
        "reworded",
        "ungated",
        "value",
        "scope",
        "entity",
        "names",
        "unplaced",
        "hours",
        "identities",
        "leaks",
        "s",
        "tokens",
    )
    return _table(columns, [_writer_row(one) for one in faith.writers.values()])


def fallback_table(faith: Faith) -> list[str]:
    """How often the template had to stand in, per section."""
    sections = list(dict.fromkeys(section for one in faith.stubs.values() for section in one.asked))
    rows = [(name, *(_percent(fallback(one, section)) for section in sections)) for name, one in faith.stubs.items()]
    return _table(("fell back", *map(_section_name, sections)), rows)


def _section_name(section: str) -> str:
    kind, _, name = section.partition(" ")
    return f"{KINDS.get(kind, kind)}: {name.replace('_', ' ')}"


def _recall(faith: Faith, planted: Planted) -> tuple[str, ...]:
    score = faith.score
    bar = f"{BARS[planted]:.0%}".replace("%", " %") if planted in BARS else ""
    recall = _percent(score.recall(planted), digits=1) if score.planted[planted] else NOTHING
    return (str(score.planted[planted]), str(score.seen[planted]), recall, bar)


def _writer_row(one: WriterScore) -> tuple[str, ...]:
    asked, accepted = sum(one.asked.values()), sum(one.accepted.values())
    return (
        one.name,
        str(asked or NOTHING),
        str(accepted if asked else NOTHING),
        str(one.changed if asked else NOTHING),
        _percent(one.unchecked_false / one.unchecked if one.unchecked else None),
        *(
            _percent(one.precision(*kinds), digits=2)
            for kinds in ((Kind.VALUE, Kind.WORD), (Kind.SCOPE, Kind.STATE), (Kind.ENTITY, Kind.LINK))
        ),
        _percent(one.precision(Kind.NAME), digits=2),
        str(one.not_judged),
        _percent(one.named / one.hours if one.hours else None),
        str(one.identity_failures) if one.identities else NOTHING,
        str(one.false[Kind.LEAK]),
        f"{one.seconds:.0f}",
        f"{one.tokens:,}" if asked else NOTHING,
    )


def _percent(share: float | None, *, digits: int = 0) -> str:
    """A share in percent; never rounded up to all of it."""
    if share is None:
        return NOTHING
    shown = f"{100 * share:.{digits}f}"
    return "> 99.9 %" if share < 1 and float(shown) == 100 else f"{shown} %"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    lines = [_line(row, widths) for row in cells]
    return [lines[0], f"|{'|'.join(['-' * (widths[0] + 2), *('-' * (width + 1) + ':' for width in widths[1:])])}|", *lines[1:]]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(_set(cell, width, at) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))} |"


def _set(cell: str, width: int, at: int) -> str:
    return cell.rjust(width) if at else cell.ljust(width)


def misses(faith: Faith) -> Iterator[str]:
    """Each planted error that was not seen: class, week, place, what stood there, what stands there now."""
    for one in sorted(faith.score.missed, key=lambda missed: missed.mutant.planted):
        mutant = one.mutant
        yield f"{mutant.planted}: {one.week}, {mutant.where}\n  was: {mutant.before}\n  now: {mutant.after}"
