"""What the rows of a report's tables claim, by their columns, and whether columns add up as shown. Not here: sentences, bullets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.faith_marks import marked, minutes_of, percent_of
from benchmarks.faith_reading import Line
from benchmarks.faith_truth import Truth, is_share_shown_as

Judged = tuple[bool | None, str]
Asked = tuple[str, str | None, str | None, str | None]
_OF_A_PERSON = {"Total": "total", "On entities": "on entities", "Other": "other activities", "Billable": "billable"}
_STEPS = {
    "number with labels": "labels",
    "link": "url",
    "exact title": "title",
    "nothing: no entity, or not certain which": "none",
}
_ALL = 100


def row_claims(line: Line, truth: Truth) -> Iterator[Judged]:
    """Each figure and state of a row, with what it says; None where these columns are not known."""
    cells = line.cells
    person = truth.names.get(cells.get("Person", "")) or truth.person or truth.names.get(line.heading)
    entity = next(iter(marked(cells.get("Entity", cells.get("Feature", "")), truth).found["E"]), None)
    for column, cell in cells.items():
        claim = f"{column}: {cell} in {line.text[:90]}"
        if column in _OF_A_PERSON and person:
            yield truth.shows(minutes_of(cell), _OF_A_PERSON[column], person), claim
        elif column in {"Time", "This week", "Share"}:
            yield _measured(cells, column, truth, person, entity), claim
        elif column == "State" and entity and cell:
            yield truth.states.get(entity, (None, False))[0] == cell, claim
        elif column == "Entries" and (what := entity or _activity(cells) or "Person" in cells):
            yield cell == str(truth.entries[person, what if isinstance(what, str) else None]), claim
        elif column == "People" and entity:
            yield _people(cell, truth, entity), claim


def identities(lines: Iterable[Line], truth: Truth) -> Iterator[Judged]:
    """Whether what adds up adds up as shown: a person's parts, and over each table of days, projects, people and shares."""
    tables: dict[tuple[str, tuple[str, ...]], list[Mapping[str, str]]] = {}
    for line in lines:
        if line.kind == "row":
            tables.setdefault((f"{line.above}/{line.heading}", tuple(line.cells)), []).append(line.cells)
    total = _nearest(truth.seconds("total", truth.person) or 0)
    for (heading, columns), rows in tables.items():
        if {"Total", "On entities", "Other"} <= set(columns):
            yield from ((_parts(row) == minutes_of(row["Total"]), f"{heading}: {row}") for row in rows)
        if columns[0] == "Person" and "Total" in columns:
            yield _sum(rows, "Total") == total, f"{heading}: {_sum(rows, 'Total')} min of people, {total} min in all"
        if {"Time", "Share"} <= set(columns):
            yield _sum(rows, "Time") == total, f"{heading}, {columns[0]}: {_sum(rows, 'Time')} min, {total} min in all"
            yield _make_all([row["Share"] for row in rows], total), f"{heading}, {columns[0]}: shares"


def _parts(row: Mapping[str, str]) -> int:
    return minutes_of(row["On entities"]) + minutes_of(row["Other"])


def _make_all(shares: Sequence[str], total: int) -> bool:
    """Whether shares make 100 % as shown; where one is `<1 %` or `>99 %`, they only come near it."""
    near = sum(1 for one in shares if one[0] in "<>")
    return abs(sum(map(percent_of, shares)) - (_ALL if total else 0)) <= near


def _measured(cells: Mapping[str, str], column: str, truth: Truth, person: str | None, entity: str | None) -> bool | None:
    """A row's time or share, by what the row is about."""
    asked = _asked(cells, column, person, entity)
    if asked is None:
        return None
    if column != "Share":
        return truth.shows(minutes_of(cells[column]), *asked)
    return is_share_shown_as(percent_of(cells[column]), truth.seconds(*asked) or 0, truth.seconds("total", person) or 0)


def _asked(cells: Mapping[str, str], column: str, person: str | None, entity: str | None) -> Asked | None:
    """The measure of a row, whose, of what, and in which project."""
    if entity:
        return ("with all below", None, entity, None) if column == "This week" else ("time", person, entity, None)
    if "Day" in cells:
        return (f"day {cells['Day'][-10:]}", person, None, None)
    if "Toggl project" in cells:
        return ("project", person, None, cells["Toggl project"].replace("(no project)", ""))
    if "Type" in cells:
        return ("other activities" if cells["Type"] == "(other activities)" else f"type {cells['Type']}", None, None, None)
    if "What decided" in cells:
        return (_STEPS.get(cells["What decided"], "?"), None, None, None)
    activity = _activity(cells)
    return None if activity is None or "May mean" in cells else (activity, person, None, None)


def _activity(cells: Mapping[str, str]) -> str | None:
    """The measure of a row's activity."""
    told = cells.get("Other activity", cells.get("Activity"))
    return None if told is None else f"activity {told.replace('(no description)', '')}"


def _people(cell: str, truth: Truth, entity: str) -> bool:
    """How many people have time on an entity, or who; in brackets may stand how much each has."""
    having = {who for who, what in truth.entries if what == entity and who}
    if cell.isdigit():
        return int(cell) == len(having)
    told = marked(cell, truth)
    return {truth.names.get(name) for name in told.found["P"]} == having and all(
        any(truth.shows(minutes_of(time), "time", who, entity) for who in having) for time in told.found["D"]
    )


def _sum(rows: Iterable[Mapping[str, str]], column: str) -> int:
    return sum(minutes_of(row[column]) for row in rows)


def _nearest(seconds: int) -> int:
    return (seconds + 30) // 60
