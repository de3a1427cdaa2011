"""People as a model sees them: P1, P2 ... for names and nothing of addresses. Not here: secrets (`masking`), which facts are sent.

Hiding too much is preferred over leaking: a word that is somebody's name ("may", "mark") is hidden wherever it stands as a word, and so is
a long one with a slip in it. What is left to be read is a template's sentence with slots, so a word too few costs nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from volt_assets.domain.masking import mask_secrets
from volt_assets.domain.values import Value, clean_text

ADDRESS, LINK, SOMEBODY = "[address]", "[link]", "[somebody]"
_ADDRESS = re.compile(
    r"\"[^\"\n]{1,64}\"@[\w-]+(?:\.[\w-]+)*|(?<![\w.+%'\u2019-])[\w.+%'\u2019-]+(?:@|\s?[\[(]\s?at\s?[\])]\s?)[\w-]+(?:\.[\w-]+)*",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"]+", re.IGNORECASE)
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "los", "ter", "van", "von", "zu"}
)
_SHARED_MAILBOXES = frozenset({"admin", "contact", "dev", "hello", "info", "mail", "office", "sales", "support", "team", "test"})
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\u0131": "i", "æ": "ae", "Æ": "Ae", "œ": "oe"}
)
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe"})
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_INFLECTED = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_BETWEEN_NAMES = re.compile(r"[ \t.,_\u2019'-]{0,3}")
_FAMILY_FIRST = re.compile("[\u3400-\u9fff\uac00-\ud7af]{3,4}")
_LEAST_TO_RUN = 4
_LITTLE_RUNS = frozenset(first + last for first in _PARTICLES for last in _PARTICLES)
"""Particles beside each other name nobody."""
_LEAST_TO_SLIP, _LEAST_TO_INFLECT, _LONGEST_ENDING = 6, 4, 3


class Acquaintance(Value):
    """Somebody whose name must not be sent. `key` is how facts name them."""

    key: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class Privacy(Value):
    """What a model may see of people: their names or pseudonyms, their comments or none. Addresses and secrets it never sees."""

    people: tuple[Acquaintance, ...] = ()
    pseudonyms: bool = True
    comments: bool = False


class Cover:
    """The pseudonyms of one request, in the order of first mention: nobody's number hangs on who else has time in the week."""

    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy
        self._finder = _finder(privacy.people)
        self._shown: dict[str, str] = {}

    def person(self, key: str, name: str | None = None) -> str:
        """How somebody is called in this request: by pseudonym, or by their name, with a number where two have the same."""
        if key not in self._shown:
            self._shown[key] = f"P{len(self._shown) + 1}" if self._privacy.pseudonyms else self._own_name(key, name)
        return self._shown[key]

    def text(self, text: str) -> str:
        """Free text without secrets, addresses and links, and with pseudonyms for names."""
        line = _LINK.sub(LINK, _ADDRESS.sub(ADDRESS, mask_secrets(_plain(text))))
        if not self._privacy.pseudonyms:
            return line
        shown, at = "", 0
        for found in self._finder.find(line):
            (only, *others) = found.people
            shown += line[at : found.start] + (SOMEBODY if others else self.person(only))
            at = found.end
        return shown + line[at:]

    def _own_name(self, key: str, name: str | None) -> str:
        known = next((one.names[0] for one in self._privacy.people if one.key == key and one.names), None)
        shown = self.text(name or known or SOMEBODY)
        same = sum(1 for other in self._shown.values() if other == shown or other.startswith(f"{shown} ("))
        return f"{shown} ({same + 1})" if same else shown


class _Found(NamedTuple):
    """Where a text names somebody, and who that may be."""

    start: int
    end: int
    people: tuple[str, ...]


class _Word(NamedTuple):
    start: int
    end: int
    forms: frozenset[str]


