"""A report as a mail reads it: HTML that loads nothing, and the first paragraphs as plain text. Not here: headers, sending."""

from itertools import islice, pairwise

from markdown_it.token import Token

from volt_assets.site.markup import fill, parsed, to_html

_PARAGRAPHS = 2


def mail_html(title: str, markdown: str, url: str = "") -> str:
    """The report's Markdown as a page of its own: no script, image or style from anywhere. `url` is where its pages are served."""
    return fill("mail.html", title=title, body=to_html(markdown), url=url)


def opening_text(markdown: str) -> str:
    """The first paragraphs of a report as plain text, a blank line between them, without marks and links. Lists and tables are left out."""
    told = (_plain(token) for before, token in pairwise(parsed(markdown)) if before.type == "paragraph_open" and before.level == 0)
    return "\n\n".join(islice((text for text in told if text), _PARAGRAPHS))


def _plain(inline: Token) -> str:
    parts = (" " if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or ())
    return " ".join("".join(parts).split())
