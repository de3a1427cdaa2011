"""Untrusted text made safe for Markdown. Not here: HTML (the site's templates escape), secrets (that is `masking`)."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&@^$])")
_LINE_START = re.compile(r"\A(?:([-+=:])|([0-9]+)([.)]))")
_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*)(:)(?=//)|(\bwww)(\.)|(\b(?:mailto|javascript|data))(:)")


def markdown_text(text: str) -> str:
    """One line of text that every Markdown reader shows as it was written: no link, heading, list, table cell or HTML comes of it."""
    line = " ".join(text.split())
    line = _SPECIAL.sub(r"\\\1", line)
    line = _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)
    return _ADDRESS.sub(_without_link, line)


def markdown_link(text: str, url: str) -> str:
    """A link that code made, to an address from the configuration."""
    address = re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}", url)
    return f"[{markdown_text(text)}]({address})"


def code_block(text: str) -> str:
    """Lines to paste, in a fence that no line of them can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}"


def _without_link(found: re.Match[str]) -> str:
    word, mark = next((found[index], found[index + 1]) for index in (1, 3, 5) if found[index] is not None)
    return f"{word}\\{mark}"
