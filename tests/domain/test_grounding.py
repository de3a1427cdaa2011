"""The checker of reports: no false alarm on what the templates write, and errors that were planted are found."""

import ast
import random
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import (
    ANA,
    ANA_IN_FIBERY,
    BEN,
    BEN_IN_FIBERY,
    CARLA,
    FRAME,
    HOSTS,
    LOGIN_LINK,
    LOGIN_TASK,
    RULES,
    SIGN_IN,
    WeekRun,
    busy_records,
    busy_run,
    entry,
    key,
    moment,
    quiet_run,
    raw_week,
    record,
    run_week,
)
from tests.domain.planted import PLANTERS, Planted, plant
from volt_assets.domain import grounding_words
from volt_assets.domain.context import EntityDates
from volt_assets.domain.drafts import Report, Section, build_report
from volt_assets.domain.earlier import EarlierTime, EarlierWeek
from volt_assets.domain.entities import EntityLink, EntityRecord
from volt_assets.domain.entries import Drift, PersonDrift
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.grounding import Grounding, check_report_grounded, grounded, judge_grounded, section_problems
from volt_assets.domain.grounding_words import Check
from volt_assets.domain.people import Person
from volt_assets.domain.phrasing import Phrasing
from volt_assets.domain.team_report import write_team_summary
from volt_assets.domain.toggl_report import write_toggl_summary
from volt_assets.domain.week_time import Missing, WeekBefore

TEXTS = (
    *(LOGIN_TASK, LOGIN_LINK, "Login form loses focus #7 [Scrum] [Bug]", "#99 [Scrum] [Task]", "#4 [Legacy] [Thing]"),
    *(
        "Standup",
        "Inbox",
        "",
        "Look into #5",
        "Draw the steps #3 [Design] [Work Version]",
        "#13 [Scrum] [Task]",
        "1:1 with Ben, 3 hours | *done*",
    ),
    "Menu flickers once more #9 [Scrum] [Bug]",
    "[Finished](https://evil.example) <b>12h</b> ![](x) #8",
)
PORTAL = EntityLink(
    relation="Feature", entity_id="20", name="Portal #1", entity=key("Scrum/Task", "20"), state="In *review*", is_final=False
)
MENU = record(
    "Scrum/Bug",
    "9",
    "Menu flickers once more",
    state="Closed",
    state_type="Finished",
    is_final=True,
    fields={"Actual End": "2025-10-10"},
    modified_at=moment(6),
)
RECALLS = {
    "value": 0.99,
    "unit": 0.99,
    "name": 0.99,
    "markup": 0.99,
    "scope": 0.95,
    "state": 0.95,
    "sign": 0.95,
    "leader": 0.95,
    "change": 0.99,
    "completion": 0.99,
}
MUTANTS_PER_PLANTER = 2
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(TEXTS),
        st.sampled_from((ANA, BEN, CARLA)),
        st.integers(0, 90_000),
        st.integers(0, 6),
        st.sampled_from((None, "A", "B")),
        st.booleans(),
    ),
    max_size=14,
)
Row = tuple[str, Person, int, int, str | None, bool]


def all_records() -> tuple[EntityRecord, ...]:
    known = {one.key: one for one in busy_records()}
    bug = known[key("Scrum/Bug", "7")].model_copy(update={"parents": (PORTAL, SIGN_IN)})
    return (*({**known, bug.key: bug}.values()), MENU, record("Scrum/Task", "20", "Portal #1", state="In *review*"))


def week_of(rows: Iterable[Row], *, drift: int = 0, so_far: bool = False, before: WeekRun | None = None, **more: Any) -> WeekRun:
    entries = [
        entry(at, text, who, seconds=seconds, start=moment(day), project=project, billable=billable)
        for at, (text, who, seconds, day, project, billable) in enumerate(rows, start=1)
    ]
    raw = raw_week(*entries, running=[entry(90, "Review", BEN, minutes=0, start=moment(6))] if drift else ())
    if drift:
        people = tuple(PersonDrift(user_id=one.user_id, added=1, changed=2, seconds=drift) for one in (ANA, BEN))
        raw = raw.model_copy(update={"changes": Drift(added=2, changed=4, seconds=2 * drift, people=people)})
    frame = FRAME.model_copy(update={"so_far": so_far})
    return run_week(raw, all_records(), users=[ANA_IN_FIBERY, BEN_IN_FIBERY], frame=frame, before=before, **more)


