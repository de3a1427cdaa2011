"""One planter for each class of error: a report, and chance, to a report that says something false. Not here: where texts stand, checking.

Each proves that what it planted is false, by the facts' values and by what is shown; where it can't, it gives None and another place is
tried. No planter knows how reports are checked.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from benchmarks.faith_planting import Book, Mutant, Place, Planted, literal, swapped
from volt_assets.domain.facts import Fact, FactKind

Planter = Callable[[Book, random.Random], Mutant | None]
TIMES = (FactKind.DURATION, FactKind.GROWTH)
STRANGERS = ("Zora Quill", "Pavel Orlov", "Tilda Marsh")
STATES = ("Blocked", "Done", "In Progress", "Waiting", "Released", "Open")
ELSEWHERE = "https://evil.example/x"
NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PARTS = ("half of ", "twice ", "a third of ", "none of ", "nearly double ", "three times ")
FINISHED = (" It is finished.", " It was completed.", " This is done.", " It has been delivered.")
FINISHED_BESIDE = (" (finished)", ", which was completed,", ", now done,")
CLAIMS = (
    *(", because the client was late", ", which is an excellent result", " thanks to better planning"),
    *(", blocked by the review", ", more than the team had planned", " and the client is happy", ", as expected"),
)
MARKUP = (
    *(f" [here]({ELSEWHERE})", f" {ELSEWHERE}", " <b>really</b>", f" ![map]({ELSEWHERE}.png)", " www.evil.example"),
    *(f" <img src={ELSEWHERE}>", " **really**", " <script>alert(1)</script>", f" <{ELSEWHERE}>", " [x](javascript:alert)"),
)
_TIME = re.compile(r"(\d+)h (\d\d)m\Z")
_DAY = re.compile(r"(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d)\Z")
_COMPARED = re.compile(r"\b(more|less|most|rose|fell)\b")
_OPPOSITES = {"more": "less", "less": "more", "most": "least", "rose": "fell", "fell": "rose"}
_NOT_SURELY_FALSE = re.compile(r"took more so far|or more|(?:more has|more have|less time|more, with)")


def value(book: Book, chance: random.Random) -> Mutant | None:
    """Another figure in place of a time: written out, another fact's, or in the fact's own display form."""
    place, slot = chance.choice(book.uses(*TIMES) or [(None, "")])
    if place is None:
        return None
    return _another(book, chance, Planted.VALUE, place, book.facts[slot], _other_time(chance, book.facts[slot].display), TIMES)


def unit(book: Book, chance: random.Random) -> Mutant | None:
    """The figure stays and its unit does not, and so the value is another."""
    place, slot = chance.choice(book.uses(*TIMES, FactKind.SHARE, FactKind.COUNT) or [(None, "")])
    if place is None:
        return None
    fact = book.facts[slot]
    text = _other_unit(chance, fact)
    if text is None:
        return None
    return _written(book, chance, Planted.UNIT, place, fact, text)


def name(book: Book, chance: random.Random) -> Mutant | None:
    """Somebody else of the team in place of a person. Who is told in the same line already would make it no clear lie."""
    use = book.one_use(chance, FactKind.PERSON)
    if use is None:
        return None
    place, fact = use
    beside = " ".join(book.shown(one.text) for one in book.row(place))
    others = [one for one in book.of(FactKind.PERSON) if one.display not in beside and _may_stand_for(book, one, fact.id)]
    if others and chance.random() < 2 / 3:
        return book.rewritten(Planted.NAME, place, swapped(place, fact.id, chance.choice(others).id))
    strangers = [one for one in book.people if one not in beside and one != fact.display]
    return _written(book, chance, Planted.NAME, place, fact, chance.choice(strangers)) if strangers else None


def scope(book: Book, chance: random.Random) -> Mutant | None:
    """A true figure of somebody, something or some measure else: its fact.id is moved here."""
    use = book.one_use(chance, *TIMES, FactKind.COUNT, FactKind.SHARE)
    if use is None:
        return None
    place, fact = use
    others = [one for one in book.of(fact.kind) if _is_of_another(fact, one)]
    return book.rewritten(Planted.SCOPE, place, swapped(place, fact.id, chance.choice(others).id)) if others else None


def state(book: Book, chance: random.Random) -> Mutant | None:
    """Another state in place of an entity's."""
    use = book.one_use(chance, FactKind.STATE)
    if use is None:
        return None
    place, fact = use
    others = [one for one in book.of(FactKind.STATE) if one.display != fact.display]
    if others and chance.random() < 1 / 2:
        return book.rewritten(Planted.STATE, place, swapped(place, fact.id, chance.choice(others).id))
    return _written(book, chance, Planted.STATE, place, fact, chance.choice([one for one in STATES if one != fact.display]))


