"""Everybody who occurs in a week is known by all their names. Not here: how they are hidden."""

from datetime import UTC, datetime

from tests.domain.builders import ANA, ANA_IN_FIBERY, BEN, CARLA, busy_records, busy_run, busy_week, run_week
from volt_assets.domain.acquaintances import toggl_people, week_people
from volt_assets.domain.entities import Assignee, Comment
from volt_assets.domain.joining import EnrichedData
from volt_assets.domain.pseudonyms import Acquaintance

BUSY = busy_run()


def known(people: tuple[Acquaintance, ...]) -> dict[str, Acquaintance]:
    return {one.key: one for one in people}


def with_fibery_people(data: EnrichedData) -> EnrichedData:
    """The week with an outsider assigned and two people who commented."""
    first, *others = data.entities
    outsider = Assignee(name="Olga Outsider", email="olga@elsewhere.example")
    comments = tuple(
        Comment(author=name, created_at=datetime(2025, 10, 7, tzinfo=UTC), text="Hm") for name in ("Paul Poster", "Ana Example", None)
    )
    changed = first.model_copy(update={"assignees": (*first.assignees, outsider), "comments": comments})
    return data.model_copy(update={"entities": (changed, *others)})


def test_of_toggl_alone_it_is_whoever_has_entries() -> None:
    people = known(toggl_people(BUSY.aggregated))

    assert set(people) == {ANA.key, BEN.key, CARLA.key}
    assert people[ANA.key] == Acquaintance(key=ANA.key, names=("Ana Example",), addresses=("ana@example.com",))
    assert people[CARLA.key].addresses == ()


def test_assignees_and_authors_of_comments_are_known_too_each_person_once() -> None:
    people = known(week_people(with_fibery_people(BUSY.data), {}))

    assert people[ANA.key].names == ("Ana Example", ANA_IN_FIBERY.name)
    assert people["fibery:olga@elsewhere.example"].names == ("Olga Outsider",)
    assert people["fibery:Paul Poster"].names == ("Paul Poster",)
    assert len(people) == 5


def test_whoever_has_another_address_in_fibery_is_one_person() -> None:
    alias = {ANA.key: "ana.e@work.example"}
    user = ANA_IN_FIBERY.model_copy(update={"email": "ana.e@work.example"})
    records = [
        one.model_copy(update={"assignees": tuple(Assignee(name=user.name, email=user.email) for _ in one.assignees)})
        for one in busy_records()
    ]
    data = run_week(busy_week(), records, users=[user], aliases=alias).data
    people = known(week_people(data, alias))

    assert people[ANA.key].addresses == ("ana@example.com", "ana.e@work.example")
    assert not [key for key in people if key.startswith("fibery:")]


def test_whose_address_is_configured_is_known_by_it_unless_they_are_in_the_week() -> None:
    configured = {"zoe.left@example.com", "ana@example.com", "user:9"}

    for people in (toggl_people(BUSY.aggregated, configured), week_people(BUSY.data, {}, configured)):
        assert known(people)["zoe.left@example.com"].addresses == ("zoe.left@example.com",)
        assert known(people)[ANA.key].names[0] == "Ana Example"
        assert len(people) == 4
