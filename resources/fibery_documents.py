"""The rich texts that Fibery sent, by their secrets, and why others are not there. Not here: asking for them (`fibery`), entities.

Facts: `reference/fibery.md` section 4.1. A secret is confidential: it is in no message.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from volt_assets.domain.fibery_text import fitted

NOT_SENT = "Fibery did not send this text"
_LONGEST_RAW = 100_000
"""Characters of a document that are held at all: what a report shows of it is a small part."""


class Documents:
    """Texts by secret."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts: dict[str, tuple[str, int]] = {}
        self._reasons: dict[str, str] = {}
        for secret, text in (texts or {}).items():
            self._texts[secret] = (text[:_LONGEST_RAW], len(text))

    def take(self, asked: Iterable[str], answer: list[Any]) -> None:
        """Keeps what an answer brings of what was asked; matched by secret, for the order means nothing."""
        wanted = frozenset(asked)
        self._reasons = {secret: reason for secret, reason in self._reasons.items() if secret not in wanted}
        for item in answer:
            secret, text = (item.get("secret"), item.get("content")) if isinstance(item, dict) else (None, None)
            if isinstance(secret, str) and secret in wanted and isinstance(text, str):
                self._texts[secret] = (text[:_LONGEST_RAW], len(text))

    def lose(self, asked: Iterable[str], code: str) -> None:
        """Remembers by the code of an error why these texts could not be had. Its whole message would stand beside each of them."""
        self._reasons |= dict.fromkeys(asked, f"{NOT_SENT} ({code})")

    def read(self, secret: Any, most: int) -> tuple[str | None, str | None]:
        """The text, at most so long, and why some or all of it is missing. No secret is no text, and nothing to say about it."""
        if not isinstance(secret, str) or not secret:
            return None, None
        if secret not in self._texts:
            return None, self._reasons.get(secret, NOT_SENT)
        text, characters = self._texts[secret]
        return self.fit(text, most, characters)

    def fit(self, text: str, most: int, characters: int | None = None) -> tuple[str, str | None]:
        """A text of at most so many characters, and that it was cut."""
        kept, is_cut = fitted(text, most)
        whole = len(text) if characters is None else characters
        return kept, f"only the first {most} of {whole} characters are kept" if is_cut or whole > len(text) else None