class _Finder:
    """Finds people in text: by full names, by parts of them, by what stands before the @ of their addresses."""

    def __init__(self, people: Sequence[Acquaintance]) -> None:
        self._parts: dict[str, set[str]] = defaultdict(set)
        self._little: dict[str, set[str]] = defaultdict(set)
        self._unspaced: dict[str, set[str]] = defaultdict(set)
        self._mailboxes: list[tuple[re.Pattern[str], str]] = []
        for one in people:
            self._learn(one)
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for part in self._parts:
            if len(part) >= _LEAST_TO_INFLECT:
                self._by_initial[part[0]].append(part)
        self._seen: dict[frozenset[str], frozenset[str]] = {}

    def find(self, text: str) -> list[_Found]:
        """Everybody named, from left to right, without overlaps."""
        found = sorted([*self._in_words(text), *self._in_unspaced(text), *self._in_mailboxes(text)])
        kept: list[_Found] = []
        for one in found:
            if kept and one.start < kept[-1].end:
                last = kept.pop()
                both = tuple(key for key in last.people if key in one.people)
                kept.append(_Found(last.start, max(last.end, one.end), both or last.people))
            else:
                kept.append(one)
        return kept

    def _learn(self, one: Acquaintance) -> None:
        for name in map(_plain, one.names):
            words = [forms for _, _, forms in _words(name)]
            for forms in words:
                for form in forms:
                    is_little = len(form) == 1 or form in _PARTICLES or form.isdecimal()
                    (self._little if is_little else self._parts)[form].add(one.key)
                    self._little[form[:1]].add(one.key)
            for whole in _joined(words):
                self._parts[whole].add(one.key)
            for part in _unspaced_parts(name):
                self._unspaced[part].add(one.key)
        for address in map(_plain, one.addresses):
            self._learn_mailbox(one.key, address.partition("@")[0].partition("+")[0])

    def _learn_mailbox(self, key: str, mailbox: str) -> None:
        words = _words(mailbox)
        for form in {form for word in words for form in word.forms} - _SHARED_MAILBOXES:
            is_little = len(form) == 1 or form.isdecimal() or (len(words) > 1 and (len(form) == 2 or form in _PARTICLES))
            (self._little if is_little else self._parts)[form].add(key)
        if len(words) > 1:
            pieces = r"[\s._+-]*".join(re.escape(mailbox[word.start : word.end]) for word in words)
            self._mailboxes.append((re.compile(rf"(?<!\w){pieces}(?!\w)", re.IGNORECASE), key))

    def _in_words(self, text: str) -> Iterator[_Found]:
        """Runs of words that all belong to the same person's name. Initials and particles count beside a word that names somebody."""
        run: list[_Word] = []
        people: set[str] = set()
        for word in _words(text):
            there = self._whose(word) or (self._whose_little(word) if _can_be_little(text, word) else frozenset())
            is_new = word.forms not in [one.forms for one in run]
            goes_on = run and is_new and there & people and _BETWEEN_NAMES.fullmatch(text, run[-1].end, word.start)
            if not goes_on:
                yield from self._told(run, people)
                run, people = [], set(there)
            if there:
                run.append(word)
                people &= there
        yield from self._told(run, people)

    def _told(self, run: list[_Word], people: set[str]) -> Iterator[_Found]:
        if any(self._whose(word) for word in run):
            yield _Found(run[0].start, run[-1].end, tuple(sorted(people)))

    def _whose(self, word: _Word) -> frozenset[str]:
        """Whose name a word is part of."""
        if word.forms not in self._seen:
            self._seen[word.forms] = frozenset(self._people_of(word.forms))
        return self._seen[word.forms]

    def _people_of(self, forms: frozenset[str]) -> set[str]:
        """Whose name it is to the letter, or else nearly, or with an s."""
        exact = {key for form in forms for key in self._parts.get(form, ())}
        if exact:
            return exact
        near = [part for form in forms for part in self._by_initial.get(form[:1], ()) if _is_nearly(form, part)]
        owned = [form[:-1] for form in forms if form.endswith("s") and form[:-1] in self._parts]
        return {key for part in (*near, *owned) for key in self._parts[part]}

    def _whose_little(self, word: _Word) -> frozenset[str]:
        return frozenset(key for form in word.forms for key in self._little.get(form, ()))

    def _in_unspaced(self, text: str) -> Iterator[_Found]:
        for part, people in self._unspaced.items():
            for found in re.finditer(re.escape(part), text):
                yield _Found(*found.span(), tuple(sorted(people)))

    def _in_mailboxes(self, text: str) -> Iterator[_Found]:
        for pattern, key in self._mailboxes:
            for found in pattern.finditer(text):
                yield _Found(*found.span(), (key,))