def sign(book: Book, chance: random.Random) -> Mutant | None:
    """More for less, least for most, or a denial."""
    places = [one for one in book.places if one.is_spoken and _COMPARED.search(one.text) and not _NOT_SURELY_FALSE.search(one.text)]
    billable = [one for one in book.places if one.is_spoken and re.search(r"(?:is|marked as) billable", one.text)]
    if billable and (not places or chance.random() < 1 / 4):
        place = chance.choice(billable)
        return book.rewritten(Planted.SIGN, place, place.text.replace("billable", "not billable"))
    if not places:
        return None
    place = chance.choice(places)
    found = chance.choice(list(_COMPARED.finditer(place.text)))
    return book.rewritten(Planted.SIGN, place, f"{place.text[: found.start()]}{_OPPOSITES[found[0]]}{place.text[found.end() :]}")


def entity(book: Book, chance: random.Random) -> Mutant | None:
    """Another entity beside a figure, or the same with another number, database or title."""
    uses = [(place, slot) for place, slot in book.uses(FactKind.ENTITY) if _has_figure(book, place)]
    if not uses:
        return None
    place, slot = chance.choice(uses)
    fact = book.facts[slot]
    beside = " ".join(one.text for one in book.row(place))
    others = [one for one in book.of(FactKind.ENTITY) if _is_another_entity(book, fact, one) and f"{{f:{one.id}}}" not in beside]
    if others and chance.random() < 1 / 2:
        return book.rewritten(Planted.ENTITY, place, swapped(place, slot, chance.choice(others).id))
    return _written(book, chance, Planted.ENTITY, place, fact, _other_identity(chance, fact.display))


def identity(book: Book, chance: random.Random) -> Mutant | None:
    """What is to add up does not: minutes off in a part or a whole, a row left out, a row twice."""
    rows = [place for place in book.places if place.kind == "cell" and set(place.slots) & {one.fact for one in book.report.accounts}]
    if rows and chance.random() < 1 / 2:
        return book.without(Planted.IDENTITY, chance.choice(rows), times=chance.choice((0, 2)))
    summed = {one for told in book.report.sums for one in (told.whole, *told.parts) if one in book.told}
    uses = [(place, slot) for place, slot in book.uses(FactKind.DURATION) if slot in summed and _minutes(book.facts[slot].display)]
    if not uses:
        return None
    place, slot = chance.choice(uses)
    fact = book.facts[slot]
    off = _minutes(fact.display) + chance.choice((-1, 1)) * chance.randint(1, 9)
    return book.reshown(Planted.IDENTITY, fact, place, display=_as_time(off)) if off >= 0 else None


def markup(book: Book, chance: random.Random) -> Mutant | None:
    """A link, picture, tag or other markup that code did not put there, or code's own link to another place."""
    linked = [(place, slot) for place, slot in book.uses(FactKind.ENTITY) if book.facts[slot].url]
    if linked and chance.random() < 1 / 3:
        place, slot = chance.choice(linked)
        fact = book.facts[slot]
        urls = [one.url for one in book.of(FactKind.ENTITY) if one.url and one.url != fact.url]
        return book.reshown(Planted.MARKUP, fact, place, url=chance.choice([ELSEWHERE, "javascript:alert(1)", *urls[:2]]))
    place = chance.choice(book.places)
    return book.rewritten(Planted.MARKUP, place, _before_stop(place.text, chance.choice(MARKUP)))


def number_word(book: Book, chance: random.Random) -> Mutant | None:
    """A wrong number in words in place of a count, or a part of a time by a word before it."""
    use = book.one_use(chance, FactKind.COUNT, FactKind.DURATION)
    if use is None:
        return None
    place, fact = use
    if fact.kind is FactKind.DURATION:
        return (
            book.rewritten(Planted.NUMBER_WORD, place, literal(place, fact.id, f"{chance.choice(PARTS)}{{f:{fact.id}}}"))
            if fact.value
            else None
        )
    wrong = [word for at, word in enumerate(NUMBER_WORDS, 2) if at != fact.value]
    return book.rewritten(Planted.NUMBER_WORD, place, literal(place, fact.id, chance.choice(wrong)))


