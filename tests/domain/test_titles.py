"""Titles: what counts as the same, what is routine, and what is only like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import ANA_IN_FIBERY, BEN_IN_FIBERY, record
from volt_assets.domain.titles import ROUTINE, Titles, normal_title

LOGIN = record("Scrum/Task", "12", "Checkout: address form", assignees=[ANA_IN_FIBERY])
NOTES = record("Scrum/Task", "13", "Write release notes", assignees=[BEN_IN_FIBERY])
ANA = "ana@example.com"


@pytest.mark.parametrize(
    "written",
    [
        "checkout: ADDRESS form",
        "Checkout  -  address form.",
        " Checkout address\u00a0form",
        "\uff23heckout: address form",
        "\U0001f680 Checkout: address form",
        "\u2022 Checkout: address form",
        "\u201cCheckout: address form\u201d",
    ],
)
def test_case_spaces_punctuation_and_compatible_characters_do_not_count(written: str) -> None:
    assert Titles([LOGIN, NOTES], ROUTINE).exact(written) == (LOGIN,)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Portal 4.12", "Portal 412"), ("Support C# client", "Support C client"), ("C++ build", "C build"), ("Wrong VAT", "Wrong VAT 2")],
)
def test_numbers_and_names_of_languages_stay_what_they_are(one: str, other: str) -> None:
    assert normal_title(one) != normal_title(other)


@given(st.text())
def test_a_normal_title_is_its_own_normal_title(text: str) -> None:
    assert normal_title(normal_title(text)) == normal_title(text)


@pytest.mark.parametrize("written", ["", "...", "\U0001f680", "Checkout", "Checkout: address form, part 2"])
def test_nothing_and_a_part_of_a_title_are_no_title(written: str) -> None:
    assert Titles([LOGIN, record("Scrum/Bug", "1", "...")], ROUTINE).exact(written) == ()


def test_a_routine_word_is_no_title_even_of_an_entity_that_has_it() -> None:
    review = record("Design/Task", "46", "Review")

    assert Titles([review], ROUTINE).exact("review") == ()
    assert Titles([review], ["standup"]).exact("review") == (review,)


def test_suggestions_are_the_persons_own_entities_best_first_and_at_most_five() -> None:
    mine = [record("Scrum/Task", str(number), f"Checkout form {number}", assignees=[ANA_IN_FIBERY]) for number in range(8)]

    like = Titles([*mine, LOGIN, NOTES], ROUTINE).like("Checkout: adress form", ANA)

    assert len(like) == 5
    assert like[0][0] == LOGIN
    assert [score for _, score in like] == sorted((score for _, score in like), reverse=True)
    assert all(0 < score <= 1 for _, score in like)


@pytest.mark.parametrize(("written", "address"), [("Write release note", ANA), ("Write release note", None), ("standup", ANA)])
def test_nothing_is_suggested_of_others_work_to_nobody_or_for_routine(written: str, address: str | None) -> None:
    standup = record("Scrum/Task", "9", "Standup bot", assignees=[ANA_IN_FIBERY])

    assert Titles([NOTES, standup], ROUTINE).like(written, address) == ()


def test_marks_belong_to_their_letters_in_every_script() -> None:
    assert normal_title("दिन") != normal_title("दान")
    assert normal_title("กิน") != normal_title("กัน")
    assert normal_title("🐛️ Login form") == "login form"


def test_a_title_that_a_link_cuts_at_its_first_ampersand_is_found_by_what_is_left() -> None:
    cut = record("Scrum/Task", "70", "Login & sign-up & more")
    titles = Titles([LOGIN, cut, record("Scrum/Task", "71", "& more")], ROUTINE)

    assert titles.cut_short("login ") == (cut,)
    assert [titles.cut_short(text) for text in ("Login & sign-up", "", "Log")] == [(), (), ()]
