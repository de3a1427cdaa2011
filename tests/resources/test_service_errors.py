"""Redaction and required settings. Not here: which error a service's answer becomes."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.errors import REDACTED, ConfigurationMissingError, excerpt, redact, require

SECRET = "p+q/r s%=ü-9f8e7d6c5b4a"


@pytest.mark.parametrize(
    "form",
    [SECRET, quote(SECRET, safe=""), base64.b64encode(f"{SECRET}:api_token".encode()).decode()],
    ids=["plain", "percent-encoded", "basic auth"],
)
def test_a_secret_is_removed_in_every_form_it_travels_in(form: str) -> None:
    assert redact(f"before {form} after", (SECRET,)) == f"before {REDACTED} after"


@pytest.mark.parametrize(
    "token",
    ["a1b2c3d4.0123456789abcdef0123456789abcdef012", "sk-proj-AbCd1234_efgh", "sk-abcd************wxyz"],
)
def test_token_shapes_are_removed_even_if_unknown(token: str) -> None:
    assert redact(f"key={token}!") == f"key={REDACTED}!"


def test_the_token_that_toggl_shows_in_a_workspace_is_removed() -> None:
    assert "0123abcd" not in redact('{"id":1,"api_token": "0123abcd","name":"x"}')


def test_a_secret_too_short_to_be_one_does_not_garble_messages() -> None:
    assert redact("it cannot be reached", ("t", "")) == "it cannot be reached"


def test_words_that_only_look_like_keys_stay() -> None:
    assert redact("task-management and risk-assessment-now") == "task-management and risk-assessment-now"


@given(st.text(max_size=200), st.text(min_size=8, max_size=40, alphabet="abcdef0123456789"), st.text(max_size=200))
def test_no_text_keeps_a_secret_or_a_second_line(before: str, secret: str, after: str) -> None:
    line = redact(before + secret + after, (secret,))
    assert secret not in line
    assert len(line.splitlines()) <= 1


def test_an_excerpt_never_shows_the_first_half_of_a_secret() -> None:
    assert excerpt("x" * 70 + SECRET, (SECRET,), length=80)[:79].count("p+q") == 0


def test_a_setting_loses_the_line_break_that_came_with_copying() -> None:
    assert require(" abc\n", "TOGGL_API_TOKEN", "a token") == "abc"


@pytest.mark.parametrize("value", ["", "  \n"])
def test_an_empty_setting_names_its_variable(value: str) -> None:
    with pytest.raises(ConfigurationMissingError, match=r"TOGGL_API_TOKEN is not set\. Set it to a token\."):
        require(value, "TOGGL_API_TOKEN", "a token")


@pytest.mark.parametrize("value", ["tökèn", "abc\x00def", "abc\ndef"])
def test_a_setting_that_no_header_can_carry_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(ConfigurationMissingError) as caught:
        require(value, "FIBERY_API_TOKEN", "a token")
    assert value not in str(caught.value)
