"""What a description says about an entity. Not here: whether that entity exists (that is `matching`).

The forms are those of `reference/fibery.md` section 7.2 and `reference/field.md` section 6: a link of the workspace,
`#id [Space] [Database] [Project]` as Fibery's own formula writes it, and a bare `#id`.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import unquote

from volt_assets.domain.values import Value, clean_text


class ReferenceForm(StrEnum):
    """How a description names an entity."""

    URL = "url"
    LABELS = "labels"
    BARE = "bare"


class Reference(Value):
    """An entity as a description names it. `space` and `database` are the labels as written, None where only an id is given.

    `label` is a single label beside a bare number. `title` is the description without the reference. `others` are further references in the
    same description; the first full one counts.
    """

    form: ReferenceForm
    public_id: str
    space: str | None = None
    database: str | None = None
    project: str | None = None
    label: str | None = None
    title: str = ""
    others: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether it names its entity in full: space, database and id."""
        return self.space is not None and self.database is not None


_ID = r"(?<![\w#&/])#\s?([0-9]{1,9})(?![\w])"
_LABELLED = re.compile(_ID + r"((?:\s*\[[^\[\]]*\])+)")
_BARE = re.compile(_ID)
_LABEL = re.compile(r"\[([^\[\]]*)\]")
_LABEL_BESIDE = re.compile(r"\s*\[([^\[\]]*[^\[\]\s][^\[\]]*)\]")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_PATH_ID = re.compile(r"(?:^|-)([0-9]{1,9})\Z")
_FOREIGN = re.compile(
    r"(?:\b(?:pr|mr|pull request|merge request|issue|commit|colou?r|hex)|[!])[\s(]*\Z",
    re.IGNORECASE,
)
_PARTS_OF_ENTITY_PATH = 3
_FULL_LABELS = 2


def parse_reference(description: str, hosts: Iterable[str]) -> Reference | None:
    """The entity a description refers to; None if to none. `hosts` are the workspace's own addresses, such as `acme.fibery.io`.

    A link wins over labels, labels over a bare number: each says more than the next.
    """
    return _from_url(description, tuple(hosts)) or _from_labels(description) or _from_bare_id(description)


def _from_url(description: str, hosts: tuple[str, ...]) -> Reference | None:
    for found in _URL.finditer(description):
        parts = _entity_path(found[0], hosts)
        if parts:
            space, database, public_id = parts
            rest = description[: found.start()] + description[found.end() :]
            title = " ".join(rest.split())
            return Reference(form=ReferenceForm.URL, public_id=public_id, space=space, database=database, title=title)
    return None


def _entity_path(url: str, hosts: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Space, database and id of a link of the workspace. Underscores in a link stand for spaces."""
    address = url.split("://", 1)[1].rstrip(".,;:!?)>]'\"")
    address = re.split(r"[?#]", address, maxsplit=1)[0]
    host = next((host for host in hosts if address.lower().startswith(f"{host.lower()}/")), None)
    parts = [clean_text(unquote(part)).strip() for part in address[len(host) + 1 :].strip("/").split("/")] if host else []
    number = _PATH_ID.search(parts[-1]) if len(parts) == _PARTS_OF_ENTITY_PATH and all(parts) else None
    return (parts[0].replace("_", " "), parts[1].replace("_", " "), _plain_id(number[1])) if number else None


def _from_labels(description: str) -> Reference | None:
    full = [found for found in _LABELLED.finditer(description) if len(_labels(found[2])) >= _FULL_LABELS]
    if not full:
        return None
    first, labels = full[0], _labels(full[0][2])
    project = labels[_FULL_LABELS] if len(labels) > _FULL_LABELS else None
    return Reference(
        form=ReferenceForm.LABELS,
        public_id=_plain_id(first[1]),
        space=labels[0],
        database=labels[1],
        project=project,
        title=" ".join(description[: first.start()].split()),
        others=tuple(_plain_id(found[1]) for found in full[1:]),
    )


def _labels(run: str) -> list[str]:
    return [label.strip() for label in _LABEL.findall(run) if label.strip()]


def _from_bare_id(description: str) -> Reference | None:
    ours = [found for found in _BARE.finditer(description) if not _FOREIGN.search(description[: found.start()])]
    if not ours:
        return None
    last = ours[-1]
    label = _LABEL_BESIDE.match(description, last.end())
    rest = description[: last.start()] + " " + description[label.end() if label else last.end() :]
    return Reference(
        form=ReferenceForm.BARE, public_id=_plain_id(last[1]), label=label[1].strip() if label else None, title=" ".join(rest.split())
    )


def _plain_id(digits: str) -> str:
    return str(int(digits))