def rows_of(rng: random.Random, *, billable: bool) -> list[Row]:
    seconds = (0, 20, 600, 4321, 33_000, 90_000)
    people = (ANA, BEN, CARLA)
    return [
        (rng.choice(TEXTS), rng.choice(people), rng.choice(seconds), rng.randrange(7), rng.choice((None, "A", "B")), billable)
        for _ in range(rng.randrange(8, 30))
    ]


def made_up(seed: int) -> tuple[Report, ...]:
    """The reports of a made-up week, compared with another one where it has ended; of some weeks a database is missing or silent."""
    rng = random.Random(seed)
    rows = rows_of(rng, billable=seed % 2 > 0)
    silent = frozenset({"Scrum/Bug"}) if seed % 4 == 1 else frozenset()
    before = week_of(rows_of(rng, billable=False), broken=silent)
    rules = RULES.model_copy(update={"configured": (*RULES.configured, "Scrum/Gone")}) if seed % 4 == 2 else RULES
    return week_of(rows, drift=rng.choice((-5400, 7200)), so_far=seed % 3 == 0, before=before, rules=rules).reports


def odd_weeks() -> Iterator[Report]:
    """Weeks against the week before of each kind, a week with overdue work, and one with all its time on one project."""
    one, two = [entry(1, LOGIN_TASK, minutes=90, project="A")], [entry(2, LOGIN_TASK, minutes=30, project="A"), entry(3, "", BEN)]
    weeks = [run_week(raw_week(*entries), all_records()) for entries in (one, two, [])]
    for before in weeks:
        for entries in (one, two, []):
            yield from run_week(raw_week(*entries), all_records(), before=before).reports
    excluding = raw_week(*two, exclude=["ben@example.com"])
    yield from run_week(excluding, all_records(), before=weeks[1]).reports
    for missing in Missing:
        yield write_toggl_summary(weeks[0].aggregated, FRAME, WeekBefore(week=FRAME.week.shifted(-1).monday, missing=missing))
    run = week_of([(text, ANA, 600 * at, 0, "A", False) for at, text in enumerate(TEXTS, start=1)])
    late = [
        entity.model_copy(update={"is_overdue": True, "dates": EntityDates(due=date(2025, 10, 11 - at))})
        for at, entity in enumerate(run.data.entities)
    ]
    week = EarlierWeek(week=FRAME.week.shifted(-1).monday, version="0a1b2c3d4e5f")
    earlier = EarlierTime(weeks=(week,), unreadable=(FRAME.week.shifted(-2).monday,))
    for number in (1, 2, len(late)):
        changed = {"entities": tuple(late[:number] + [*run.data.entities][number:]), "earlier": earlier}
        data = run.data.model_copy(update=changed)
        yield write_team_summary(data, run.persons, run.alignment, FRAME)


@cache
def many_reports() -> tuple[Report, ...]:
    return (*busy_run().reports, *quiet_run().reports, *odd_weeks(), *(report for seed in range(8) for report in made_up(seed)))


def check(report: Report) -> Grounding:
    return check_report_grounded(report, HOSTS)


def test_what_the_templates_write_raises_no_alarm() -> None:
    found = [check(report) for report in many_reports()]

    assert [problem for one in found for problem in one.problems] == []
    assert sum(one.sentences for one in found) > 2_000
    assert sum(one.claims for one in found) > 4_000


