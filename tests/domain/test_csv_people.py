"""Whom the configuration may mean in a file without its being told."""

from volt_assets.domain.csv_entries import FIRST_ID
from volt_assets.domain.csv_people import unjudged
from volt_assets.domain.people import Person

ANA = Person(user_id=FIRST_ID + 1, name="Ana Example", email="ana@example.com")
BEN = Person(user_id=FIRST_ID + 2, name="Ben Muster", email="ben@example.com")
CARLA = Person(user_id=FIRST_ID + 3, name="Carla Sample")


def doubted(*people: Person, names: set[str], settled: frozenset[str] = frozenset()) -> dict[str, tuple[str, ...]]:
    """Who each name may mean."""
    doubts = unjudged(frozenset(names), people, settled=settled)
    return {doubt.name: tuple(person.name for person in doubt.people) for doubt in doubts}


def test_an_e_mail_is_judged_where_everybody_has_one() -> None:
    assert doubted(ANA, BEN, names={"ben@example.com", "gone@example.com"}) == {}


def test_an_e_mail_that_nobody_has_may_mean_somebody_without_one() -> None:
    assert doubted(ANA, CARLA, names={"carla@example.com"}) == {"carla@example.com": ("Carla Sample",)}


def test_an_e_mail_that_somebody_has_may_mean_their_namesake_without_one_too() -> None:
    namesake = Person(user_id=FIRST_ID + 4, name="Ben Muster")

    assert doubted(BEN, CARLA, names={"ben@example.com"}) == {}
    assert doubted(BEN, CARLA, namesake, names={"ben@example.com"}) == {"ben@example.com": ("Ben Muster",)}


def test_an_id_of_toggls_may_mean_anybody() -> None:
    assert doubted(ANA, CARLA, names={"user:2100005"}) == {"user:2100005": ("Ana Example", "Carla Sample")}


def test_a_derived_id_is_judged_and_settles_who_it_means() -> None:
    carla = f"user:{CARLA.user_id}"

    assert doubted(ANA, names={carla}) == {}
    assert doubted(ANA, CARLA, names={carla, "carla@example.com"}) == {}


def test_who_is_settled_elsewhere_is_in_no_doubt() -> None:
    assert doubted(ANA, CARLA, names={"user:2100005"}, settled=frozenset({CARLA.key})) == {"user:2100005": ("Ana Example",)}
