"""The section `deliveries` of `volt.yaml`: what goes to whom. Not here: servers and secrets, which the environment has."""

from email.utils import parseaddr
from typing import Annotated

from pydantic import BeforeValidator, Field

from volt_assets.domain.deliveries import is_mail_address
from volt_assets.settings.sections import PersonKey, Strict


def _address(written: object) -> str:
    address = written.strip() if isinstance(written, str) else ""
    if not is_mail_address(address):
        raise ValueError("write one e-mail address, such as lead@example.com")
    return address


def _sender(written: object) -> str:
    sender = written.strip() if isinstance(written, str) else "?"
    if sender and not (sender.isprintable() and is_mail_address(parseaddr(sender)[1])):
        raise ValueError("write one e-mail address, with a name if you like: Volt <volt@example.com>")
    return sender


MailAddress = Annotated[str, BeforeValidator(_address)]


class SlackSettings(Strict):
    """What the channel of SLACK_WEBHOOK_URL is told."""

    weeks: bool = True
    failures: bool = True


class MailSettings(Strict):
    """Who gets which mail, over the server of SMTP_HOST. `addresses` are for people whose address is not Toggl's."""

    sender: Annotated[str, BeforeValidator(_sender)] = ""
    team: tuple[MailAddress, ...] = ()
    persons: bool = False
    failures: tuple[MailAddress, ...] = ()
    addresses: dict[PersonKey, MailAddress] = Field(default_factory=dict)


class DeliveriesSettings(Strict):
    """Reports handed on by themselves: of the weeks that ended within the last `weeks`; 0 for by hand only."""

    weeks: int = Field(default=2, ge=0, le=52)
    slack: SlackSettings = SlackSettings()
    mail: MailSettings = MailSettings()
