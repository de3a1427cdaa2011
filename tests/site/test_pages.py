"""Pages that load nothing and run nothing, whatever the reports say. Not here: what the reports say, where pages are kept."""

import re
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from volt_assets.domain.drafts import Report, Section, Table, build_report, render_markdown
from volt_assets.domain.facts import FactBook, about
from volt_assets.domain.masking import MASK
from volt_assets.domain.values import clean_text
from volt_assets.site.markup import to_html
from volt_assets.site.pages import BuiltSite, Page, PageFile, build_site, page_title

MONDAY = date(2025, 10, 6)
FIGURES = "../team_summary.json"
NAVIGATION = ["../../../index.html", "index.html", "team_summary.html"]
FRAME_TAGS = {"html", "head", "meta", "title", "style", "body", "nav", "main", "div"}
PAGE_TAGS = {"svg", "defs", "pattern", "rect", "circle", "section", "dl", "dt", "dd", "span"}
"""What a page has beside a report: fills for charts, what the figures come from, the figures of a glance."""
REPORT_TAGS = {
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "em",
    "strong",
    "code",
    "pre",
    "hr",
    "a",
    "br",
}
ENTITY_URL = "https://acme.fibery.io/Scrum/Task/login-567"

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)' onclick=alert(2)>click</a>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>body{background:url(https://evil.example)}</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<!-- --><base href='https://evil.example/'>",
    "</main></body><form action='https://evil.example'><input name=token>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[click](https://evil.example)",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "[click][1] [1]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/path and www.evil.example",
    "mailto:eve@evil.example",
    "| a | b |",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "---",
    "```js",
    "`code` **bold** _em_ ~~gone~~",
    "a\\",
    '" onmouseover="alert(1)',
    "{{ body }} {% for x in y %}",
]


