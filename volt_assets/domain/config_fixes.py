"""YAML to paste into the configuration, as coverage proposes it. Not here: what is wrong, reading or writing any file.

Names come from Fibery and Toggl and may hold anything; what is proposed must load again and mean the same.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from volt_assets.domain.masking import mask_secrets

PLACEHOLDER = "their-address@in-fibery.example"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|user:[1-9][0-9]*")
_NO_FOLDING = 1_000_000
_ALIAS_INDENT = "    "


def database_entry(name: str, settings: Mapping[str, Any] | None = None) -> str | None:
    """A database's lines under `enrichment_activities`. None for a name with space at an end, which the configuration does not take."""
    if "/" not in name or any(not part or part != part.strip() for part in name.split("/", 1)):
        return None
    return _yaml({name: dict(settings or {"activity": "default_enrich_entity", "max_concurrent": 3, "fields": []})})


def corrected_settings(settings: Mapping[str, Any], replaced: Mapping[str, Mapping[str, str | None]]) -> dict[str, Any]:
    """A database's settings with the names in its lists, by the list's key, replaced, or left out where there is nothing in their place."""
    return {key: _corrected(value, replaced.get(key, {})) if isinstance(value, list) else value for key, value in settings.items()}


def person_alias(person: str, address: str) -> str | None:
    """A person's line under `people.aliases`, indented as it stands there. None where the configuration takes it for no person."""
    if not all(_ADDRESS.fullmatch(part) for part in (person, address)):
        return None
    return textwrap.indent(_yaml({person: address}).rstrip("\n"), _ALIAS_INDENT)


def block_to_paste(entries: Iterable[str | None]) -> str:
    """Entries as they stand under their section. What looks like a secret is in no report, and a masked name would not load."""
    return textwrap.indent("".join(entry for entry in entries if entry and mask_secrets(entry) == entry), "  ")


def _corrected(names: list[Any], nearest: Mapping[str, str | None]) -> list[Any]:
    wanted = [nearest.get(name, name) if isinstance(name, str) else name for name in names]
    return list(dict.fromkeys(name for name in wanted if name is not None))


class _Dumper(yaml.SafeDumper):
    """Texts with a character that breaks lines are escaped: PyYAML writes U+0085 and the like as they are, and reads them as spaces."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if len(text.splitlines()) > 1 or text != text.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(document: Mapping[str, Any]) -> str:
    return str(yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_NO_FOLDING))
