"""The week as a table, a row for each person and what their time went into, as JSON and CSV. Not here: reading and writing files.

Spreadsheets run cells that begin like a formula, and people write descriptions: see `reference/field.md` section 5.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from volt_assets.domain.aggregation import ConservationError
from volt_assets.domain.facts import NO_NAME, one_line
from volt_assets.domain.joining import EnrichedData, EntityTime, PersonWeek
from volt_assets.domain.matching import MatchStep, Outcome
from volt_assets.domain.people import shown_name
from volt_assets.domain.person_rows import PersonActivity, PersonEntity
from volt_assets.domain.values import Value

SECONDS_IN_HOUR = 3600
_ONLY_IN_JSON = "entry_ids"
"""The one column that only the JSON has: a cell of thousands of numbers helps nobody."""
_FORMULA_SIGNS = "=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20"
_BEFORE_A_FORMULA = " \u00a0\u3000'\"\u2018\u2019\u201c\u201d`"
"""The full-width signs are the same to some spreadsheets, and what may stand before a formula is dropped by others."""
_CELL_OF_ITS_OWN = re.compile(rf"(;[{re.escape(_BEFORE_A_FORMULA)}]*)(?=[{re.escape(_FORMULA_SIGNS)}])")
"""Where a comma is in numbers, a spreadsheet takes `;` for the end of a cell, quoted or not."""


class ExportRow(Value):
    """A person's time on one entity, or on one activity that is none. Texts are one line, with secrets hidden.

    `step` is the surest of what decided; `duration_seconds` is exact, `hours` the same in decimal hours.
    """

    week: date
    person: str
    person_key: str
    user_id: int
    kind: Literal["entity", "activity"]
    entity_database: str = ""
    entity_type: str = ""
    entity_id: str = ""
    name: str
    state: str = ""
    found: bool | None = None
    url: str = ""
    project: str
    step: str
    duration_seconds: int
    hours: float
    entries_count: int
    entry_ids: tuple[int, ...]


def export_rows(data: EnrichedData) -> tuple[ExportRow, ...]:
    """All time of the week, by person and most time first. Raises ConservationError where the rows would not be the week's time."""
    entities = {entity.key: entity for entity in data.entities}
    everyone = sorted(data.people.items(), key=lambda item: (item[1].user_name.casefold(), item[0]))
    rows = tuple(
        row
        for key, person in everyone
        for row in (
            *(_entity(data.week, key, person, one, entities[one.entity]) for one in person.entities),
            *(_activity(data.week, key, person, one) for one in person.activities),
        )
    )
    seconds, entry_ids = sum(row.duration_seconds for row in rows), [one for row in rows for one in row.entry_ids]
    total = data.statistics.total_duration_seconds
    if seconds != total or len(entry_ids) != len({*entry_ids}) or len(entry_ids) != data.statistics.total_entries:
        raise ConservationError(
            f"The table of week {data.week} would have {seconds} s in {len(entry_ids)} entries, and the week has {total} s in "
            f"{data.statistics.total_entries}. Nothing was written; run the week's Fibery side again."
        )
    return rows


def export_json(week: date, rows: Sequence[ExportRow]) -> str:
    """The rows as JSON, the same bytes for the same rows."""
    seconds = sum(row.duration_seconds for row in rows)
    document = {
        "week": week.isoformat(),
        "rows": [row.model_dump(mode="json") for row in rows],
        "statistics": {"rows": len(rows), "duration_seconds": seconds},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def export_csv(rows: Iterable[ExportRow]) -> str:
    """The rows as CSV under the same names. No cell of text begins as a formula; numbers stay numbers."""
    columns = [name for name in ExportRow.model_fields if name != _ONLY_IN_JSON]
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow([safe_cell(cells[name]) for name in columns])
    return "".join(lines)


class _Lines(list[str]):
    """Lines as csv writes them, kept."""

    def write(self, line: str) -> None:
        """Keeps one."""
        self.append(line)


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs: a text that begins as a formula, or does after a `;`, gets an apostrophe there. Numbers stay."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if not isinstance(value, str):
        return value
    begins, inside = value.lstrip(_BEFORE_A_FORMULA)[:1], _CELL_OF_ITS_OWN.sub(r"\1'", value)
    return f"'{inside}" if begins and begins in _FORMULA_SIGNS else inside


def _entity(week: date, key: str, person: PersonWeek, row: PersonEntity, entity: EntityTime) -> ExportRow:
    named = row.entity
    return ExportRow(
        **_common(week, key, person, row),
        kind="entity",
        entity_database=one_line(named.space),
        entity_type=one_line(named.database),
        entity_id=one_line(named.public_id),
        name=one_line(entity.name if entity.found else row.title),
        state=one_line(entity.state or ""),
        found=entity.found,
        url=entity.url or "",
        step=row.step.value,
    )


def _activity(week: date, key: str, person: PersonWeek, row: PersonActivity) -> ExportRow:
    return ExportRow(
        **_common(week, key, person, row),
        kind="activity",
        name=one_line(row.description),
        step=(MatchStep.UNASKED if row.outcome is Outcome.UNREACHABLE else MatchStep.NONE).value,
    )


def _common(week: date, key: str, person: PersonWeek, row: PersonEntity | PersonActivity) -> dict[str, Any]:
    return {
        "week": week,
        "person": one_line(shown_name(person.user_name)) or NO_NAME,
        "person_key": key,
        "user_id": person.user_id,
        "project": one_line(row.project or ""),
        "duration_seconds": row.duration_seconds,
        "hours": round(row.duration_seconds / SECONDS_IN_HOUR, 4),
        "entries_count": row.entries_count,
        "entry_ids": row.entry_ids,
    }