@lru_cache(maxsize=32)  # every section of a week's reports asks for the same people
def _finder(people: tuple[Acquaintance, ...]) -> _Finder:
    return _Finder(people)


def _plain(text: str) -> str:
    """Text in one form for each character, without the signs that nobody sees."""
    composed = unicodedata.normalize("NFKC", clean_text(text))
    return "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")


def _words(text: str) -> list[_Word]:
    """The words of a text, each with the forms in which it is compared."""
    spans: list[list[int]] = []
    for at, sign in enumerate(text):
        if not (sign.isalnum() or unicodedata.category(sign).startswith("M")):
            continue
        if spans and spans[-1][1] == at:
            spans[-1][1] = at + 1
        else:
            spans.append([at, at + 1])
    return [_Word(start, end, _forms(text[start:end])) for start, end in spans]


def _can_be_little(text: str, word: _Word) -> bool:
    """Whether a word may be a name's particle or, as one letter, an initial: then it is large or has a point."""
    return word.end - word.start > 1 or text[word.start].isupper() or text[word.end : word.end + 1] == "."


@lru_cache(maxsize=20_000)
def _forms(word: str) -> frozenset[str]:
    """A word without case and accents, and with two letters for an umlaut: Müller is muller and mueller."""
    return frozenset((_folded(word.translate(_NO_DECOMPOSITION)), _folded(word.translate(_TWO_LETTERS))))


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in bare if not unicodedata.combining(sign)))


def _joined(words: Sequence[frozenset[str]]) -> set[str]:
    """A name's words as one: anaexample, exampleana, aexample; and words that stand beside each other: annemarie, oneil."""
    if len(words) < 2:
        return set()
    pieces = [words[at:end] for at in range(len(words)) for end in range(at + 2, len(words) + 1)]
    runs = {"".join(pick(forms) for forms in piece) for piece in pieces for pick in (min, max)}
    firsts, lasts = words[0], words[-1]
    pairs = {(first, last) for first in firsts for last in lasts if len(first) > 1 and len(last) > 1}
    whole = {joined for first, last in pairs for joined in (first + last, last + first, first[0] + last)}
    return whole | {run for run in runs if len(run) >= _LEAST_TO_RUN and run not in _LITTLE_RUNS}


def _unspaced_parts(name: str) -> set[str]:
    """What to look for of a name in writing without blanks; of one word also what may be the given name: 小明 of 王小明, 민수 of 김민수."""
    parts = {part for part in (name, *name.split()) if _UNSPACED.search(part)}
    given = {part[family:] for part in parts for family in (1, 2) if _FAMILY_FIRST.fullmatch(part)}
    return {part for part in parts | given if len(part) > 1}


def _is_nearly(word: str, part: str) -> bool:
    """Whether a word is a name with one slip in it, or with another ending where names have endings."""
    if word[:1] != part[:1]:
        return False
    if _INFLECTED.search(part):
        return word.startswith(part[:-1]) and len(word) < len(part) + _LONGEST_ENDING
    return len(part) >= _LEAST_TO_SLIP and len(word) >= _LEAST_TO_SLIP - 1 and OSA.distance(word, part, score_cutoff=1) <= 1
