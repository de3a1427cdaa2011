"""Untrusted text in Markdown, as a Markdown reader sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from volt_assets.domain.escaping import code_block, markdown_link, markdown_text
from volt_assets.domain.values import clean_text

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLACES = {
    "paragraph": "{}",
    "bullet": "- {}",
    "table cell": "| Activity | Time |\n| --- | ---: |\n| {} | 1h 00m |",
    "heading": "### {}",
}
NASTY = [
    "[x](http://evil.example)",
    "![x](http://evil.example/a.png)",
    "<script>alert(1)</script>",
    "<http://evil.example>",
    "<ana@evil.example>",
    "[x]: http://evil.example",
    "# Big",
    "- item",
    "+ item",
    "1. item",
    "1986) item",
    "---",
    "===",
    "***",
    "> quote",
    "``` code",
    "`code`",
    "*loud*",
    "__loud__",
    "~~gone~~",
    "a | b",
    "a \\| b",
    "ends with \\",
    "&lt;b&gt; &#42; &half;",
    "two\n\n# lines",
    "    indented",
    "| --- |",
    ":---",
    "trailing #",
]
PIECES = st.sampled_from([*NASTY, *"\\`*_{}[]()<>#+-=.!|~&@^$:/\"' \n\t1aAö", "\r\n", "--", "http://", "www."])
MARKED_TEXT = st.lists(PIECES, min_size=1, max_size=8).map("".join)
ANY_TEXT = st.one_of(MARKED_TEXT, st.text(), st.tuples(MARKED_TEXT, st.text()).map("".join)).map(clean_text)
VISIBLE_TEXT = ANY_TEXT.filter(lambda text: bool(text.split()))


def nodes(tokens: list[Token] | None) -> list[str]:
    """The kinds of all nodes but text, in order, inner ones behind their parent."""
    found: list[str] = []
    for token in tokens or []:
        if token.type != "text":
            found += [token.type, *nodes(token.children)]
    return found


def words(tokens: list[Token] | None) -> str:
    """The text of a document without white space."""
    said = "".join(token.content if token.type == "text" else words(token.children) for token in tokens or [])
    return "".join(said.split())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", NASTY)
def test_markup_in_a_description_is_shown_and_does_nothing(place: str, text: str) -> None:
    frame = PLACES[place]

    assert nodes(READER.parse(frame.format(markdown_text(text)))) == nodes(READER.parse(frame.format("Standup")))


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=250, deadline=None, derandomize=True)
@given(text=VISIBLE_TEXT)
def test_any_text_adds_no_node_to_a_report_and_is_still_all_there(place: str, text: str) -> None:
    frame = PLACES[place]
    harmless = READER.parse(frame.format("Standup"))

    read = READER.parse(frame.format(markdown_text(text)))

    assert nodes(read) == nodes(harmless)
    assert words(read) == words(harmless).replace("Standup", "".join(text.split()))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_escaped_text_stands_on_one_line(text: str) -> None:
    assert len(markdown_text(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("www.evil.example", "www\\.evil.example"),
        ("http://evil.example", "http\\://evil.example"),
        ("mailto:ana", "mailto\\:ana"),
        ("JavaScript:alert(1)", "JavaScript\\:alert(1)"),
        ("ana@example.com", "ana\\@example.com"),
    ],
)
def test_a_reader_that_links_bare_addresses_finds_none(text: str, escaped: str) -> None:
    assert markdown_text(text) == escaped


@pytest.mark.parametrize("text", ["Standup", "Größe prüfen, dann 2 Anrufe", "Call at 9:30 (short)", "R-12.5"])
def test_ordinary_words_need_no_backslash(text: str) -> None:
    assert markdown_text(text) == text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(VISIBLE_TEXT)
def test_a_link_of_ours_goes_where_code_says_whatever_its_text(text: str) -> None:
    address = "https://acme.fibery.io/Scrum/Task/12"

    [paragraph] = [token for token in READER.parse(markdown_link(text, address)) if token.type == "inline"]

    assert nodes(paragraph.children) == ["link_open", "link_close"]
    assert paragraph.children is not None
    assert paragraph.children[0].attrs == {"href": address}
    assert words(paragraph.children) == "".join(text.split())


def test_an_address_cannot_end_its_link_early() -> None:
    rendered = READER.render(markdown_link("Task", "https://acme.fibery.io/Sc rum/(Task)/12"))

    assert rendered == '<p><a href="https://acme.fibery.io/Sc%20rum/%28Task%29/12">Task</a></p>\n'


@pytest.mark.parametrize("text", ["Scrum/Task:\n  fields: []", "```\n# out\n```", "````\n<b>", "a `b` c", "- [x](http://evil.example)"])
def test_lines_to_paste_stay_one_block_of_code(text: str) -> None:
    [block] = READER.parse(code_block(text))

    assert (block.type, block.content) == ("fence", f"{text}\n")
