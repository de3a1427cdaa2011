"""The ways out that are configured: who is sent what, and over which server. Not here: what of a week is sent, and when."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from resources.errors import ConfigurationMissingError, ServiceError
from resources.mail import SMTP_HOST, Letter, MailServer, MailSession, mail_server
from resources.slack import SLACK_URL, SlackClient
from volt_assets.domain.deliveries import Channel, Delivery, Plan
from volt_assets.domain.slack_message import slack_message
from volt_assets.settings import Settings
from volt_assets.site.mail import mail_html

SECRETS = (SLACK_URL, "SMTP_PASSWORD")


class Ways:
    """What the settings and the environment allow to send. `problems` are why something that is wished cannot be, a line each."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._wishes = settings.deliveries
        self.slack: SlackClient | None = None
        self.server: MailServer | None = None
        problems: list[str] = []
        for configure in (self._use_slack, self._use_mail):
            try:
                configure(environment)
            except ConfigurationMissingError as error:
                problems.append(str(error))
        self.problems = tuple(problems)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is configured."""
        there = {Channel.SLACK: self.slack, Channel.MAIL: self.server}
        return tuple(channel for channel, way in there.items() if way)

    def plan(self, page: str) -> Plan:
        """Who gets what of a week whose pages are at this address."""
        people, mail = self._settings.people, self._wishes.mail
        return Plan(
            slack=self.slack.name if self.slack and self._wishes.slack.weeks else "",
            team=mail.team if self.server else (),
            persons=mail.persons and self.server is not None,
            addresses=mail.addresses,
            silent=people.no_report | people.exclude,
            page=page,
        )

    def told_of_failures(self) -> tuple[tuple[Channel, str], ...]:
        """Who gets the notice of a failed run."""
        slack = ((Channel.SLACK, self.slack.name),) if self.slack and self._wishes.slack.failures else ()
        return (*slack, *((Channel.MAIL, address) for address in (self._wishes.mail.failures if self.server else ())))

    @contextlib.contextmanager
    def opened(self, now: datetime) -> Iterator["Sender"]:
        """What sends, with one connection for all letters."""
        with contextlib.ExitStack() as stack:
            yield Sender(self.slack, self.server, self._wishes.mail.sender, now, stack)

    def _use_slack(self, environment: Mapping[str, str]) -> None:
        url = environment.get(SLACK_URL, "").strip()
        if url and (self._wishes.slack.weeks or self._wishes.slack.failures):
            self.slack = SlackClient(url)

    def _use_mail(self, environment: Mapping[str, str]) -> None:
        mail = self._wishes.mail
        if not (mail.team or mail.persons or mail.failures):
            return
        server = mail_server(environment)
        if server is None:
            raise ConfigurationMissingError(f"deliveries.mail in volt.yaml names recipients, but {SMTP_HOST} is not set. Set it in .env.")
        if not mail.sender:
            raise ConfigurationMissingError("deliveries.mail.sender in volt.yaml is empty. Write whom the mails are from.")
        self.server = server


class Sender:
    """Sends deliveries, one after the other. `is_final`: the last failure was the recipient's or the message's own."""

    def __init__(
        self, slack: SlackClient | None, server: MailServer | None, sender: str, now: datetime, stack: contextlib.ExitStack
    ) -> None:
        self._slack = slack
        self._server = server
        self._from = sender
        self._now = now
        self._stack = stack
        self._session: MailSession | None = None
        self._closed: ServiceError | None = None

    def send(self, delivery: Delivery) -> None:
        """Hands it to its server. Raises ServiceError; UnopenedError where the server itself cannot be used."""
        if delivery.channel is Channel.SLACK and self._slack:
            self._slack.send(slack_message(delivery))
        elif delivery.channel is Channel.MAIL and self._server:
            self._mail(self._server).send(self._letter(delivery))
        else:
            raise ConfigurationMissingError(f"{delivery.channel} is not configured.")

    def _mail(self, server: MailServer) -> MailSession:
        """The connection; a server that could not be opened once is not tried again for each letter."""
        if self._closed is None and self._session is None:
            try:
                self._session = self._stack.enter_context(MailSession(server))
            except ServiceError as error:
                self._closed = error
        if self._session is None:
            raise UnopenedError(str(self._closed))
        return self._session

    def _letter(self, delivery: Delivery) -> Letter:
        html = mail_html(delivery.subject, delivery.markdown, delivery.url)
        text = f"{delivery.text.rstrip()}\n" + (f"\n{delivery.url}\n" if delivery.url else "")
        return Letter(
            sender=self._from, to=delivery.to, subject=delivery.subject, text=text, html=html, id=delivery.message_id, at=self._now
        )


class UnopenedError(ServiceError):
    """The mail server cannot be reached, or refuses us. Nobody's letter is at fault."""
