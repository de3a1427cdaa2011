"""A report as a file beside its Markdown, to follow each figure by: facts, what they are made of, entries. Not here: what it says.

A figure has its entries in `entry_ids`, or is made of the facts in `made_of`, which lead to entries in the end. What rests on no entry of
this week has neither: limits, estimates, the week before, counts of what is hidden. People are named by the fact that has their name.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from volt_assets.domain.charts import Chart
from volt_assets.domain.drafts import TEMPLATE, Report, Section, plain_text
from volt_assets.domain.facts import SLOT, TIMES, Fact, FactKind, Subject

_COUNTED_IN = {
    "Fibery entities": "found entities",
    "Fibery entity": "found entities",
    "other activities": "other activities",
    "activities": "other activities",
}
_OF = ("entries of ", "people of ", "entities of ")
_WHOLE = ("time", "total")
_RESTS_ON = {"with all below, so far": "with all below", "so far": "time", "of the estimate": "with all below, so far"}
_compact = json.JSONEncoder(ensure_ascii=False).encode


def figures_file(markdown: str) -> str:
    """The name of the file beside a Markdown file."""
    return f"{markdown.removesuffix('.md')}.json"


def report_json(report: Report) -> str:
    """The report with all that its figures rest on, as JSON in a stable order: a line for each fact, sentence, row and bar.

    Every value on a line of its own is six times slower, and 64 MB for a week of 62,500 entries.
    """
    return f"{_laid_out(report_document(report), '')}\n"


def report_document(report: Report) -> dict[str, Any]:
    """The same as plain values. Nothing in it is more than the report shows, but ids and exact values."""
    facts = {fact.id: fact for fact in report.facts}
    writers = sorted({section.writer for section in report.sections} - {TEMPLATE})
    return {
        "week": report.week.isoformat(),
        "report": report.kind,
        "title": plain_text(report.title, facts),
        "writers": [TEMPLATE, *writers],
        "sources": report.sources.model_dump(mode="json"),
        "sections": [_section(section, facts) for section in report.sections],
        "charts": [_chart(chart, facts) for chart in report.charts],
        "notes": [_told(note, facts) for note in report.notes],
        "facts": _facts(report),
    }


def _laid_out(value: Any, margin: str, *, as_row: bool = False) -> str:
    """JSON with line breaks down to facts, sentences, rows and bars, and none within these."""
    inner = f"{margin}  "
    if isinstance(value, dict) and not value.keys() & {"text", "entry_ids"}:
        return _bracketed(
            ("{", "}"), [f"{_compact(key)}: {_laid_out(one, inner, as_row=key in ('rows', 'bars'))}" for key, one in value.items()], margin
        )
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return _bracketed(("[", "]"), [_compact(one) if as_row else _laid_out(one, inner) for one in value], margin)
    return _compact(value)


def _bracketed(brackets: tuple[str, str], lines: Iterable[str], margin: str) -> str:
    opening, closing = brackets
    inside = ",\n".join(f"{margin}  {line}" for line in lines)
    return f"{opening}\n{inside}\n{margin}{closing}"


def _section(section: Section, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "id": section.id.partition(".")[0] if "@" in section.id else section.id,
        "title": plain_text(section.title, facts),
        "writer": section.writer,
        "fallback": section.fallback,
        "sentences": [_told(sentence, facts) for sentence in section.sentences],
        "bullets": [_told(bullet, facts) for bullet in section.bullets],
        "tables": [
            {"columns": list(table.columns), "rows": [[_told(cell, facts) for cell in row] for row in table.rows]}
            for table in section.tables
        ],
    }


def _chart(chart: Chart, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "id": chart.id,
        "section": chart.section,
        "title": chart.title,
        "series": list(chart.series),
        "layout": chart.layout.value,
        "bars": [
            {
                "label": _told(bar.label, facts),
                "values": [_told(value, facts) for value in bar.values],
                "whole": _told(bar.whole, facts),
            }
            for bar in chart.bars
        ],
    }


def _told(text: str, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """A sentence or cell as shown, with the facts it rests on."""
    return {"text": plain_text(text, facts), "facts": list(dict.fromkeys(SLOT.findall(text)))}


def _facts(report: Report) -> dict[str, Any]:
    parts, people = made_of(report), _people(report.facts)
    return {fact.id: _fact(fact, parts.get(fact.id, ()), people) for fact in report.facts}


def _fact(fact: Fact, parts: Iterable[str], people: Mapping[str, str]) -> dict[str, Any]:
    told = fact.subject
    about = {"what": told.what, "person": people.get(told.person or ""), "entity": told.entity, "project": told.project}
    return {
        "kind": fact.kind.value,
        "value": fact.value,
        "unit": fact.unit,
        "display": fact.display,
        "about": {name: value for name, value in about.items() if value is not None},
        "link": fact.url,
        "entry_ids": list(fact.entry_ids),
        "made_of": list(parts),
    }


def _people(facts: Iterable[Fact]) -> dict[str, str]:
    """How people are named: by the fact that has their name, for no file beside a report shows an address."""
    named: dict[str, str] = {}
    nameless: dict[str, str] = {}
    for fact in facts:
        key = fact.subject.person or ""
        if fact.kind is FactKind.PERSON or fact.subject.what == "name":
            named.setdefault(key, fact.id)
        elif key.startswith("user:"):
            nameless.setdefault(key, key)
    return {**nameless, **named}


def made_of(report: Report) -> dict[str, tuple[str, ...]]:
    """The facts that each fact without entries of its own is made of: of a sum the parts, of a share or count the time it is of."""
    by_subject: dict[Subject, str] = {}
    for fact in report.facts:
        if fact.kind in TIMES:
            by_subject.setdefault(fact.subject, fact.id)
    growths = _growths(report)
    found = {fact.id: of for fact in report.facts if not fact.entry_ids and (of := _time_of(fact, by_subject))}
    for one in reversed(report.sums):
        if not growths.keys() & one.parts:  # the week before is not made of this one and what it is less by
            found[one.whole] = one.parts
    return {**found, **growths}


def _growths(report: Report) -> dict[str, tuple[str, ...]]:
    """What a change lies between: the sum that it is part of, and the rest of that."""
    growths = {fact.id for fact in report.facts if fact.kind is FactKind.GROWTH}
    between: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for one in report.sums:
        for part in growths.intersection(one.parts):
            between[part] = (one.whole, *(other for other in one.parts if other != part))
    return between


def _time_of(fact: Fact, times: Mapping[Subject, str]) -> tuple[str, ...]:
    """The time that a share, a count or a change tells of; of a time with that of earlier weeks, this week's part."""
    told = fact.subject
    if fact.kind is FactKind.GROWTH or told.what in _RESTS_ON:
        name = _RESTS_ON.get(told.what) or ("time" if told.project is None else "project")
        this_week = times.get(told.model_copy(update={"what": name}))
        return (this_week,) if this_week else ()
    if fact.kind not in {FactKind.SHARE, FactKind.COUNT}:
        return ()
    thing = next((told.what.removeprefix(start) for start in _OF if told.what.startswith(start)), None)
    names = [told.what] if thing is None else [f"activity {thing}", f"type {thing}", thing]
    if fact.kind is FactKind.COUNT:
        names += [_COUNTED_IN.get(told.what, ""), *_WHOLE]
    found = (times.get(told.model_copy(update={"what": name})) for name in names)
    return next(((one,) for one in found if one), ())
