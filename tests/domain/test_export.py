"""The week as a table: whole, and harmless in a spreadsheet. Not here: the command."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import busy_run, raw_week, run_week
from volt_assets.domain.aggregation import ConservationError
from volt_assets.domain.export import ExportRow, export_csv, export_json, export_rows, safe_cell
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.matching import Outcome

BUSY = busy_run().data


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def renamed(text: str) -> EnrichedData:
    """The busy week with this text for every title, description, project and name."""
    people = {
        key: person.model_copy(
            update={
                "user_name": text,
                "activities": tuple(row.model_copy(update={"description": text, "project": text}) for row in person.activities),
            }
        )
        for key, person in BUSY.people.items()
    }
    return BUSY.model_copy(update={"people": people, "entities": tuple(one.model_copy(update={"name": text}) for one in BUSY.entities)})


def test_the_rows_are_all_time_of_the_week_each_entry_once() -> None:
    rows = export_rows(BUSY)
    assert sum(row.duration_seconds for row in rows) == BUSY.statistics.total_duration_seconds
    assert len({one for row in rows for one in row.entry_ids}) == BUSY.statistics.total_entries
    assert {row.kind for row in rows} == {"entity", "activity"}


def test_a_row_lost_or_doubled_is_refused() -> None:
    key, person = next(iter(BUSY.people.items()))
    first, *others = person.activities
    ids = first.entry_ids
    wrong = {
        "lost": others,
        "doubled": [first, *person.activities],
        "seconds alone": [first.model_copy(update={"duration_seconds": first.duration_seconds + 1}), *others],
        "an entry in place of another": [first.model_copy(update={"entry_ids": (*ids[1:], others[0].entry_ids[0])}), *others],
        "an entry too many": [first.model_copy(update={"entry_ids": (*ids, 999)}), *others],
    }
    for rows in wrong.values():
        changed = BUSY.model_copy(update={"people": {**BUSY.people, key: person.model_copy(update={"activities": tuple(rows)})}})
        with pytest.raises(ConservationError, match="Nothing was written"):
            export_rows(changed)


def test_each_row_says_the_surest_of_what_decided() -> None:
    told = {(row.person_key, row.entry_ids): row.step for row in export_rows(BUSY)}
    wanted = {(key, row.entry_ids): row.step.value for key, person in BUSY.people.items() for row in person.entities}
    wanted |= {(key, row.entry_ids): "none" for key, person in BUSY.people.items() for row in person.activities}
    assert told == wanted
    assert len(set(wanted.values())) > 2


def test_time_that_fibery_could_not_be_asked_about_says_so() -> None:
    key, person = next(iter(BUSY.people.items()))
    unasked = tuple(row.model_copy(update={"outcome": Outcome.UNREACHABLE}) for row in person.activities)
    changed = BUSY.model_copy(update={"people": {**BUSY.people, key: person.model_copy(update={"activities": unasked})}})
    rows = [row for row in export_rows(changed) if row.person_key == key and row.kind == "activity"]
    assert {row.step for row in rows} == {"unasked"}


def test_the_csv_has_the_same_rows_and_its_numbers_are_numbers() -> None:
    rows = export_rows(BUSY)
    told = read_csv(export_csv(rows))
    assert [int(one["duration_seconds"]) for one in told] == [row.duration_seconds for row in rows]
    assert [float(one["hours"]) for one in told] == [row.hours for row in rows]
    assert [(one["entity_type"], one["entity_id"], one["name"]) for one in told] == [(r.entity_type, r.entity_id, r.name) for r in rows]
    assert set(told[0]) == set(ExportRow.model_fields) - {"entry_ids"}


def test_the_json_has_the_rows_with_their_entries_and_the_same_bytes_again() -> None:
    rows = export_rows(BUSY)
    document = json.loads(export_json(BUSY.week, rows))
    assert document["statistics"] == {"rows": len(rows), "duration_seconds": BUSY.statistics.total_duration_seconds}
    assert [tuple(one["entry_ids"]) for one in document["rows"]] == [row.entry_ids for row in rows]
    assert export_json(BUSY.week, rows) == export_json(BUSY.week, export_rows(BUSY))


SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""Those of formulas, the full-width ones too, and what begins a cell of its own in some spreadsheets."""


@pytest.mark.parametrize("text", [*(f"{sign}1" for sign in SIGNS), "  =1", "'=1", '"=1', "\u3000=1", "|calc", "%0A=1"])
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")
    assert str(safe_cell(text)).endswith(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a;=1", "a;'=1"),
        ("a; \uff1d1;b;+2", "a; '\uff1d1;b;'+2"),
        (';"@1', ";\"'@1"),
        ("=1;-2", "'=1;'-2"),
        ("a; b - c = d, =e", "a; b - c = d, =e"),
    ],
)
def test_where_a_semicolon_ends_a_cell_no_formula_begins_either(text: str, shown: str) -> None:
    assert safe_cell(text) == shown


@pytest.mark.parametrize("value", ["", "Fix = login", "1234", "ana@example.com", "山田 太郎", "'tis", -5, 0.25])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == value


@given(st.text(max_size=30) | st.sampled_from(["=HYPERLINK(1)", "a\nb\r\n=c", '","=1', "x" * 5_000, "اسم", "\u202e=1", "a;=1;'@b"]))
def test_whatever_people_write_the_table_reads_back_and_runs_nothing(text: str) -> None:
    rows = export_rows(renamed(text))
    told = read_csv(export_csv(rows))
    assert len(told) == len(rows)
    assert sum(int(one["duration_seconds"]) for one in told) == BUSY.statistics.total_duration_seconds
    texts = [value for one in told for value in one.values()]
    assert not [value for value in texts if value[:1] in tuple(SIGNS)]
    assert not [value for value in texts if "\n" in value or "\r" in value]
    assert [one["name"].replace("'", "") for one in told] == [row.name.replace("'", "") for row in rows]
    cells = [cell for line in export_csv(rows).splitlines() for cell in line.split(";")]
    assert not [cell for cell in cells if cell[:1] in tuple(SIGNS)]


def test_a_secret_in_a_description_is_hidden() -> None:
    assert "sk-abcdefghijklmnopqrstuvwxyz123456" not in export_csv(export_rows(renamed("key sk-abcdefghijklmnopqrstuvwxyz123456")))


def test_a_long_title_stays_whole() -> None:
    assert {row.name for row in export_rows(renamed("t" * 5_000)) if row.found} == {"t" * 5_000}


def test_an_empty_week_is_a_table_without_rows() -> None:
    rows = export_rows(run_week(raw_week()).data)
    assert rows == ()
    assert export_csv(rows).count("\n") == 1
