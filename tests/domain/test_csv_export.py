"""Toggl's CSV export read: what each cell means, and how a file that is none is refused."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.csv_files import BOM, HEADINGS, cells, second_layout, written
from volt_assets.domain.csv_export import ExportedRow, ExportError, read_export

WITHOUT_TIMES = [heading for heading in HEADINGS if heading not in ("End date", "End time")]


def only_row(content: bytes) -> ExportedRow:
    (row,) = read_export(content)
    return row


def reason(content: bytes) -> str | None:
    """Why a file is refused; None for one that is read."""
    try:
        return None if read_export(content) else ""
    except ExportError as error:
        return str(error)


def refusal(content: bytes) -> str:
    said = reason(content)
    assert said
    assert "\n" not in said
    return said


def test_a_row_tells_whose_entry_it_is_and_all_that_toggl_shows_of_it() -> None:
    row = only_row(written(cells(billable="Yes", tags="backend, on-call", email=" Ana@Example.com")))

    assert row == ExportedRow(
        line=2,
        user_name="Ana Example",
        user_email="ana@example.com",
        description="Fix login page #1234 [Scrum] [Task] [Portal]",
        project="Portal",
        client="Acme",
        tags=("backend", "on-call"),
        billable=True,
        start=datetime.fromisoformat("2025-10-06 09:00"),
        end=datetime.fromisoformat("2025-10-06 10:00"),
        seconds=3600,
    )


def test_the_second_layout_tells_the_same_and_its_dash_is_nothing() -> None:
    rows = (cells(), cells(project="", tags="", email="", description=""))

    assert read_export(second_layout(*rows)) == read_export(written(*rows))


def test_a_dash_of_the_first_layout_is_what_somebody_wrote() -> None:
    assert only_row(written(cells(description="-", project="-"))).description == "-"


def test_a_byte_order_mark_windows_lines_and_empty_lines_at_the_end_change_nothing() -> None:
    plain = written(cells(), cells(description="Standup"))
    windows = BOM.encode() + written(cells(), cells(description="Standup"), line_end="\r\n") + b"\r\n,,,,,,,,,,,,,\r\n"

    assert read_export(windows) == read_export(plain)


def test_columns_are_found_by_name_in_any_order_and_case_and_unknown_ones_are_ignored() -> None:
    shuffled = written(cells(), headings=[*reversed(HEADINGS), "Rate"]).replace(b"Start date", b"START  DATE")

    assert read_export(shuffled) == read_export(written(cells()))


@pytest.mark.parametrize("heading", ["Amount (EUR)", "Amount ()", "Amount"])
def test_the_amount_of_any_currency_is_ignored(heading: str) -> None:
    assert read_export(written(cells()).replace(b"Amount (USD)", heading.encode())) == read_export(written(cells()))


def test_a_description_may_hold_newlines_commas_and_quotes() -> None:
    said = 'Call with "Acme",\nthen notes\u2028and \x0bmore'
    rows = read_export(written(cells(description=said), cells(description="Standup"), line_end="\r\n"))

    assert [row.description for row in rows] == ['Call with "Acme",\nthen notesand more', "Standup"]


def test_a_line_number_is_the_one_an_editor_shows() -> None:
    content = written(cells(description="two\nlines"), cells(description="a\u2028b\x0cc"), cells())

    assert [row.line for row in read_export(content)] == [2, 4, 5]


@pytest.mark.parametrize(
    ("duration", "seconds"), [("00:00:00", 0), ("0:00:07", 7), ("01:30:00", 5400), ("26:00:01", 93601), ("104:15:00", 375300)]
)
def test_a_duration_is_hours_minutes_and_seconds_even_beyond_a_day(duration: str, seconds: int) -> None:
    assert only_row(written(cells(duration=duration))).seconds == seconds


def test_the_duration_counts_even_where_the_two_clocks_differ_by_something_else() -> None:
    assert only_row(written(cells(duration="00:45:00"))).seconds == 2700


def test_an_entry_without_end_and_duration_is_still_running() -> None:
    row = only_row(written(cells(end_date="", end_time="", duration="")))

    assert (row.end, row.seconds) == (None, None)


def test_an_entry_without_a_length_in_the_second_layout_has_no_seconds() -> None:
    assert only_row(second_layout(cells(end_time="09:00:00", duration=""))).seconds == 0


def test_the_columns_of_the_end_may_be_left_out() -> None:
    row = only_row(written(cells(), headings=WITHOUT_TIMES))

    assert (row.end, row.seconds) == (None, 3600)


@pytest.mark.parametrize(
    ("written_time", "told"),
    [
        *(("09:05:30", (9, 5, 30)), ("9:05", (9, 5, 0)), ("9:05:30 AM", (9, 5, 30)), ("09:05 pm", (21, 5, 0))),
        *(("12:00:00 AM", (0, 0, 0)), ("12:30 PM", (12, 30, 0)), ("3:04:05\u202fp.m.", (15, 4, 5))),
    ],
)
def test_a_time_of_day_may_have_24_hours_or_two_halves(written_time: str, told: tuple[int, int, int]) -> None:
    row = only_row(written(cells(start_time=written_time), headings=WITHOUT_TIMES))

    assert (row.start.hour, row.start.minute, row.start.second) == told


def test_an_end_before_the_start_is_possible_where_the_clock_was_set_back() -> None:
    row = only_row(
        written(cells(start_date="2025-10-26", end_date="2025-10-26", start_time="02:50:00", end_time="02:10:00", duration="00:20:00"))
    )

    assert row.seconds == 1200


def test_a_row_needs_a_name_or_an_email_and_not_both() -> None:
    assert only_row(written(cells(email=""))).user_email is None
    assert only_row(written(cells(user=""))).user_name == ""
    assert read_export(written(cells(), headings=[name for name in HEADINGS if name != "User"]))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"duration": "1.50"}, "line 3, Duration: '1.50' is a decimal, and seconds would be guessed: set the duration format to HH:MM:SS"),
        ({"duration": "47:06 min"}, "line 3, Duration: '47:06 min' is no duration as 01:30:00"),
        ({"duration": "01:75:00"}, "line 3, Duration: '01:75:00' is no duration"),
        ({"duration": "-00:10:00"}, "line 3, Duration: '-00:10:00' is no duration"),
        ({"duration": ""}, "line 3, Duration: nothing is no duration"),
        ({"start_date": "06/10/2025"}, "line 3, Start date: '06/10/2025' is no date as 2025-10-06; a spreadsheet may have rewritten it"),
        ({"start_date": "2025-02-30"}, "line 3, Start date: '2025-02-30' is no day of the calendar"),
        ({"start_date": ""}, "line 3, Start date: nothing is no date"),
        ({"start_time": "25:00:00"}, "line 3, Start time: '25:00:00' is no time of day: hours go to 23"),
        ({"start_time": "13:00 PM"}, "line 3, Start time: '13:00 PM' is no time of day: with AM or PM the hour is 1 to 12"),
        ({"start_time": "0.375"}, "line 3, Start time: '0.375' is no time of day as 09:30:00"),
        ({"end_time": ""}, "line 3, End time: nothing is no time of day"),
        (
            {"end_date": "2025-10-05"},
            "line 3, End date: '2025-10-05' with the end time 10:00:00 lies before the start, 2025-10-06 09:00:00",
        ),
        (
            {"start_date": "9999-12-31", "end_date": "9999-12-30", "duration": "99999:00:00"},
            "line 3, End date: '9999-12-30' with the end time 10:00:00 lies before the start",
        ),
        ({"billable": "Ja"}, "line 3, Billable: 'Ja' should be Yes or No"),
        ({"email": "user:101"}, "line 3, Email: 'user:101' is no e-mail"),
        ({"email": "", "user": " \u200b"}, "line 3, User: nothing tells whose entry it is, and there is no e-mail either"),
        ({"duration": "9" * 500}, f"line 3, Duration: '{'9' * 60}...' is a decimal"),
        ({"duration": "\x1b[31m1\n2"}, "line 3, Duration: '[31m1\\n2' is no duration"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column_and_nothing_is_read(changes: dict[str, str], told: str) -> None:
    assert refusal(written(cells(), cells(**changes), cells())).startswith(told)


def test_a_bad_cell_of_the_second_layout_is_named_by_its_own_heading() -> None:
    assert refusal(second_layout(cells(end_date="yesterday"))).startswith("line 2, Stop date: 'yesterday' is no date")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty: export it again from Toggl (Reports, Detailed, Export, CSV)."),
        (BOM.encode() + b"\n\n", "is empty"),
        (written(), "holds no time entry, only a line of headings"),
        (b"PK\x03\x04\x14\x00", "is an Excel workbook or a zip and no CSV"),
        (b"%PDF-1.7", "is a PDF and no CSV"),
        (written(cells()).decode().encode("utf-16"), "is UTF-16 text, which Excel saves, and no CSV"),
        (written(cells(), cells(user="Jürgen")).decode().encode("latin-1"), "line 3: is not UTF-8 text"),
        (written(cells()) + b"\0\0", "line 3: has a NUL character in it"),
        (written(cells()).replace(b",", b";"), "line 1: the columns are separated by semicolons, as spreadsheets save them"),
        (written(cells()).replace(b",", b"\t"), "line 1: the columns are separated by tabs"),
        (b'"User";"Email"\n"Ana";"ana@example.com"\n', "line 1: the columns are separated by semicolons"),
        (
            b"<!DOCTYPE html>\n<p>Sign in</p>\n",
            "line 1: the columns User or Email, Description, Start date, Start time, Duration are missing",
        ),
        (written(cells()).replace(b"Tags", b"Duration"), "line 1, Duration: this column is there twice"),
        (b"User,Duration,Member\n", "line 1, Member: this column is there twice"),
        (written(cells()) + b"Ana Example,ana@example.com\n", "line 3: 2 cells, but 14 headings"),
        (written(cells()) + written(cells()).split(b"\n")[1] + b",,\n", "line 3: 16 cells, but 14 headings"),
        (written(cells()) + b'"Ana,ana@example.com\nBen,\n', "line 3: a quote opens in this row and is never closed"),
        (written(cells()) + b'"Ana" Example,ana@example.com\n', "line 3: a quote stands inside a cell or is missing at its end"),
        (written(cells()) + b"Ana\rExample,ana@example.com\n", "line 3: this row is no CSV"),
        (written(cells(), cells(description="x" * 140_000)), "line 3: a cell is longer than 131072 characters"),
    ],
)
def test_a_file_that_is_no_detailed_export_is_refused_with_what_it_is(content: bytes, told: str) -> None:
    said = refusal(content)

    assert said.startswith(told)
    assert "from Toggl (Reports, Detailed, Export, CSV)." in said


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.integers(0, 400), st.integers(0, 20))
def test_any_file_at_all_is_read_or_refused_in_one_line(noise: bytes, place: int, removed: int) -> None:
    whole = written(cells(), cells(description='two\nlines, "quoted"'))
    for content in (noise, whole[:place] + noise + whole[place + removed :]):
        said = reason(content)
        assert said is None or len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        ("Project,Client,Duration,Amount (USD)", "User or Email, Description, Start date, Start time"),  # summary
        ("User,Email,Mon 6,Tue 7,Total", "Description, Start date, Start time, Duration"),  # weekly
        ("User,Email,Description,Start date,Duration", "Start time"),
    ],
)
def test_another_report_of_toggls_is_refused_with_the_columns_that_are_missing(headings: str, missing: str) -> None:
    said = refusal(f"{headings}\n".encode())

    assert said.startswith(f"line 1: the columns {missing} are missing (there are: {headings.replace(',', ', ')}).")
    assert "the detailed report, not the summary or weekly one" in said
