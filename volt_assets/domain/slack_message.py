"""A delivery as a message to a Slack webhook. Not here: sending it.

What comes from outside stands in blocks of plain text, in which Slack reads no markup, mention or link; in all else `&`, `<` and `>`
are escaped, without which there is neither (https://docs.slack.dev/messaging/formatting-message-text).
"""

from volt_assets.domain.deliveries import Delivery
from volt_assets.domain.values import clean_text

LONGEST_BLOCK, MOST_BLOCKS, LONGEST_TEXT = 2_900, 8, 1_000
"""Slack takes 3,000 characters in a block of text and 50 blocks; nobody reads that many in a channel."""
_MENTION = "@\u2060"
"""An @ that begins no mention: a word joiner follows, which is not seen."""


def slack_message(delivery: Delivery) -> dict[str, object]:
    """The JSON that a webhook takes: a heading, a link where there is a page, the text."""
    heading = f"*{slack_text(delivery.subject)}*"
    link = f"\n<{_address(delivery.url)}|Open the reports>" if delivery.url else ""
    blocks: list[object] = [_block("mrkdwn", heading + link)]
    blocks += [_block("plain_text", piece) for piece in _pieces(clean_text(delivery.text))]
    return {"text": slack_text(delivery.subject)[:LONGEST_TEXT], "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def slack_text(text: str) -> str:
    """One line as Slack shows it unread: no mention, link or formatting comes of it."""
    line = " ".join(clean_text(text).split())
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", _MENTION)
    return "".join(f"\u200b{sign}" if sign in "*_~`" else sign for sign in escaped)


def _block(kind: str, text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": kind, "text": text, **({"emoji": False} if kind == "plain_text" else {})}}


def _address(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _pieces(text: str) -> list[str]:
    """The paragraphs, together as long as they fit into a block."""
    pieces: list[str] = []
    for paragraph in (part.strip() for part in text.split("\n\n")):
        if not paragraph:
            continue
        if pieces and len(pieces[-1]) + len(paragraph) + 2 <= LONGEST_BLOCK:
            pieces[-1] = f"{pieces[-1]}\n\n{paragraph}"
        else:
            pieces.append(paragraph)
    return [piece if len(piece) <= LONGEST_BLOCK else f"{piece[: LONGEST_BLOCK - 4]} ..." for piece in pieces[:MOST_BLOCKS]]
