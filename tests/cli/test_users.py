"""Whom `--users` may name. Not here: that nobody else is fetched."""

from volt_assets.cli.users import each_once
from volt_assets.domain.people import Person


def person(user_id: int, email: str | None = None) -> Person:
    return Person(user_id=user_id, name=f"Person {user_id}", email=email)


def test_an_account_that_two_sources_know_is_there_once_as_the_later_has_it() -> None:
    assert each_once([person(1), person(2, "b@x.example"), person(1, "a@x.example")]) == [
        person(1, "a@x.example"),
        person(2, "b@x.example"),
    ]


def test_accounts_that_share_an_e_mail_can_both_be_named_and_no_key_is_there_twice() -> None:
    assert [one.key for one in each_once([person(1, "a@x.example"), person(2, "a@x.example")])] == ["a@x.example", "user:2"]
