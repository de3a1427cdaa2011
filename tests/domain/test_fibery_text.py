"""What people wrote in Fibery becomes text that a report can use (`reference/fibery.md` section 4.1)."""

import pytest

from volt_assets.domain.fibery_text import first_words, fitted, plain_markdown


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Part of [[Scrum/Task: Login form#^aa-11/bb-22]].", "Part of Login form."),
        ("See [[Scrum/Task: Fix: the\nlogin form#^aa/bb]] first", "See Fix: the login form first"),
        ("Ask [[#@aa/bb]] about [[#^cc/dd]]", "Ask  about"),
        ("[[Login: old and new#^aa/bb]]", "Login: old and new"),
        ("No mention: [[brackets]] and #12", "No mention: [[brackets]] and #12"),
        ("one<br>two<BR />three", "one\ntwo\nthree"),
        ("> [//]: # (callout;icon-type=icon;color=#199EE3)\n> Mind the gap", "> Mind the gap"),
        ("## Goal\r\n\r\n\r\n\r\n* item  \n", "## Goal\n\n* item"),
        ("plain\u202e text\x00", "plain text"),
        ("", ""),
    ],
)
def test_fiberys_markdown_becomes_plain(text: str, plain: str) -> None:
    assert plain_markdown(text) == plain


def test_a_text_that_fits_is_kept_whole() -> None:
    assert fitted("x" * 50, 50) == ("x" * 50, False)


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    assert fitted("y" * 51, 50) == (f"{'y' * 49}…", True)


def test_a_long_text_that_is_short_without_its_mentions_is_kept_whole() -> None:
    mention = f"[[Scrum/Task: Login#^{'a' * 36}/{'b' * 36}]]"

    assert fitted(f"See {mention}.", 20) == ("See Login.", False)


def test_two_megabytes_are_cut_to_the_budget() -> None:
    text, is_cut = fitted("long " * 400_000, 2000)

    assert (len(text) <= 2000, is_cut) == (True, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Part of Login.\n\n## Notes\n\n* Keep it\n* Log it", "Part of Login."),
        ("## Notes\n\n* Keep **it**\n* Log `it`\n  * twice\n\nAfterwards", "Keep it; Log it; twice"),
        ("# Only a heading", "Only a heading"),
        ("1. Sign in.\n2. Press save;\n3. It fails.", "Sign in; Press save; It fails."),
        ("> Mind the\n> [gap](https://x.example)", "Mind the gap"),
        ("```\nmake all\n```\n\nThen", "make all"),
        ("a * b < c & d_e_f", "a * b < c & d_e_f"),
        ("<script>alert(1)</script>\n\nWords", "Words"),
        ("|a|b|\n|--|--|", "|a|b| |--|--|"),
        ("", ""),
    ],
)
def test_the_first_words_of_a_text_are_a_line_without_marks(text: str, words: str) -> None:
    assert first_words(text) == words
