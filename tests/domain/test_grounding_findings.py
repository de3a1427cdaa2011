"""How the check of a report's text tells what it found. Not here: what it finds (`test_grounding`)."""

from tests.domain.builders import HOSTS, busy_run
from tests.domain.test_grounding import of_kind, with_sentence
from volt_assets.domain.grounding import judge_grounded


def test_a_finding_counts_what_was_checked_and_names_what_is_wrong() -> None:
    reports = busy_run().reports
    good, bad = judge_grounded(reports, HOSTS), judge_grounded([with_sentence(reports[0], "12 h.")], HOSTS)

    assert (good.passed, good.warns, good.numbers["problems_value"]) == (True, False, 0)
    assert good.numbers["claims"] > good.numbers["sentences"] > 200
    assert (bad.passed, bad.warns) == (False, False)
    assert "12 h." in bad.message
    assert f"of week {reports[0].week}, " in bad.message
    assert "Do not hand these reports on before that is corrected" in bad.message


def test_a_finding_in_a_persons_report_tells_whose_by_user_id() -> None:
    report = of_kind(busy_run().reports, "person_report")
    finding = judge_grounded([with_sentence(report, "12 h.")], HOSTS, busy_run().persons.user_ids)

    assert f"person_report of user:{busy_run().persons.user_ids[report.subject]} of week {report.week}" in finding.message
