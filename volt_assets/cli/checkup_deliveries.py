"""Looks at the deliveries for `doctor`: what is configured, whether the mail server lets us in, what was not sent. Not here: sending."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from io_managers.week_store import StoreError
from resources.errors import ServiceError
from resources.mail import MailServer, MailSession
from volt_assets.deliveries import undelivered
from volt_assets.delivery_ways import Ways
from volt_assets.domain.checkup import Finding, ok, warning
from volt_assets.settings import Settings

SLACK, MAIL, UNDELIVERED = "Slack", "Mail", "Not delivered"
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_NAMED = 3
_SECONDS = 10


def delivery_findings(settings: Settings, environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """A row for each way out, and one for what the last weeks' recipients do not have. None of it keeps the pipeline from running."""
    ways = Ways(settings, environment)
    wrong = tuple(_wrong(problem) for problem in ways.problems)
    named = {finding.check for finding in wrong}
    rows = [*wrong]
    if SLACK not in named:
        rows.append(_slack(ways, settings))
    if MAIL not in named:
        rows.append(_mail(ways.server, settings))
    return (*rows, *(_missing(settings) if ways.channels else ()))


def _wrong(problem: str) -> Finding:
    says, _, remedy = problem.partition(". ")
    return warning(SLACK if says.startswith("SLACK") else MAIL, says.rstrip("."), remedy)


def _slack(ways: Ways, settings: Settings) -> Finding:
    if ways.slack is None:
        return ok(SLACK, "off: SLACK_WEBHOOK_URL is not set, or deliveries.slack wants nothing")
    wishes = settings.deliveries.slack
    told = [what for what, wished in (("finished weeks", wishes.weeks), ("failed runs", wishes.failures)) if wished]
    return ok(SLACK, f"{' and '.join(told)} are told; the address has the right form, and nothing was sent to it")


def _mail(server: MailServer | None, settings: Settings) -> Finding:
    if server is None:
        return ok(MAIL, "off: deliveries.mail in volt.yaml names nobody")
    try:
        with MailSession(server.model_copy(update={"seconds": _SECONDS})):
            pass
    except ServiceError as error:
        says, _, remedy = _ADDRESS.sub("[address]", str(error)).partition(". ")
        return warning(MAIL, says.rstrip("."), remedy or "Run doctor again later.")
    wishes = settings.deliveries.mail
    people = "each person" if wishes.persons else "no person"
    login = "with the login" if server.username else "without a login"
    told = f"{len(wishes.team)} get the team report, {people} gets their own, {len(wishes.failures)} are told of failed runs"
    return ok(MAIL, f"{server.host}:{server.port} lets us in {login} ({server.security}): {told}; nothing was sent")


def _missing(settings: Settings) -> tuple[Finding, ...]:
    try:
        lines = undelivered(settings, datetime.now(UTC))
    except (StoreError, OSError) as error:
        says, _, remedy = str(error).partition(". ")
        return (warning(UNDELIVERED, says, remedy or "Check VOLT_DATA."),)
    if not lines:
        return (ok(UNDELIVERED, "nothing of the last weeks"),)
    more = f"; and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    remedy = "See data/deliveries for whom and why; once that is corrected, `volt-agent deliver` sends only what is missing."
    told = "1 delivery of the last weeks was not sent" if len(lines) == 1 else f"{len(lines)} deliveries of the last weeks were not sent"
    return (warning(UNDELIVERED, told, remedy, private=f"{'; '.join(lines[:_NAMED])}{more}."),)
