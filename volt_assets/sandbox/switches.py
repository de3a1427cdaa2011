"""Reads the switches of the sandbox from `NAME=VALUE` texts, and lists them for people.

No switches of its own (`options.py`) and no terminal.
"""

import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from volt_assets.sandbox.options import Options


class SwitchError(ValueError):
    """A switch that does not exist or a value that it cannot have, in one line."""


def read_switches(settings: Iterable[str]) -> Options:
    """The options with these `NAME=VALUE` set, the last one of a name counting. Raises SwitchError."""
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise SwitchError(f"{setting!r} sets nothing: write NAME=VALUE.")
        values[name.strip()] = _value(_switch(name.strip()), name.strip(), text.strip())
    try:
        return Options.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SwitchError(f"{name}={_shown(values[name])} cannot be: {first['msg'][:1].lower()}{first['msg'][1:]}.") from None


def listed_switches() -> Iterator[tuple[str, str]]:
    """Each switch with its default as `NAME=VALUE`, and what it does with the values it may have."""
    for name, field in Options.model_fields.items():
        choices = ", ".join(_choices(field))
        meaning = f"{field.description} One of: {choices}." if choices else f"{field.description}"
        yield f"{name}={_shown(field.get_default(call_default_factory=True))}", meaning


def _switch(name: str) -> FieldInfo:
    if name in Options.model_fields:
        return Options.model_fields[name]
    near = difflib.get_close_matches(name, Options.model_fields, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise SwitchError(f"The sandbox has no switch {name!r}.{meant}")


def _value(field: FieldInfo, name: str, text: str) -> object:
    if get_origin(field.annotation) is frozenset:
        return _set(name, text)
    if text == "none" and field.default is None:
        return None
    return _choices(field).get(text, text)


def _choices(field: FieldInfo) -> dict[str, object]:
    """The values of a switch that has only a few, by how they are written."""
    return {str(value): value for value in get_args(field.annotation)} if get_origin(field.annotation) is Literal else {}


def _set(name: str, text: str) -> object:
    """The members: JSON where it begins like that, else words between commas."""
    if not text.startswith("["):
        return [word.strip() for word in text.split(",") if word.strip()]
    try:
        return json.loads(text)
    except ValueError:
        raise SwitchError(f"{name}={text} cannot be: that is no JSON list.") from None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "none"
    return ",".join(sorted(str(one) for one in value)) if isinstance(value, frozenset | list) else str(value)
