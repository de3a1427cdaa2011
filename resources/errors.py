"""What can go wrong with a service, one type for each decision a caller can take, and redaction of messages.

Not here: when to raise them (`http` and the clients), failures of a language model (`llm.ModelError`).
"""

import base64
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, quote_plus

from volt_assets.domain.values import clean_text

REDACTED = "[redacted]"
_SHORTEST_SECRET = 6  # a shorter one protects nothing, and removing it would make messages unreadable
_TOKEN_SHAPES = (
    re.compile(r"[a-f0-9]{8}\.[a-f0-9]{35}"),  # Fibery, `reference/fibery.md` section 1.1
    re.compile(r"\bsk-[A-Za-z0-9_*\-]{8,}"),  # OpenAI; its 401 answer repeats the key, partly masked
    re.compile(r'(?<="api_token":)\s*"[^"]*"?'),  # Toggl shows it in workspaces, `reference/toggl.md` section 1.1
)


class ServiceError(Exception):
    """A service could not be used. The message is one line, holds no secret and is shown to users as it is.

    It quotes no answer but a service's own words about a failure: anything else may be data, and a document's secret with it.
    `code` says in a few words what went wrong, for where the whole message is too much.
    """

    def __init__(self, message: str, *, code: str = "no usable answer") -> None:
        super().__init__(message)
        self.code = code


class ConfigurationMissingError(ServiceError):
    """A setting without which a service cannot be asked is empty or cannot be right. The message names it."""


class RefusedError(ServiceError):
    """The token or the workspace is refused, or the token's rights do not suffice. Asking again does not help."""


class QuotaError(ServiceError):
    """The hourly number of requests is used up until `resets_in_seconds` from now."""

    def __init__(self, message: str, *, resets_in_seconds: int) -> None:
        super().__init__(message, code="quota used up")
        self.resets_in_seconds = resets_in_seconds


class PlanError(ServiceError):
    """The service's plan does not include what was asked for."""


class UnavailableError(ServiceError):
    """The service could not be reached, or only answered that it is overloaded or broken. Later it may work."""


class UnknownHostError(UnavailableError):
    """The name of the service's host does not exist, which for Fibery means a wrong workspace name."""


class AnswerError(ServiceError):
    """The service answered something else than agreed: HTML, cut JSON, an unexpected status, figures that disagree."""


class NotAcceptedError(AnswerError):
    """The service does not accept this request as it is. Less at once, or without a part of it, may be accepted."""


class TooLargeError(NotAcceptedError):
    """The request is longer than the service takes. A part of it may be accepted."""


class GarbledError(AnswerError):
    """The answer was no JSON at all: a page of a proxy, or one that was cut. The same request may get a good one later."""


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """The text on one line, without these secrets (plain, as basic auth, percent-encoded) and without token shapes."""
    # Longest first: a secret may be a part of another one's encoded form.
    for form in sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    for shape in _TOKEN_SHAPES:
        text = shape.sub(REDACTED, text)
    return " ".join(clean_text(text).split())


def excerpt(text: str, secrets: Sequence[str] = (), *, length: int = 200) -> str:
    """The redacted text, cut to `length` characters. Redacted first, for a half token is a leak too."""
    line = redact(text, secrets)
    return line if len(line) <= length else line[: length - 3] + "..."


def require(value: str, variable: str, purpose: str) -> str:
    """The setting without surrounding space. Raises ConfigurationMissingError that names its environment variable."""
    setting = value.strip()
    if not setting:
        raise ConfigurationMissingError(f"{variable} is not set. Set it to {purpose}.")
    if not (setting.isascii() and setting.isprintable()):
        raise ConfigurationMissingError(f"{variable} holds characters that cannot be right. Set it to {purpose}.")
    return setting


def _forms(secret: str) -> Iterator[str]:
    for form in {text for text in (secret, secret.strip()) if len(text) >= _SHORTEST_SECRET}:
        yield form
        yield quote(form, safe="")
        yield quote_plus(form)
        yield base64.b64encode(f"{form}:api_token".encode("utf-8", "replace")).decode()
