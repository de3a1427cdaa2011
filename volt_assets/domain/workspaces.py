"""The name of a Fibery workspace and the address that it makes. Not here: addresses in descriptions, requests."""

import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_SHOWN = 60


def workspace_address(name: str) -> str:
    """Where the workspace of this name is; empty where there is no name, or one that makes an address of another host."""
    return f"https://{name}.fibery.io" if _NAME.fullmatch(name) else ""


def workspace_problem(name: str) -> str | None:
    """Why no workspace can have this name. To be asked before anything is sent: with a slash in it another host would get the token."""
    if not name or _NAME.fullmatch(name):
        return None
    shown = name if len(name) <= _SHOWN else f"{name[: _SHOWN - 3]}..."
    return f"FIBERY_WORKSPACE_NAME is {shown!r}: give only the name before .fibery.io, as acme for acme.fibery.io."
