"""The section `deliveries` of volt.yaml: what is off, and what is no address."""

from typing import Any

import pytest
from pydantic import ValidationError

from volt_assets.settings import load_settings
from volt_assets.settings.delivery_sections import DeliveriesSettings


def test_as_delivered_nobody_gets_mail() -> None:
    mail = load_settings({}).deliveries.mail
    assert (mail.sender, mail.team, mail.persons, mail.failures, mail.addresses) == ("", (), False, (), {})


def test_addresses_may_have_a_name_where_they_are_the_sender() -> None:
    mail = DeliveriesSettings.model_validate({"mail": {"sender": "Völt <volt@example.com>", "team": [" lead@example.com "]}}).mail
    assert (mail.sender, mail.team) == ("Völt <volt@example.com>", ("lead@example.com",))


@pytest.mark.parametrize(
    "mail",
    [
        {"sender": "Volt"},
        {"sender": "Volt <volt@example.com>\nBcc: x@example.com"},
        {"team": ["lead"]},
        {"team": ["lead@example.com, boss@example.com"]},
        {"failures": ["lead@example.com\r\nBcc: x@example.com"]},
        {"addresses": {"ana@example.com": "nowhere"}},
        {"addresses": {"ana": "ana@example.com"}},
        {"people": True},
        {"team": [7]},
        {"sender": 7},
    ],
)
def test_what_is_no_address_or_no_key_is_refused(mail: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DeliveriesSettings.model_validate({"mail": mail})