def percent(book: Book, chance: random.Random) -> Mutant | None:
    """Another share."""
    use = book.one_use(chance, FactKind.SHARE)
    if use is None:
        return None
    place, fact = use
    shown = int(re.sub(r"\D", "", fact.display))
    near = [one for one in (shown + 2, shown + 10, max(0, shown - 3), 100 - shown, 2 * shown) if abs(one - float(fact.value)) > 1]
    if not near:
        return None
    other = chance.choice(near)
    return _another(book, chance, Planted.PERCENT, place, fact, f"{other} %", (FactKind.SHARE,))


def count(book: Book, chance: random.Random) -> Mutant | None:
    """Another count."""
    use = book.one_use(chance, FactKind.COUNT)
    if use is None:
        return None
    place, fact = use
    other = chance.choice([one for one in (int(fact.value) + 1, int(fact.value) * 2, int(fact.value) + 10) if one != fact.value])
    return _another(book, chance, Planted.COUNT, place, fact, str(other), (FactKind.COUNT,))


def day(book: Book, chance: random.Random) -> Mutant | None:
    """Another day in place of one that is told, or another week."""
    uses = [(place, slot) for place, slot in book.uses(FactKind.TEXT, FactKind.WEEK) if _days_in(book.facts[slot].display)]
    if not uses:
        return None
    place, slot = chance.choice(uses)
    fact = book.facts[slot]
    beside = " ".join(book.shown(one.text) for one in book.row(place))
    others = [one for one in book.of(FactKind.TEXT) if _DAY.match(one.display) and one.display not in beside and _DAY.match(fact.display)]
    if others and chance.random() < 1 / 2:
        return book.rewritten(Planted.DATE, place, swapped(place, slot, chance.choice(others).id))
    off = timedelta(days=chance.choice((1, 7, -1, 30)))
    shifted = re.sub(r"\d{4}-\d\d-\d\d", lambda found: (date.fromisoformat(found[0]) + off).isoformat(), fact.display)
    return _written(book, chance, Planted.DATE, place, fact, shifted) if shifted not in beside else None


def foreign_name(book: Book, chance: random.Random) -> Mutant | None:
    """Somebody who has no business in this report: in a person's own a colleague, in the team's a stranger."""
    told = {fact.display for fact in book.of(FactKind.PERSON)}
    strangers = [one for one in book.people if one not in told] or list(STRANGERS)
    place = chance.choice(book.places)
    who = chance.choice(strangers)
    if who in book.shown(place.text):
        return None
    words = f" with {who}" if place.is_spoken else f", {who}"
    return book.rewritten(Planted.FOREIGN_NAME, place, _before_stop(place.text, words))


def completion(book: Book, chance: random.Random) -> Mutant | None:
    """A card is said to be finished that stands in no final state."""
    open_now = {fact.subject.entity for fact in book.of(FactKind.STATE) if fact.subject.what == "state"}
    open_now -= {fact.subject.entity for fact in book.of(FactKind.STATE) if fact.subject.what != "state"}
    uses = [use for use in book.uses(FactKind.ENTITY) if book.facts[use[1]].subject.entity in open_now and use[0].is_spoken]
    if not uses:
        return None
    place, slot = chance.choice(uses)
    if len({book.facts[one].subject.entity for one in place.slots if book.facts[one].kind is FactKind.ENTITY}) == 1:
        return book.rewritten(Planted.COMPLETION, place, place.text + chance.choice(FINISHED))
    return book.rewritten(Planted.COMPLETION, place, literal(place, slot, f"{{f:{slot}}}{chance.choice(FINISHED_BESIDE)}"))


def unfounded(book: Book, chance: random.Random) -> Mutant | None:
    """A cause, praise or intent, for which there is no fact."""
    places = [place for place in book.places if place.is_spoken]
    place = chance.choice(places)
    return book.rewritten(Planted.UNFOUNDED, place, _before_stop(place.text, chance.choice(CLAIMS)))


PLANTERS: Mapping[Planted, Planter] = {
    Planted.VALUE: value,
    Planted.UNIT: unit,
    Planted.NAME: name,
    Planted.SCOPE: scope,
    Planted.STATE: state,
    Planted.SIGN: sign,
    Planted.ENTITY: entity,
    Planted.IDENTITY: identity,
    Planted.MARKUP: markup,
    Planted.NUMBER_WORD: number_word,
    Planted.PERCENT: percent,
    Planted.COUNT: count,
    Planted.DATE: day,
    Planted.FOREIGN_NAME: foreign_name,
    Planted.COMPLETION: completion,
    Planted.UNFOUNDED: unfounded,
}


