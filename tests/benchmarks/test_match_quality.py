"""The bars that the matcher is held to on the labelled set, and that the score tells a bad matcher from a good one."""

from benchmarks.labelled import LabelledDescription, Verdict, read_descriptions, read_entities, read_workspace
from benchmarks.match_quality import COVERAGE, PRECISION, Scored, coverage, precision, score
from volt_assets.domain.entities import EntityKey
from volt_assets.domain.matching import MatchStep, Outcome
from volt_assets.domain.references import ReferenceForm, parse_reference

SCORED = score(read_workspace(), read_entities(), read_descriptions())
TASK = EntityKey(space="Scrum", database="Task", public_id="1234")
OTHER = EntityKey(space="Scrum", database="Bug", public_id="1234")


def one(entity: EntityKey | None, label: EntityKey | None, *, outcome: Outcome = Outcome.MATCHED, in_full: bool = True) -> Scored:
    row = LabelledDescription(
        form="formula text",
        description="Provision test cluster #1234 [Scrum] [Task] [Pilot]",
        person="ana@example.com",
        project=None,
        seconds=3600,
        verdict=Verdict.ENTITY if label else Verdict.NONE,
        entity=label,
        names_in_full=in_full,
    )
    return Scored(row=row, entity=entity, step=MatchStep.LABELS, outcome=outcome)


def test_nearly_all_automatic_matches_are_right() -> None:
    assert precision(SCORED) >= PRECISION


def test_nearly_all_hours_that_name_their_entity_in_full_are_on_it() -> None:
    assert coverage(SCORED) >= COVERAGE


def test_the_bars_are_measured_on_hundreds_of_matches() -> None:
    assert sum(scored.is_automatic for scored in SCORED) >= 350
    assert len(SCORED) == len(read_descriptions())


def test_every_step_decides_something_in_the_set() -> None:
    assert {scored.step for scored in SCORED} == set(MatchStep) - {MatchStep.UNASKED}


def test_time_that_a_link_put_on_its_entity_stands_under_links() -> None:
    host = read_workspace().host
    named = [(scored, parse_reference(scored.row.description, [host])) for scored in SCORED if scored.is_automatic]
    linked = [scored for scored, reference in named if reference and reference.is_full and reference.form is ReferenceForm.URL]

    assert len(linked) == 84
    assert {scored.step for scored in linked} == {MatchStep.URL}


def test_a_match_to_another_entity_is_wrong_and_leaves_its_own_without_the_time() -> None:
    assert (precision([one(TASK, TASK), one(OTHER, TASK)]), coverage([one(TASK, TASK), one(OTHER, TASK)])) == (0.5, 0.5)


def test_a_match_of_what_names_no_entity_is_wrong() -> None:
    assert precision([one(TASK, TASK), one(TASK, None, in_full=False)]) == 0.5


def test_time_kept_on_an_entity_that_is_not_to_be_found_is_covered_and_no_automatic_match() -> None:
    kept = one(TASK, TASK, outcome=Outcome.NOT_FOUND)

    assert (kept.is_automatic, coverage([kept])) == (False, 1.0)
