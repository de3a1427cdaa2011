"""Slack's incoming webhook: one message to its channel. Not here: what is said, when, what was said already.

The address is the secret: whoever has it can write into the channel. Nothing is repeated here, as a message whose answer was lost
may have arrived.
"""

import hashlib
import re
from urllib.parse import urlsplit

import anyio
import httpx

from resources.errors import ConfigurationMissingError, RefusedError, UnavailableError
from resources.http import HttpPolicy, HttpSession, is_overloaded, plain_words

SLACK_URL = "SLACK_WEBHOOK_URL"
_POLICY = HttpPolicy(requests_per_second=1, read_seconds=15, deadline_seconds=20, attempts=1)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REMEDIES = {
    "no_service": "The webhook was removed: make a new one in Slack and set SLACK_WEBHOOK_URL to it.",
    "no_active_hooks": "The webhook was switched off: switch it on in Slack, or set SLACK_WEBHOOK_URL to another one.",
    "channel_is_archived": "Its channel is archived: choose another one in Slack and set SLACK_WEBHOOK_URL to its webhook.",
    "channel_not_found": "Its channel is gone: make a webhook for another one in Slack and set SLACK_WEBHOOK_URL to it.",
}
_CODE = re.compile(r"[a-z_]{3,40}")


class SlackClient:
    """Writes to one webhook. `url` is a secret that no message shows. Raises ConfigurationMissingError for what is none."""

    def __init__(self, url: str, *, policy: HttpPolicy = _POLICY, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = webhook_address(url)
        self._policy = policy
        self._transport = transport

    @property
    def name(self) -> str:
        """How this webhook is known again, without giving it away."""
        return f"webhook {hashlib.sha256(self._url.encode()).hexdigest()[:8]}"

    def send(self, message: dict[str, object]) -> None:
        """Sends one message. Raises UnavailableError where it may work later, RefusedError where it will not by itself."""
        anyio.run(self._send, message)

    async def _send(self, message: dict[str, object]) -> None:
        parts = urlsplit(self._url)
        session = HttpSession(
            service="Slack",
            base_url=f"{parts.scheme}://{parts.netloc}",
            policy=self._policy,
            secrets=(self._url, parts.path, *(part for part in parts.path.split("/") if len(part) > len("services"))),
            is_transient=lambda answer: is_overloaded(answer) or answer.is_server_error,
            transport=self._transport,
        )
        async with session:
            answer = await session.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), json=message)
        if answer.is_success and answer.text.strip() == "ok":
            return
        said = answer.text.strip()
        code = said if _CODE.fullmatch(said) else session.excerpt(plain_words(answer), length=80)
        told = f"Slack answered HTTP {answer.status_code}{f' ({code})' if code else ''}"
        if answer.is_success:
            raise UnavailableError(f"{told} and not ok, so it is not known whether the message arrived. Is SLACK_WEBHOOK_URL Slack's?")
        raise RefusedError(f"{told} to the message. {_REMEDIES.get(code, 'Check the webhook in Slack, and SLACK_WEBHOOK_URL.')}")


def webhook_address(url: str) -> str:
    """The webhook's address. Raises ConfigurationMissingError, without the address, for one that cannot be right."""
    address = url.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    plain = address.isascii() and address.isprintable() and not re.search(r"\s", address)
    if not (plain and host and len(parts.path) > 1 and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))):
        raise ConfigurationMissingError(f"{SLACK_URL} is no webhook. Set it to the address that Slack shows, https://hooks.slack.com/...")
    return address