def _another(
    book: Book, chance: random.Random, planted: Planted, place: Place, fact: Fact, text: str, kinds: Sequence[FactKind]
) -> Mutant | None:
    """A fact of these kinds that is shown otherwise in place of this one, or this text."""
    others = [one for one in book.of(*kinds) if one.display != fact.display]
    if others and chance.random() < 1 / 3:
        return book.rewritten(planted, place, swapped(place, fact.id, chance.choice(others).id))
    return _written(book, chance, planted, place, fact, text)


def _written(book: Book, chance: random.Random, planted: Planted, place: Place, fact: Fact, text: str) -> Mutant | None:
    """This text in place of the fact: in words, or as the fact's display form."""
    if text == fact.display:
        return None
    if chance.random() < 1 / 2:
        return book.rewritten(planted, place, literal(place, fact.id, text))
    return book.reshown(planted, fact, place, display=text)


def _minutes(shown: str) -> int:
    found = _TIME.match(shown)
    return int(found[1]) * 60 + int(found[2]) if found else 0


def _as_time(minutes: int) -> str:
    return f"{minutes // 60}h {minutes % 60:02d}m"


def _other_time(chance: random.Random, shown: str) -> str:
    """One minute off, an hour off, or two digits in the wrong order."""
    minutes = _minutes(shown)
    turned = int(str(minutes)[::-1]) if minutes else 61
    return _as_time(
        chance.choice([one for one in (minutes + 1, minutes + 60, minutes * 10 + 7, turned, minutes - 1) if one not in (minutes, -1)])
    )


def _other_unit(chance: random.Random, fact: Fact) -> str | None:
    if fact.kind is FactKind.SHARE:
        return fact.display.replace(" %", chance.choice(("h", " hours", " minutes", "h 00m")))
    if fact.kind is FactKind.COUNT:
        return chance.choice((f"{fact.display} %", f"{fact.display}h", f"{fact.display}h 00m"))
    minutes = _minutes(fact.display)
    if not minutes:
        return None
    hours, rest = divmod(minutes, 60)
    return chance.choice((f"{minutes}h", f"{minutes} hours", f"{hours}m {rest:02d}s", f"{minutes / 60 + 0.1:.1f} minutes", f"{minutes} %"))


def _may_stand_for(book: Book, other: Fact, slot: str) -> bool:
    """Whether naming this one would say something else: another person, told of in the same way."""
    fact = book.facts[slot]
    return other.subject.person != fact.subject.person and other.subject.what == fact.subject.what


def _is_of_another(fact: Fact, other: Fact) -> bool:
    """Whether a fact is shown otherwise and is about the same measure of something else, or another measure of the same."""
    if other.display == fact.display or other.value == fact.value:
        return False
    one, two = fact.subject, other.subject
    same_what = one.what.split(" ")[0] == two.what.split(" ")[0]
    same_whose = (one.person, one.entity, one.project) == (two.person, two.entity, two.project)
    return same_what != same_whose


def _has_figure(book: Book, place: Place) -> bool:
    return any(book.facts[slot].kind in TIMES for one in book.row(place) for slot in one.slots)


def _is_another_entity(book: Book, fact: Fact, other: Fact) -> bool:
    """Whether it is another entity whose times are other ones, so that no figure of this one is true of it."""
    mine, theirs = ({one.value for one in book.of(*TIMES) if one.subject.entity == it.subject.entity} for it in (fact, other))
    return fact.subject.entity != other.subject.entity and fact.subject.what == other.subject.what and not mine & theirs


def _other_identity(chance: random.Random, shown: str) -> str:
    """Another number, the neighbouring database, or another title."""
    number = re.sub(r"#(\d+)\)", lambda found: f"#{int(found[1]) + chance.randint(1, 9)})", shown)
    database = shown.replace("/Task #", "/Epic #") if "/Task #" in shown else re.sub(r"/[A-Z]\w+ #", "/Task #", shown)
    return chance.choice((number, database, f"New {shown[:1].lower()}{shown[1:]}"))


def _days_in(shown: str) -> bool:
    return bool(re.search(r"\b\d{4}-\d\d-\d\d\b", shown))


def _before_stop(text: str, words: str) -> str:
    """The words at a text's end, before its full stop."""
    return f"{text[:-1]}{words}." if text.endswith(".") else f"{text}{words}"
