"""What is made of pip-audit's report. Not here: asking, which needs a network."""

import json

import pytest

from tests.advisories import verdict

SAFE = {"name": "httpx", "version": "0.28.1", "vulns": []}
UNSAFE = {"name": "jinja2", "version": "3.1.2", "vulns": [{"id": "GHSA-h5c8-rqwp-cp95", "fix_versions": ["3.1.3"], "description": ""}]}
UNKNOWN = {"name": "yarl", "skip_reason": "Dependency could not be audited"}


def report(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_without_a_known_vulnerability_pass() -> None:
    told = verdict(report(SAFE, UNKNOWN))
    assert not told.failed
    assert told.lines == (
        "Advisories: 1 locked packages checked, 0 vulnerabilities, 0 accepted with a reason, 1 packages not known to the service.",
    )


def test_a_known_vulnerability_fails_and_says_what_to_do() -> None:
    told = verdict(report(SAFE, UNSAFE))
    assert told.failed
    assert told.lines[0].startswith("jinja2 3.1.2 has GHSA-h5c8-rqwp-cp95; fixed in 3.1.3. Raise it in requirements.lock")


def test_an_accepted_vulnerability_is_told_and_passes() -> None:
    told = verdict(report(UNSAFE), {"GHSA-h5c8-rqwp-cp95": "templates are our own"})
    assert not told.failed
    assert "1 accepted with a reason" in told.lines[0]


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", report(), report(UNKNOWN, UNKNOWN)])
def test_a_service_that_knows_nothing_is_no_pass_in_disguise(answer: str) -> None:
    told = verdict(answer)
    assert not told.failed
    assert "NOT CHECKED" in told.lines[0]