@settings(max_examples=40, deadline=None, derandomize=True)
@given(ENTRIES, st.sampled_from((0, 3600, -60)))
def test_no_week_raises_an_alarm(rows: list[Row], drift: int) -> None:
    for report in week_of(rows, drift=drift, before=week_of(rows[: len(rows) // 2])).reports:
        assert check(report).problems == (), report.kind


def planted(kind: str) -> list[Planted]:
    rng = random.Random(kind)
    return [one for report in many_reports() for planter in PLANTERS[kind] for one in plant(planter, report, rng, MUTANTS_PER_PLANTER)]


@pytest.mark.no_cover  # thousands of times the same lines
@pytest.mark.parametrize("kind", PLANTERS)
def test_planted_errors_are_found(kind: str) -> None:
    mutants = planted(kind)
    missed = [one for one in mutants if not check(one.report).problems]
    recall = 1 - len(missed) / len(mutants)
    told = "\n".join(f"{one.before} -> {one.after}" for one in missed[:20])
    print(f"{kind}: {len(mutants) - len(missed)} of {len(mutants)} found ({recall:.1%})\n{told}")

    assert len(mutants) >= 40
    assert recall >= RECALLS[kind], told


def of_kind(reports: Iterable[Report], kind: str) -> Report:
    return next(report for report in reports if report.kind == kind)


def with_sentence(report: Report, sentence: str) -> Report:
    first, *others = report.sections
    return report.model_copy(update={"sections": (first.model_copy(update={"sentences": (*first.sentences, sentence)}), *others)})


def checks(report: Report) -> set[Check]:
    return {problem.check for problem in check(report).problems}


def slot_of(report: Report, kind: str, display: str) -> str:
    return next(f"{{f:{fact.id}}}" for fact in report.facts if fact.kind.value == kind and fact.display == display)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The team tracked 12h 00m.", Check.VALUE),
        ("They tracked time at 14:30.", Check.VALUE),
        ("See 2025-10-06.", Check.VALUE),
        ("See 2025-W41.", Check.VALUE),
        ("See the entity #7.", Check.ENTITY),
        ("Twice as was planned.", Check.VALUE),
        ("Everything was shipped.", Check.STATE),
        ("The state was reached.", Check.STATE),
        ("The time is more than in the week before.", Check.SIGN),
        ("The largest changes are in time without a project.", Check.SIGN),
        ("The time grew.", Check.SIGN),
        ("Great work by Ana.", Check.ENTITY),
        ("Nobody was blocked by the outage.", Check.VALUE),
        ("{f:d9999} was tracked.", Check.ENTITY),
        ("See <b>this</b>.", Check.MARKUP),
        ("See [this](https://evil.example).", Check.MARKUP),
        ("Time\u200b was tracked.", Check.MARKUP),
    ],
)
def test_what_no_fact_says_is_a_problem_of_its_kind(sentence: str, expected: Check) -> None:
    assert expected in checks(with_sentence(of_kind(busy_run().reports, "team_summary"), sentence))


def test_an_entity_whose_title_holds_a_secret_is_named_by_its_key_without_an_alarm() -> None:
    raw = raw_week(entry(1, "x #12 [Scrum] [Task]"))
    run = run_week(raw, [record("Scrum/Task", "12", "Log in with password: hunter2secret")])

    assert [problem for report in run.reports for problem in check_report_grounded(report, HOSTS).problems] == []


def test_a_persons_report_that_names_somebody_else_is_wrong() -> None:
    run = busy_run()
    own, other = run.persons.reports["ana@example.com"], run.persons.reports["ben@example.com"]
    foreign = next(fact for fact in other.facts if fact.kind.value == "person")
    mixed = own.model_copy(update={"facts": (*own.facts, foreign.model_copy(update={"id": "p9000"}))})

    assert check(mixed).problems == ()
    assert Check.SCOPE in checks(with_sentence(mixed, "The time was tracked by {f:p9000}."))


def test_a_link_to_another_host_is_wrong() -> None:
    report = of_kind(busy_run().reports, "team_summary")

    assert {problem.check for problem in check_report_grounded(report, ["evil.example"]).problems} == {Check.ENTITY}


@pytest.mark.parametrize("host", ["acme.fibery.io", "acme.fibery.io/Scrum"])
def test_an_address_may_be_a_host_or_lie_below_a_path_of_one(host: str) -> None:
    report = of_kind(quiet_run().reports, "team_summary")

    assert check_report_grounded(report, [host]).problems == ()
    assert {one.check for one in check_report_grounded(report, [host[:-1]]).problems} == {Check.ENTITY}


def test_a_state_is_final_only_where_the_ledger_says_so() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    [section] = [one for one in report.sections if one.id == "accomplishments"]
    entity, state = slot_of(report, "entity", "Fix the login form (Scrum/Task #12)"), slot_of(report, "state", "In Progress")
    changed = section.model_copy(update={"bullets": (*section.bullets, f"{entity}: {state}")})

    assert [problem.check for problem in section_problems(report, changed, HOSTS)] == [Check.STATE]


@pytest.mark.parametrize("kind", ["duration", "percent", "count", "entity"])
def test_a_fact_that_shows_something_else_than_it_holds_is_wrong(kind: str) -> None:
    report = of_kind(busy_run().reports, "toggl_summary")
    wrong = {"duration": "0h 59m", "percent": "77 %", "count": "77", "entity": "Fix it (Scrum/Task #12)"}[kind]
    at = next(at for at, fact in enumerate(report.facts) if fact.kind.value == kind and fact.display != wrong)
    facts = tuple(fact.model_copy(update={"display": wrong}) if index == at else fact for index, fact in enumerate(report.facts))

    assert Check.VALUE in checks(report.model_copy(update={"facts": facts}))


def test_figures_that_do_not_add_up_as_shown_are_wrong() -> None:
    report = of_kind(busy_run().reports, "toggl_summary")
    sums = (report.sums[0].model_copy(update={"parts": report.sums[0].parts[:-1]}), *report.sums[1:])
    halves = report.shares[0][:1]

    assert Check.IDENTITY in checks(report.model_copy(update={"sums": sums}))
    assert Check.IDENTITY in checks(report.model_copy(update={"shares": (halves,)}))


def test_a_row_of_time_that_is_left_out_is_an_identity_that_fails() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    sections = tuple(one for one in report.sections if one.id != "other_activities")

    assert checks(report.model_copy(update={"sections": sections})) == {Check.IDENTITY}


def odd_reports() -> Iterator[Report]:
    book = FactBook()
    odd = [
        *(book.text("⟨total⟩ {f:d1} \u202e", about("⟩")), book.entity("", "", "http://["), book.state("", "x", is_final=None)),
        *(book.duration(-1, about("day x")), book.count(-3, about("")), book.share(5, 0, about("project", project=""))),
    ]
    texts = ("", "{f:", "{f:d0}", "⟨⟩", "".join(odd), *odd, "}{", "\\", "%" * 50)
    section = Section(id="accomplishments", title="{f:p77}", sentences=texts, bullets=texts)
    report = build_report(book, week=FRAME.week.monday, kind="person_report", title="", subject="nobody", sections=[section], notes=texts)
    yield report
    facts = tuple(fact.model_copy(update={"value": "12", "display": "", "unit": None}) for fact in report.facts)
    yield report.model_copy(update={"facts": facts, "shares": ((), ("d9",)), "sections": (section, Section(id="", title=""))})
    yield report.model_copy(update={"facts": (), "sections": (section,)})


def test_odd_input_is_judged_and_raises_nothing() -> None:
    assert all(check(report).problems for report in odd_reports())


def test_a_models_section_with_a_problem_is_refused_with_the_reason() -> None:
    report = of_kind(busy_run().reports, "team_summary")
    [section] = [one for one in report.sections if one.id == "executive_summary"]
    wrong = Phrasing(sentences=(*section.sentences[:-1], "The release was a success."))

    refused = grounded(report, section, wrong, HOSTS)
    assert "“release” is not said by any fact here" in str(refused.refusal)
    assert f"sentence {len(section.sentences)}: “release” is not said by any fact here (entity)" in refused.problems
    assert grounded(report, section, Phrasing(sentences=section.sentences), HOSTS).refusal is None
    assert grounded(report, section, Phrasing(refusal="no answer"), HOSTS).refusal == "no answer"


def test_a_finding_of_scope_alone_only_warns() -> None:
    report = of_kind(busy_run().reports, "work_alignment")
    anas, bens = (slot_of(report, "person", name) for name in ("Ana Example", "Ben Muster"))
    swapped = report.model_copy(update={"sections": tuple(_swapped(one, anas, bens) for one in report.sections)})
    finding = judge_grounded([swapped], HOSTS)

    assert (finding.passed, finding.warns) == (False, True)
    assert "read them again" in finding.message


def _swapped(section: Section, one: str, other: str) -> Section:
    if not section.id.startswith("person."):
        return section
    return section.model_copy(update={"title": section.title.replace(one, "?").replace(other, one).replace("?", other)})


def test_a_word_that_the_checker_knows_is_one_that_some_report_writes() -> None:
    folder = Path(grounding_words.__file__).parent
    modules = [path for path in folder.glob("*.py") if not path.name.startswith("grounding")]
    written = {word for path in modules for text in literals(path) for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold())}

    assert sorted(grounding_words.OWN_WORDS - written) == []


def literals(path: Path) -> Iterator[str]:
    """The texts in a module that are not its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    yield from (
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )
