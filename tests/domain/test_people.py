"""Who a person is, who a users list means, and what their files are called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import ANA, BEN, CARLA
from volt_assets.domain.people import Person, UnknownPersonError, normal_email, person_key, select_people, shown_name, slug

EVERYBODY = (ANA, BEN, CARLA)


def test_a_person_is_known_by_email_and_without_one_by_id() -> None:
    assert (ANA.key, CARLA.key) == ("ana@example.com", "user:103")
    assert person_key(7, None) == "user:7"


@pytest.mark.parametrize(("written", "kept"), [(" Ana@Example.COM ", "ana@example.com"), ("", None), ("  ", None), (None, None)])
def test_an_email_is_compared_in_lower_case_without_space(written: str | None, kept: str | None) -> None:
    assert normal_email(written) == kept


@pytest.mark.parametrize("wish", ["ben@example.com", " Ben@Example.com ", "user:102", " user:102 "])
def test_a_person_is_found_by_email_and_by_id(wish: str) -> None:
    assert select_people([wish], EVERYBODY) == (BEN,)


def test_people_come_once_each_by_id_however_often_they_are_named() -> None:
    assert select_people(["user:103", "ana@example.com", "user:101"], EVERYBODY) == (ANA, CARLA)


def test_an_empty_list_chooses_nobody() -> None:
    assert select_people([], EVERYBODY) == ()


def test_all_unknown_people_are_told_at_once_with_those_who_are_known() -> None:
    with pytest.raises(UnknownPersonError) as told:
        select_people(["dora@example.com", "ana@example.com", "user:9"], EVERYBODY)

    assert str(told.value) == ("No such person: dora@example.com, user:9. Known here: ana@example.com, ben@example.com, user:103.")


@pytest.mark.parametrize("wish", ["user:", "user:x", "Ana Example", "user:101x"])
def test_what_names_nobody_is_unknown(wish: str) -> None:
    with pytest.raises(UnknownPersonError):
        select_people([wish], EVERYBODY)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Ana Example", "ana-example-101"),
        ("Zoë Müller-Ångström", "zoe-muller-angstrom-101"),
        ("山田太郎", "user-101"),
        ("../../etc/passwd", "etc-passwd-101"),
        ("", "user-101"),
        ("x" * 300, "x" * 60 + "-101"),
    ],
)
def test_a_file_name_is_plain_letters_and_the_id(name: str, file: str) -> None:
    assert slug(Person(user_id=101, name=name)) == file


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(), st.text(), st.integers(0, 999), st.integers(0, 999))
def test_two_people_never_share_a_file_and_no_name_leaves_its_folder(one: str, other: str, first: int, second: int) -> None:
    names = slug(Person(user_id=first, name=one)), slug(Person(user_id=second, name=other))

    assert first == second or names[0] != names[1]
    assert all(character in "abcdefghijklmnopqrstuvwxyz0123456789-" for character in names[0])


def test_two_accounts_with_one_email_are_both_chosen_by_it() -> None:
    second = Person(user_id=201, name="Ana Example", email="ana@example.com")

    assert select_people(["ana@example.com"], [ANA, second]) == (ANA, second)


def test_an_empty_wish_names_nobody_even_where_somebody_has_no_email() -> None:
    with pytest.raises(UnknownPersonError):
        select_people([""], [CARLA])


@pytest.mark.parametrize(("given", "shown"), [("Ana Example", "Ana Example"), (" ana@example.com ", "ana"), (None, ""), ("A @ B", "A @ B")])
def test_an_address_that_stands_for_a_name_is_not_shown(given: str | None, shown: str) -> None:
    assert shown_name(given) == shown
