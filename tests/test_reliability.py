"""docs/reliability.md tells as many cases as there are. Not here: the cases, which `make test-faults` carries out."""

from pathlib import Path

import pytest

from tests.faults.cases import House
from tests.faults.plan import documented, planned, table


@pytest.mark.no_cover
def test_the_table_of_cases_is_the_one_of_this_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = planned(House(tmp_path, monkeypatch))
    assert documented() == table(cases, cases), "The writes or requests of a week have changed: VOLT_UPDATE_RELIABILITY=1 make test-faults"
