"""Text in any script beside figures, and the style of the pages. Not here: text that tries to be more than text."""

import re
from html import escape

import pytest

from tests.site.test_pages import HARMLESS, page, report, site, with_code


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("محمد بن علي, 2025", "<bdi>محمد بن علي</bdi>, 2025"),
        ("א 3h 05m ב", "<bdi>א</bdi> 3h 05m <bdi>ב</bdi>"),
        ("<b>ש</b>", "&lt;b&gt;<bdi>ש</bdi>&lt;/b&gt;"),
        ("陈小明 Ana é", "陈小明 Ana é"),
    ],
)
def test_what_is_written_from_right_to_left_is_apart_from_the_figures_beside_it(outside: str, shown: str) -> None:
    built = site(report(outside), with_code(outside)).html
    assert f"<h1>Team report {shown}</h1>" in built["team_summary.html"]
    assert f"<title>Team report {escape(outside)}</title>" in built["team_summary.html"]
    assert f"<code>{escape(outside, quote=False)}\n</code>" in built["coverage_report.html"]
    assert page(report(outside)).text == page(HARMLESS).text.replace("harmless", outside)


def test_every_rule_of_the_style_has_selectors_that_a_browser_knows() -> None:
    style = site(HARMLESS).html["index.html"].partition("<style>")[2].partition("</style>")[0]
    rules = [line.strip().partition(" {") for line in style.splitlines() if " {" in line and not line.startswith("@")]
    compound = r"(\*|[a-z][a-z0-9]*)?([.#][a-z-]+|\[[a-z-]+(\*?=\"[^\"]*\")?\]|::?[a-z-]+)*"
    odd = [one for one, _, _ in rules if not re.fullmatch(rf"{compound}([ ,]+{compound})*", one) or re.search(r"\][a-z]", one)]
    assert odd == []
    assert [found for one, _, found in rules if one == 'a[href*="#"]:hover, a[href*="#"]:focus-visible']
