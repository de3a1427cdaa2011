"""Fibery's rich texts and files, read by their secrets: one, or many at once.

No entities: who has which secret is in their rows. Forms are those of reference/fibery.md 4.1 and 4.3.
"""

import html
import re
from typing import Final

from volt_assets.sandbox.fibery_store import Store
from volt_assets.sandbox.options import Options

_FORMATS: Final = ("md", "html", "plain-text", "json")
_NOTHING: Final[dict[str, str | None]] = {"empty": "", "null": None}


class UnknownSecretError(Exception):
    """A secret under which there is nothing, asked for alone or where that fails the whole request."""


class TooManySecretsError(Exception):
    """More secrets than one request may ask for."""


def one_document(store: Store, secret: str, wanted: str) -> dict[str, object]:
    """That text in that format. Raises UnknownSecretError."""
    if secret not in store.texts and store.options.unknown_secret not in _NOTHING:
        raise UnknownSecretError(secret)
    return _item(store, secret, wanted)


def documents(store: Store, secrets: list[str], wanted: str) -> list[dict[str, object]]:
    """The texts under these secrets. Raises UnknownSecretError or TooManySecretsError where the switches say so."""
    options = store.options
    asked = secrets[: _most(options, secrets)]
    unknown = [secret for secret in asked if secret not in store.texts]
    if unknown and options.unknown_secret == "refused":  # noqa: S105 - the name of a behaviour
        raise UnknownSecretError(unknown[0])
    kept = asked if options.unknown_secret in _NOTHING else [secret for secret in asked if secret in store.texts]
    items = [_item(store, secret, wanted) for secret in kept]
    return items[::-1] if options.documents_order == "reversed" else items


def _most(options: Options, secrets: list[str]) -> int:
    most = options.most_documents
    if most is None or len(secrets) <= most:
        return len(secrets)
    if options.documents_above == "refused":
        raise TooManySecretsError(f"{len(secrets)} documents were asked for; {most} are the most.")
    return most


def _item(store: Store, secret: str, wanted: str) -> dict[str, object]:
    text = store.texts.get(secret)
    content = _NOTHING[store.options.unknown_secret] if text is None else _content(text, wanted)
    return {"secret": secret, "content": content}


def _content(text: str, wanted: str) -> object:
    if wanted not in _FORMATS or wanted == "md":
        return text
    if wanted == "json":
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        return {"doc": {"type": "doc", "content": [paragraph]}, "comments": []}
    return f"<p>{html.escape(text)}</p>" if wanted == "html" else re.sub(r"[*#>]|<br>", " ", text)
