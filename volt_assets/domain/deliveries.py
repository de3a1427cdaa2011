"""What of a week goes to whom, and what was sent already. Not here: sending, reading or writing files, HTML."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from volt_assets.domain.escaping import markdown_text
from volt_assets.domain.values import Value
from volt_assets.domain.weeks import Week

MOST_ATTEMPTS = 12
"""Of one delivery by themselves: with the pauses below, for about a day."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=3)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
"""No blank, bracket, comma or line break: what a header or a command of SMTP could be broken with is no address."""


class Channel(StrEnum):
    """The ways out."""

    SLACK = "slack"
    MAIL = "mail"


class Kind(StrEnum):
    """What is sent."""

    WEEK = "week done"
    TEAM = "team report"
    PERSON = "personal report"
    FAILURE = "failed run"


class Delivery(Value):
    """One message to one recipient. `text` is a report's Markdown as it stands, and plain otherwise; `version` is the hash of what it says.

    `about` is what it belongs to: a week, or the run that failed. `whose` is the person of a personal report.
    """

    about: str
    channel: Channel
    kind: Kind
    to: str
    whose: str = ""
    subject: str
    text: str
    url: str = ""
    version: str

    @property
    def told(self) -> str:
        """The delivery in a few words."""
        return f"{self.channel}: {self.kind} to {self.to}"

    @property
    def message_id(self) -> str:
        """The same for the same message to the same recipient, so that what was sent twice all the same is shown once."""
        return content_hash("\n".join((self.about, self.kind, self.to, self.whose, self.version)))[:32]

    @property
    def markdown(self) -> str:
        """The text as Markdown: of what is plain, no markup comes."""
        reports = (Kind.TEAM, Kind.PERSON)
        return self.text if self.kind in reports else "\n\n".join(markdown_text(part) for part in self.text.split("\n\n"))


class PersonText(Value):
    """A person's report as it stands, and who they are in Toggl."""

    user_id: int
    text: str


class WeekTexts(Value):
    """The reports of a stored week as they stand, edited or not. `summary` is how the team's begins, `headline` what stands for it."""

    week: Week
    headline: str
    summary: str
    team: str
    persons: dict[str, PersonText]


class Plan(Value):
    """Who gets what. `slack` names the webhook without giving it away; `silent` are the people who get no report."""

    slack: str = ""
    team: tuple[str, ...] = ()
    persons: bool = False
    addresses: dict[str, str] = Field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    page: str = ""


class Due(Value):
    """What of a week is to be sent, and to whom nothing can be, by their key."""

    deliveries: tuple[Delivery, ...]
    without_address: tuple[str, ...] = ()


def week_deliveries(texts: WeekTexts, plan: Plan) -> Due:
    """The messages of a week: to Slack, to the team's list, and to each person their own report and nothing else."""
    week = texts.week
    span = f"{week.monday.isoformat()} to {week.sunday.isoformat()}"
    found: list[Delivery] = []
    if plan.slack and texts.team:
        body = texts.summary or texts.headline
        subject = f"Week {span}: the reports are ready"
        found.append(_delivery(week.key, Channel.SLACK, Kind.WEEK, plan.slack, subject, body, of=texts.team, url=plan.page))
    if texts.team:
        subject, team = f"The team's week {span}", dict.fromkeys(plan.team)
        found += [_delivery(week.key, Channel.MAIL, Kind.TEAM, address, subject, texts.team, url=plan.page) for address in team]
    wanted = {key: one for key, one in texts.persons.items() if plan.persons and not plan.silent & {key, f"user:{one.user_id}"}}
    addresses = {key: _address(key, one, plan) for key, one in wanted.items()}
    for key, address in addresses.items():
        if address:
            found.append(_delivery(week.key, Channel.MAIL, Kind.PERSON, address, f"Your week {span}", wanted[key].text, whose=key))
    return Due(deliveries=tuple(found), without_address=tuple(key for key, address in addresses.items() if not address))


def _address(key: str, person: PersonText, plan: Plan) -> str:
    """Where a person's mail goes; empty for nowhere."""
    address = next((plan.addresses[name] for name in (key, f"user:{person.user_id}") if name in plan.addresses), key)
    return address if is_mail_address(address) else ""


def failure_delivery(run_id: str, channel: Channel, to: str, subject: str, text: str) -> Delivery:
    """A notice of a failed run."""
    return _delivery(run_id, channel, Kind.FAILURE, to, subject, text)


def is_mail_address(text: str) -> bool:
    """Whether this is one plain e-mail address."""
    return bool(_ADDRESS.fullmatch(text)) and ".." not in text


