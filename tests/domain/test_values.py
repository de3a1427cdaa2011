"""Frozen values, and text cleaned at the door."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.domain.builders import ANA
from volt_assets.domain.people import Person
from volt_assets.domain.values import clean_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))
INVISIBLE = [
    *("\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\ufeff"),
    *("\x00", "\x1b", "\x85", "\xad", "\u061c", "\U000e0041"),
]


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ANA.name = "Somebody Else"  # type: ignore[misc]


def test_a_value_refuses_a_key_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="nickname"):
        Person.model_validate({"user_id": 1, "name": "Ana Example", "nickname": "An"})


@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_and_bidi_characters_are_removed(character: str) -> None:
    assert clean_text(f"Call{character} back") == "Call back"


def test_a_lone_surrogate_becomes_a_replacement_mark() -> None:
    assert clean_text("Call \ud83d back") == "Call \ufffd back"


def test_two_surrogates_that_belong_together_become_their_character() -> None:
    assert clean_text("Party \ud83c\udf89") == "Party \U0001f389"


@pytest.mark.parametrize("text", ["Größe prüfen", "日本語の入力", "Tab\there", "Two\nlines", "Family \U0001f469\u200d\U0001f467", "नमस्ते"])
def test_text_that_people_write_stays(text: str) -> None:
    assert clean_text(text) == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_as_utf_8_and_stays_clean(text: str) -> None:
    cleaned = clean_text(text)

    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_text(cleaned) == cleaned
