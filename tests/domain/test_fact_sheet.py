"""Facts as a model sees them: words of the week without what must not leave. Not here: how names are found in text."""

from volt_assets.domain.fact_sheet import LEFT_OUT, sheet_rows
from volt_assets.domain.facts import FactBook, about, slot_id
from volt_assets.domain.pseudonyms import Acquaintance, Privacy

ANA = Acquaintance(key="ana@example.com", names=("Ana Example",), addresses=("ana@example.com",))
BEN = Acquaintance(key="user:2", names=("Ben Muster",))
PRIVATE = Privacy(people=(ANA, BEN))


def book() -> FactBook:
    facts = FactBook()
    facts.duration(5400, about("activity call Ben, token: abc12345", person=ANA.key, project="Ana's project"), [1, 2])
    facts.person("Ana Example", ANA.key)
    facts.entity("Onboard Ana, https://acme.example/x", "People/Hire #4", "https://acme.example/4")
    facts.text("Ben: mail ana@example.com please", about("comment", entity="People/Hire #4"))
    facts.share(1, 3, about("billable", person=BEN.key))
    return facts


def test_each_fact_tells_what_it_measures_of_whom_and_of_which_entity() -> None:
    rows = [(row["id"], row["kind"], row["shown"], row["about"]) for row in sheet_rows(book().facts, PRIVATE)]
    hire = {"entity": "People/Hire #4"}

    assert rows == [
        ("d1", "duration", "1h 30m", {"what": "activity call P1, token: [hidden]", "project": "P2's project", "person": "P2"}),
        ("p2", "person", "P2", {"what": "name", "person": "P2"}),
        ("e3", "entity", "Onboard P2, [link] (People/Hire #4)", {"what": "entity", **hire}),
        ("t4", "text", LEFT_OUT, {"what": "comment", **hire}),
        ("p5", "percent", "33 %", {"what": "billable", "person": "P1"}),
    ]


def test_a_figure_is_shown_as_it_is_whoever_is_called_like_a_part_of_it() -> None:
    facts = FactBook()
    facts.duration(120 * 60, about("total"))
    (row,) = sheet_rows(facts.facts, Privacy(people=(Acquaintance(key="user:2", names=("Agent 2h 00m",)),)))

    assert row["shown"] == "2h 00m"


def test_a_comment_is_sent_only_where_that_is_configured_and_without_names_then() -> None:
    (comment,) = (row for row in sheet_rows(book().facts, PRIVATE.model_copy(update={"comments": True})) if row["id"] == "t4")

    assert comment["shown"] == "P1: mail [address] please"


def test_what_one_person_did_does_not_change_what_is_sent_about_another() -> None:
    facts = FactBook()
    slots = [facts.person("Ben Muster", BEN.key), facts.duration(60, about("total", person=BEN.key))]
    alone = sheet_rows(facts.facts, Privacy(people=(BEN,)))

    assert sheet_rows(facts.facts, PRIVATE) == alone
    assert [row["id"] for row in alone] == [slot_id(slot) for slot in slots]
