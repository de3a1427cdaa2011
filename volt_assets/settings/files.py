"""Configuration files read into sections, and what is wrong with one in a line. Not here: what the sections are, the environment."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import SafeConstructor

from volt_assets.settings.sections import NO_DATE

Model = TypeVar("Model", bound=BaseModel)

_UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError)  # raised by PyYAML for `!!int abc`, `!!int ''`, `!!bool x` ...
_WORDS = {  # where Pydantic's own name Python's types
    **dict.fromkeys(("model_type", "dict_type"), "must be a section of keys and values"),
    **dict.fromkeys(("frozen_set_type", "tuple_type"), "must be a list"),
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing"), NO_DATE),
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "invalid_key": "is no text; keys should be strings",
}


class ConfigurationError(Exception):
    """The configuration cannot be used. The message is one line: file, key or variable, what is wrong, what is allowed."""


class _PlainDates(yaml.SafeLoader):
    """YAML in which a date is text, quoted or not, so that a wrong one is refused by the key it stands under."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML declares it as an instance's own
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_section(file: Path, model: type[Model]) -> Model:
    """A file as its section. Raises ConfigurationError with one line for the first thing that is wrong."""
    document = _document(file)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}: must hold keys and values, but holds {_kind(document)}.")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {_first_problem(error, model)}") from None


def _document(file: Path) -> object:
    """What a YAML file holds. Raises ConfigurationError for no YAML, a key given twice, or a value that is not what its tag says."""
    try:
        root = yaml.compose(read_text(file), Loader=_PlainDates)
        problem = next((problem for key, node in _nodes(root) if (problem := _node_problem(key, node))), None)
        document = SafeConstructor().construct_document(root) if root and not problem else None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigurationError(f"{file}: is no YAML: {_one_line(str(error))}") from None
    if problem:
        raise ConfigurationError(f"{file}: {problem}")
    return document


def _nodes(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Every node of a document with the key it stands under; one that an alias repeats comes once."""
    waiting, seen = [("", root)] if root else [], set[int]()
    for key, node in waiting:
        if id(node) not in seen:
            seen.add(id(node))
            yield key, node
            waiting.extend(_below(key, node))


def _below(key: str, node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(_key(key, name), part) for name, value in node.value for part in (name, value)]
    return [(key, item) for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _key(section: str, name: yaml.Node) -> str:
    return f"{section}.{name.value}".lstrip(".") if isinstance(name, yaml.ScalarNode) else section


def _node_problem(key: str, node: yaml.Node) -> str | None:
    if isinstance(node, yaml.MappingNode):
        names = [_key(key, name) for name, _ in node.value]
        return next((f"{name}: is given twice; keep one of them." for name in names if names.count(name) > 1), None)
    if not isinstance(node, yaml.ScalarNode) or node.value == "<<":
        return None
    try:
        SafeConstructor().construct_object(node)
    except _UNREADABLE:
        kind = node.tag.rpartition(":")[2]
        return f"{key}: {_shown(node.value)} cannot be read as !!{kind}; write a plain value without a tag, or text in quotes."
    return None


def read_text(file: Path) -> str:
    """A file's text. Raises ConfigurationError where there is none, or none that can be read."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"{file}: is not there; take it from the project's config folder.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read: {_one_line(str(error))}") from None


def _first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return f"{key}: unknown key; allowed are {', '.join(_allowed(model, problem['loc']))}."
    if problem["type"] == "missing":
        return f"{key}: is missing."
    message = _WORDS.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{key}: {message} (found {_shown(problem['input'])})." if key else f"{message}."


def _shown(value: object) -> str:
    """A value as its writer knows it, in a line."""
    if isinstance(value, str):
        return repr(_one_line(value))
    return _one_line(str(value)).lower() if isinstance(value, int | float | date) else _kind(value)


def _kind(value: object) -> str:
    return {dict: "keys and values", list: "a list", str: "text", type(None): "nothing"}.get(type(value), "a single value")


def _allowed(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
    here: Any = model
    for part in location[:-1]:
        fields = getattr(here, "model_fields", {})
        # An item of a list, or a section by name, such as an activity.
        here = fields[str(part)].annotation if str(part) in fields else get_args(here)[0 if isinstance(part, int) else -1]
    return tuple(getattr(here, "model_fields", {}))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
