"""What people wrote in Fibery, as a report can use it: plain Markdown, and no more of it than a budget. Not here: masking, escaping.

Facts: `reference/fibery.md` section 4.1.
"""

import re

from volt_assets.domain.values import clean_text

_MENTION = re.compile(r"\[\[(?P<named>[^\[\]#]*)#[\^@][^\[\]]*\]\]")
_CALLOUT = re.compile(r"^(?:>\s*)*\[//\]:\s*#\s*\([^\n]*\)[ \t]*$", re.MULTILINE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SPACE_AT_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
CUT = "…"
_RAW_FOR_ONE = 4
"""So many characters of Fibery's Markdown are read for one that is kept: links and mentions are longer there than here."""


def plain_markdown(text: str) -> str:
    """Fibery's Markdown with mentions as their titles, line breaks as such, and without the comments that mark callouts."""
    titled = _MENTION.sub(lambda mention: _title(mention["named"]), clean_text(text))
    lines = _SPACE_AT_ENDS.sub("", _CALLOUT.sub("", _BREAK.sub("\n", titled)).replace("\r\n", "\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def fitted(text: str, most: int) -> tuple[str, bool]:
    """A document as plain Markdown of at most so many characters, and whether some of it is left out."""
    whole = plain_markdown(text[: most * _RAW_FOR_ONE + 1000])
    is_cut = len(whole) > most or len(text) > most * _RAW_FOR_ONE + 1000
    kept = whole[: most - 1].rstrip() if is_cut else whole
    return (f"{kept}{CUT}" if is_cut else kept), is_cut


def _title(named: str) -> str:
    """The title of a mention, which may be broken over lines and stands after `Space/Database:`; nothing for a mention without one."""
    whole = " ".join(named.split())
    _, colon, title = whole.partition(":")
    return title.strip() if colon and "/" in whole.split(":", 1)[0] else whole