class Nodes(HTMLParser):
    """The elements and the text of a page, as a browser would take them; names that are only said aloud are left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.oddities: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: "" if name == "aria-label" else value for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.oddities.append(data)

    def handle_pi(self, data: str) -> None:
        self.oddities.append(data)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.elements if tag == "a"]

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def report(outside: str, *, kind: str = "team_summary", title: str = "Team report", url: str | None = None) -> Report:
    """A report with a text from outside in every place where one can stand."""
    book = FactBook()
    text, person, hours = book.text(outside, about("entry 1")), book.person(outside, "user:1"), book.account(5400, about("entry 1"), [1])
    entity = book.entity(outside, "Scrum/Task/567", url)
    table = Table(
        columns=("Work", "State", "Time"),
        rows=((entity, book.state(outside, "567", is_final=False), hours), (text, text, hours)),
        numeric=(2,),
    )
    section = Section(id="work", title=f"Work of {person}", sentences=(f"{person} did {text}.", text), bullets=(text,), tables=(table,))
    return build_report(
        book, week=MONDAY, kind=kind, title=f"{title} {text}", subject="team", sections=[section], notes=[f"A note on {text}", text]
    )


def plain(kind: str, title: str) -> Report:
    """A report with nothing from outside."""
    book = FactBook()
    section = Section(id="all", title="All", sentences=(f"It took {book.account(5400, about('all'), [1])}.",))
    return build_report(book, week=MONDAY, kind=kind, title=title, subject="team", sections=[section], notes=[])


def with_code(code: str) -> Report:
    """A report with lines to paste."""
    fix = Section(id="fix", title="What to paste", sentences=("Paste these lines.",), code=code)
    return build_report(FactBook(), week=MONDAY, kind="coverage_report", title="Coverage", subject="team", sections=[fix], notes=[])


def site(*reports: Report, edited: Mapping[str, str] | None = None) -> BuiltSite:
    return build_site([Page(name=one.kind, report=one, source=f"reports/{one.kind}.md") for one in reports], edited or {})


def page(one: Report, *, edited: str | None = None) -> Nodes:
    source = {} if edited is None else {f"reports/{one.kind}.md": edited}
    return Nodes(site(one, edited=source).html[f"{one.kind}.html"])


def body(one: Report) -> Nodes:
    """A report as it stands in its page, without the frame."""
    return Nodes(to_html(render_markdown(one)))


HARMLESS = report("harmless")

# Text from outside


@pytest.mark.parametrize("outside", HOSTILE)
def test_text_from_outside_makes_no_element_of_its_own(outside: str) -> None:
    assert page(report(outside)).elements == page(HARMLESS).elements


@pytest.mark.parametrize("outside", HOSTILE)
def test_text_from_outside_is_shown_as_it_was_written(outside: str) -> None:
    assert page(report(outside)).text == page(HARMLESS).text.replace("harmless", outside)


@pytest.mark.parametrize("outside", HOSTILE)
def test_text_from_outside_makes_no_element_in_the_index(outside: str) -> None:
    index = Nodes(site(report(outside)).html["index.html"])
    assert index.elements == Nodes(site(HARMLESS).html["index.html"]).elements
    assert outside in index.text


@pytest.mark.parametrize("outside", HOSTILE)
def test_the_title_of_an_entity_stays_inside_its_link(outside: str) -> None:
    nodes = page(report(outside, url=ENTITY_URL))
    assert nodes.elements == page(report("harmless", url=ENTITY_URL)).elements
    assert ENTITY_URL in nodes.links


@pytest.mark.parametrize("outside", [*HOSTILE, "```\n<script>alert(1)</script>\n````\n[click](https://evil.example)", "~~~", "a\n\n# b"])
def test_lines_to_paste_stay_inside_their_block(outside: str) -> None:
    pages = [body(with_code(code)) for code in (outside, "harmless")]
    assert pages[0].elements == pages[1].elements
    assert pages[0].text == pages[1].text.replace("harmless", outside)


@given(
    st.lists(st.sampled_from([*HOSTILE, *"<>[]()!|*_`~#&;:\\\"'{}=+-.@ x1é", "http://", "&#60;", "]("]), min_size=1, max_size=6).map(
        "".join
    )
)
@settings(max_examples=60, deadline=None)
def test_no_mixture_of_marks_makes_an_element(outside: str) -> None:
    mixed = report(outside)
    shown = mixed.facts[0].display
    assume(shown and MASK not in shown and "…" not in body(mixed).text)
    assert body(mixed).elements == body(HARMLESS).elements
    assert body(mixed).text == body(HARMLESS).text.replace("harmless", shown)


@given(st.text(min_size=1, max_size=40).map(clean_text))
@settings(max_examples=60, deadline=None)
def test_no_text_that_passed_the_door_makes_an_element(outside: str) -> None:
    odd = report(outside)
    assume(odd.facts[0].display and MASK not in odd.facts[0].display)
    assert body(odd).elements == body(HARMLESS).elements


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd"])
def test_an_address_that_is_not_of_the_web_becomes_no_link(url: str) -> None:
    assert {link for link in page(report("a task", url=url)).links if link and link[0] != "#"} == {*NAVIGATION, FIGURES}


def test_an_address_cannot_break_out_of_its_link() -> None:
    nodes = page(report("a task", url='https://acme.fibery.io/a) <img src=x onerror=alert(1)> "onclick=alert(1)'))
    assert set(nodes.tags) <= FRAME_TAGS | PAGE_TAGS | REPORT_TAGS
    assert {urlsplit(link).netloc for link in nodes.links if link} == {"", "acme.fibery.io"}


# What a page loads


@pytest.mark.parametrize("name", ["index.html", "team_summary.html"])
def test_a_page_holds_only_the_elements_of_a_report(name: str) -> None:
    nodes = Nodes(site(report("a task", url=ENTITY_URL)).html[name])
    assert set(nodes.tags) <= FRAME_TAGS | PAGE_TAGS | REPORT_TAGS
    assert nodes.oddities == []


@pytest.mark.parametrize("name", ["index.html", "team_summary.html"])
def test_a_page_forbids_whatever_could_load(name: str) -> None:
    policies = [meta for meta in Nodes(site(plain("team_summary", "Team")).html[name]).attributes("meta") if "http-equiv" in meta]
    assert [policy["http-equiv"] for policy in policies] == ["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in (policies[0]["content"] or "").split(";"))
    assert rules.pop("default-src") == "'none'"
    assert rules == {"style-src": "'unsafe-inline'", "img-src": "data:"}


@pytest.mark.parametrize("name", ["index.html", "team_summary.html"])
def test_a_page_refers_to_nothing_but_pages_and_the_reports_own_links(name: str) -> None:
    built = site(report("a task", url=ENTITY_URL), plain("toggl_summary", "Toggl"))
    nodes = Nodes(built.html[name])
    assert not [attributes for _, attributes in nodes.elements if {"src", "srcset", "action", "data", "poster"} & set(attributes)]
    assert {link for link in nodes.links if link and "#" not in link} <= {ENTITY_URL, FIGURES, *NAVIGATION, *built.html}
    assert re.findall(r"url\((?!#)", built.html[name]) == []
    assert "@import" not in built.html[name]


def test_no_attribute_runs_anything() -> None:
    nodes = page(report("<b onclick=alert(1)>", url=ENTITY_URL))
    assert not [name for _, attributes in nodes.elements for name in attributes if name.startswith("on")]


def test_a_link_out_tells_nothing_about_where_it_was_followed() -> None:
    nodes = page(report("a task", url=ENTITY_URL))
    assert {"name": "referrer", "content": "no-referrer"} in nodes.attributes("meta")
    assert [link for link in nodes.attributes("a") if "target" in link] == []


# A report's page


def test_a_page_bears_the_reports_title_in_its_head_and_at_its_top() -> None:
    nodes = page(plain("team_summary", "Team report of the week"))
    assert nodes.text.count("Team report of the week") == 2


def test_a_title_is_plain_text() -> None:
    assert page_title(report("<b>Ana</b> & *Ben*")) == "Team report <b>Ana</b> & *Ben*"


def test_numbers_stand_to_the_right_and_words_do_not() -> None:
    nodes = page(report("a task"))
    assert [cell.get("class") for cell in nodes.attributes("th")] == [None, None, "number"]
    assert [cell.get("class") for cell in nodes.attributes("td")] == [None, None, "number"] * 2


def test_a_text_about_how_cells_are_set_stays_as_it_was_written() -> None:
    odd = 'a <td style="text-align:right"> and  style="text-align:right"'
    assert Nodes(to_html(f"| a |\n|--:|\n| `{odd}` |\n")).text.strip().endswith(odd)


def test_a_wide_table_can_be_scrolled_by_keyboard() -> None:
    frames = [frame for frame in page(report("a task")).attributes("div") if frame.get("class") == "table"]
    assert [(frame["tabindex"], frame["role"]) for frame in frames] == [("0", "region")]


def test_a_page_leads_back_to_the_index() -> None:
    assert page(plain("team_summary", "Team")).links[:3] == NAVIGATION


def test_the_same_reports_give_the_same_pages() -> None:
    assert site(report("a task"), plain("toggl_summary", "Toggl")) == site(report("a task"), plain("toggl_summary", "Toggl"))


# The index


def test_the_index_lists_every_page_in_order() -> None:
    built = site(plain("team_summary", "Team"), plain("toggl_summary", "Toggl"), plain("ana-1", "Ana"))
    nodes = Nodes(built.html["index.html"])
    assert nodes.links[-3:] == ["team_summary.html", "toggl_summary.html", "ana-1.html"]
    assert all(title in nodes.text for title in ("Team", "Toggl", "Ana", "2025-10-06"))


def test_every_link_of_the_index_has_its_page() -> None:
    built = site(plain("team_summary", "Team"), plain("ana-1", "Ana"))
    links = Nodes(built.html["index.html"]).links
    assert {link for link in links if link and "../" not in link} == set(built.html)


def test_the_site_tells_which_files_it_has() -> None:
    built = site(plain("team_summary", "Team"), edited={"reports/team_summary.md": "# Ours"})
    assert built.pages == (
        PageFile(file="index.html", title="The week 2025-10-06 at a glance", edited=False),
        PageFile(file="team_summary.html", title="Team", edited=True, figures=FIGURES, kind="team_summary"),
    )


# What a person edited


def test_an_edited_page_shows_the_persons_text_and_says_so() -> None:
    nodes = page(plain("team_summary", "Team"), edited="# Our team\n\nWe had a **good** week.\n")
    assert "We had a good week." in nodes.text
    assert "It took" not in nodes.text
    assert "edited by hand" in nodes.text
    assert "strong" in nodes.tags


def test_an_edited_page_is_marked_in_the_index() -> None:
    built = site(plain("team_summary", "Team"), plain("ana-1", "Ana"), edited={"reports/ana-1.md": "mine"})
    items = [line for line in built.html["index.html"].partition("<main>")[2].splitlines() if "<li>" in line]
    assert ["edited by hand" in item for item in items] == [False, True]


def test_a_report_that_a_person_emptied_shows_an_empty_page_that_says_so() -> None:
    nodes = page(plain("team_summary", "Team"), edited="")
    assert "It took" not in nodes.text
    assert "edited by hand" in nodes.text


def test_a_page_that_nobody_edited_does_not_say_so() -> None:
    assert "edited by hand" not in page(plain("team_summary", "Team")).text


@pytest.mark.parametrize("words", HOSTILE)
def test_a_persons_text_runs_and_loads_nothing_either(words: str) -> None:
    nodes = page(plain("team_summary", "Team"), edited=f"# Ours\n\n{words}\n\n- {words}\n\n| a | b |\n|---|--:|\n| {words} | 1 |\n")
    assert set(nodes.tags) <= FRAME_TAGS | PAGE_TAGS | REPORT_TAGS | {"blockquote"}
    assert [(tag, name) for tag, found in nodes.elements for name in found if name.startswith("on") or name == "src"] == []
    assert [link for link in nodes.links if urlsplit(link or "").scheme not in ("", "http", "https")] == []


def test_a_persons_own_links_to_the_web_stay() -> None:
    assert "https://acme.example/plan" in page(plain("team_summary", "Team"), edited="See [the plan](https://acme.example/plan).").links


def test_raw_html_in_a_persons_text_is_shown_as_text() -> None:
    assert "<b>bold</b>" in Nodes(to_html("<b>bold</b> words")).text
