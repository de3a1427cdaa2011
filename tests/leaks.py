"""How a secret may be written, and where it is. Not here: whose secrets, assertions."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote


def forms(secret: str) -> frozenset[bytes]:
    """As it is, in an address, in JSON, in hexadecimal, and in Base64 wherever in a text it begins."""
    encoded = {base64.b64encode(b"x" * before + secret.encode())[4 * (before > 0) : -4] for before in range(3)}
    urlsafe = {form.replace(b"+", b"-").replace(b"/", b"_") for form in encoded}
    written = {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], secret.encode().hex()}
    return frozenset(encoded | urlsafe | {form.encode() for form in written})


def has(content: bytes, secret: str) -> bool:
    """Whether a secret is in this, in whatever form."""
    return any(form in content for form in forms(secret))


def found_in(folder: Path, secrets: Mapping[str, str]) -> list[str]:
    """Which secrets are in the files below a folder, and in which of them."""
    known = {name: forms(secret) for name, secret in secrets.items()}
    contents = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [
        f"{name} in {path.relative_to(folder).as_posix()}"
        for path, content in contents.items()
        for name, written in known.items()
        if any(form in content for form in written)
    ]
