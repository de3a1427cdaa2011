"""A Slack incoming webhook that keeps what it is told, and answers as the switch `slack` says. No channel, and no other method of Slack.

The answers are those of https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
"""

from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from volt_assets.sandbox.answers import JsonObject, json_body
from volt_assets.sandbox.constants import SLACK_PATH
from volt_assets.sandbox.gate import Clock
from volt_assets.sandbox.options import Options

_LONGEST_BLOCK: Final = 3_000
_MOST_BLOCKS: Final = 50
_HANG_SECONDS: Final = 3_600.0


@dataclass(slots=True)
class Inbox:
    """What arrived in the channel, oldest first."""

    messages: list[JsonObject] = field(default_factory=list)


def slack_app(inbox: Inbox, options: Options, clock: Clock) -> Router:
    """The service, to be mounted under `/slack`."""

    async def webhook(request: Request) -> Response:
        body = await json_body(request)
        if options.slack == "hang":
            await clock.wait(_HANG_SECONDS)
        refused = _refusal(options)
        if refused:
            return refused
        if not isinstance(body, dict) or not _is_valid(body):
            return PlainTextResponse("invalid_payload", 400)
        inbox.messages.append(body)
        return PlainTextResponse("ok")

    async def unknown(_: Request) -> Response:
        return PlainTextResponse("no_service", 404)

    return Router([Route(SLACK_PATH, webhook, methods=["POST"]), Route("/{rest:path}", unknown, methods=["POST"])])


def _refusal(options: Options) -> Response | None:
    """What the switch says instead of taking the message."""
    answers: dict[str, Response] = {
        "no_service": PlainTextResponse("no_service", 404),
        "rate_limited": PlainTextResponse("rate_limited", 429, headers={"Retry-After": "30"}),
        "error": PlainTextResponse("rollup_error", 500),
        "garbage": HTMLResponse("<html><body>Welcome to the hotel's network</body></html>"),
    }
    return answers.get(options.slack)


def _is_valid(message: JsonObject) -> bool:
    blocks = message.get("blocks", [])
    texts = [block.get("text", {}).get("text", "") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else [""]
    return bool(message.get("text")) and len(texts) <= _MOST_BLOCKS and all(0 < len(text) <= _LONGEST_BLOCK for text in texts)