def content_hash(text: str) -> str:
    """How what was sent is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def _delivery(
    about: str, channel: Channel, kind: Kind, to: str, subject: str, text: str, *, of: str | None = None, url: str = "", whose: str = ""
) -> Delivery:
    version = content_hash(text if of is None else of)[:16]
    return Delivery(about=about, channel=channel, kind=kind, to=to, whose=whose, subject=subject, text=text, url=url, version=version)


class Tried(Value):
    """What was tried to be handed to whom, and when."""

    channel: Channel
    kind: Kind
    to: str
    whose: str = ""
    version: str
    at: datetime

    def is_towards(self, delivery: Delivery) -> bool:
        """Whether it is the same thing for the same recipient, in whichever version."""
        return (self.channel, self.kind, self.to, self.whose) == (delivery.channel, delivery.kind, delivery.to, delivery.whose)


class Sent(Tried):
    """A delivery that arrived at its server."""


class Failed(Tried):
    """A delivery that did not, how often that was tried, and why it failed the last time. `final`: it will not by itself."""

    attempts: int
    problem: str
    final: bool = False


class Ledger(Value):
    """What was sent of a week or of a run, and what could not be."""

    about: str
    sent: tuple[Sent, ...] = ()
    failed: tuple[Failed, ...] = ()

    def is_sent(self, delivery: Delivery) -> bool:
        """Whether this recipient has this version."""
        return any(one.is_towards(delivery) and one.version == delivery.version for one in self.sent)

    def is_update(self, delivery: Delivery) -> bool:
        """Whether the recipient has another version."""
        return not self.is_sent(delivery) and any(one.is_towards(delivery) for one in self.sent)

    def may_try(self, delivery: Delivery, now: datetime) -> bool:
        """Whether it is time to try by itself: pauses grow, and there is an end."""
        failed = self._failed(delivery)
        if failed is None:
            return True
        pause = min(_FIRST_PAUSE * 2 ** (failed.attempts - 1), _LONGEST_PAUSE)
        return not failed.final and failed.attempts < MOST_ATTEMPTS and now - failed.at >= pause

    def with_sent(self, delivery: Delivery, now: datetime) -> "Ledger":
        """After it was sent."""
        line = Sent(channel=delivery.channel, kind=delivery.kind, to=delivery.to, whose=delivery.whose, version=delivery.version, at=now)
        return self.model_copy(update={"sent": (*self.sent, line), "failed": self._others(delivery)})

    def with_failed(self, delivery: Delivery, problem: str, now: datetime, *, final: bool) -> "Ledger":
        """After a try that failed."""
        before = self._failed(delivery)
        line = Failed(
            channel=delivery.channel,
            kind=delivery.kind,
            to=delivery.to,
            whose=delivery.whose,
            version=delivery.version,
            at=now,
            attempts=(before.attempts if before else 0) + 1,
            problem=problem,
            final=final,
        )
        return self.model_copy(update={"failed": (*self._others(delivery), line)})

    def without_others(self, deliveries: Sequence[Delivery]) -> "Ledger":
        """Without failures towards recipients who are to get nothing any more."""
        return self.model_copy(update={"failed": tuple(one for one in self.failed if any(one.is_towards(wanted) for wanted in deliveries))})

    def _failed(self, delivery: Delivery) -> Failed | None:
        return next((one for one in self.failed if one.is_towards(delivery) and one.version == delivery.version), None)

    def _others(self, delivery: Delivery) -> tuple[Failed, ...]:
        """The failures of other recipients: what a newer version replaces is not tried any more."""
        return tuple(one for one in self.failed if not one.is_towards(delivery))


def updated(delivery: Delivery, ledger: Ledger) -> Delivery:
    """The delivery, which says so where the recipient has an earlier version."""
    return delivery.model_copy(update={"subject": f"{delivery.subject} (updated)"}) if ledger.is_update(delivery) else delivery


def recent_weeks(today_week: Week, count: int) -> tuple[Week, ...]:
    """The weeks that ended before this one, latest first."""
    return tuple(today_week.shifted(-back) for back in range(1, count + 1))


def given_up(ledgers: Iterable[Ledger]) -> tuple[str, ...]:
    """Deliveries that were not sent, in a line each."""
    return tuple(f"{ledger.about}, {one.channel}: {one.kind} to {one.to}: {one.problem}" for ledger in ledgers for one in ledger.failed)


def failure_text(week: str, job: str, run_id: str, failures: Sequence[str]) -> str:
    """A failed run in plain words: which week and asset, why, and how to look. The remedy is in the errors' own words."""
    what = f"The run {job} of week {week} failed." if week else f"The run {job} failed."
    again = f"To run it again: volt-agent run --start-date {week} --end-date {week}" if week else ""
    how = f"To look: volt-agent show-run --run-id {run_id}"
    return "\n\n".join(part for part in (what, *(failures or ["It ended without saying why."]), how, again) if part)
