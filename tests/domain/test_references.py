"""What a description refers to, and what only looks like it."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.builders import HOSTS, LOGIN_LINK, LOGIN_TASK
from volt_assets.domain.references import Reference, ReferenceForm, parse_reference


def parsed(description: str) -> Reference:
    reference = parse_reference(description, HOSTS)
    assert reference is not None
    return reference


LABEL_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="[]\r\n")).map(lambda text: " ".join(text.split()))
LABELS = LABEL_TEXT.filter(bool)
TITLES = st.one_of(
    LABEL_TEXT,
    st.builds("{} #9 {}".format, LABEL_TEXT, LABEL_TEXT),
    st.sampled_from(["", "See #9", "#9", "PR #567 follow-up", "Größe & Co. #9", "日本語の入力", "Fix the “quotes”", "colour #123456"]),
)
FOREIGN = [
    "fixes #12", "Closed #12 in the repository", "re: #12 on Slack",
    "PR #567", "AB#12", "PROJ-123", "#12a", "colour #123456", "Review GitHub PR #567", "Fix colour #123456 on button", "Standup",
    "MR !12", "issue #3", "issues #3 and #4", "GH-12", "gh#12", "pydantic#1234", "lumen/portal#12", "#marketing", "#2fa", "#1 priority",
    "# 1 in the list", "We are #1!", "room #4", "Sprint #12 planning", "invoice #802", "build #51", "Zendesk #1240 refund", "$12",
    "#12.5 %", "call +47 22 12 34 56", "background: #123;", "C# training", "upstream ticket #301", "WHERE a = '#77'", "https://other.example/x#12",
]  # fmt: skip


def test_the_workspaces_own_formula_is_read_in_full() -> None:
    assert parsed(LOGIN_TASK) == Reference(
        form=ReferenceForm.LABELS, public_id="12", space="Scrum", database="Task", project="Pilot", title="Fix the login form"
    )


@settings(max_examples=500, deadline=None, derandomize=True)
@given(title=TITLES, number=st.integers(0, 999_999_999), space=LABELS, database=LABELS, project=LABEL_TEXT)
def test_a_formula_made_text_is_read_back_exactly(title: str, number: int, space: str, database: str, project: str) -> None:
    assume("://" not in title)

    reference = parsed(f"{title} #{number} [{space}] [{database}] [{project}]")

    assert reference.is_full
    assert (reference.public_id, reference.space, reference.database) == (str(number), space, database)
    assert reference.project == (project or None)
    assert reference.title == " ".join(title.split())
    assert reference.others == ()


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([*FOREIGN, LOGIN_TASK, LOGIN_LINK, "#", "[", "]", "12", " ", "https://", "/", "%"])).map("".join),
    )
)
def test_no_text_breaks_the_parser_and_an_id_is_always_a_plain_number(description: str) -> None:
    reference = parse_reference(description, HOSTS)

    assert reference is None or str(int(reference.public_id)) == reference.public_id
    assert reference is None or reference.is_full == (reference.form is not ReferenceForm.BARE)


@pytest.mark.parametrize("description", FOREIGN)
def test_numbers_of_other_trackers_and_colours_are_no_reference(description: str) -> None:
    assert parse_reference(description, HOSTS) is None


@pytest.mark.parametrize("description", ["#", "##12", "&#12;", "a/#12", "#1234567890", "#12_3", "1 #x 2"])
def test_a_number_sign_without_a_number_of_its_own_is_no_reference(description: str) -> None:
    assert parse_reference(description, HOSTS) is None


@pytest.mark.parametrize(
    ("description", "number", "title"),
    [("#567", "567", ""), ("Login form once more #7", "7", "Login form once more"), ("# 88 menu", "88", "menu"), ("#007", "7", "")],
)
def test_a_bare_number_is_only_a_hint(description: str, number: str, title: str) -> None:
    reference = parsed(description)

    assert reference.form is ReferenceForm.BARE
    assert not reference.is_full
    assert (reference.public_id, reference.title) == (number, title)


def test_of_two_bare_numbers_the_first_comes_first_and_the_other_is_kept() -> None:
    reference = parsed("After #3 on to #4")

    assert [one.public_id for one in reference.in_order] == ["3", "4"]


def test_a_pull_request_beside_a_bare_number_is_not_taken_for_it() -> None:
    assert parsed("Login #7, see PR #567").public_id == "7"


def test_one_label_beside_a_number_names_a_kind_but_not_in_full() -> None:
    reference = parsed("Focus is lost #7 [Bug]")

    assert (reference.form, reference.label, reference.title) == (ReferenceForm.BARE, "Bug", "Focus is lost")


def test_labels_count_only_after_the_number() -> None:
    assert parsed("[QA] fix login #9 [Scrum] [Task] [Pilot]") == Reference(
        form=ReferenceForm.LABELS, public_id="9", space="Scrum", database="Task", project="Pilot", title="[QA] fix login"
    )


def test_labels_before_a_number_make_no_full_reference() -> None:
    assert not parsed("[ACME] [Scrum] call about #12").is_full


def test_without_a_project_the_labels_are_still_full() -> None:
    assert (parsed("Menu #77 [Scrum] [Bug]").database, parsed("Menu #77 [Scrum] [Bug]").project) == ("Bug", None)


@pytest.mark.parametrize("description", ["Menu #77 [Scrum] [Bug] []", "Menu # 77  [ Scrum ][Bug]   [ ]"])
def test_empty_labels_and_loose_spacing_do_not_matter(description: str) -> None:
    reference = parsed(description)

    assert (reference.public_id, reference.space, reference.database, reference.project) == ("77", "Scrum", "Bug", None)


def test_of_two_full_references_the_first_counts_and_the_other_is_told() -> None:
    reference = parsed("#12 [Scrum] [Task] [Pilot] then hotfix #34 [Scrum] [Bug] [Pilot]")

    assert [(one.public_id, one.database) for one in reference.in_order] == [("12", "Task"), ("34", "Bug")]


@pytest.mark.parametrize(
    "text",
    [
        "login \uff03\uff11\uff12 \uff3bScrum\uff3d\uff3bTask\uff3d",
        "\u691c\u7d22#12 [Scrum] [Task]",
        "#12 [Scrum] - [Task]",
        "#12 [Scrum], [Task]",
        "\u30e1\u30fc\u30eb #12 \u3010Scrum\u3011\u3010Task\u3011",
    ],
)
def test_full_width_signs_scripts_without_spaces_and_signs_between_labels_do_not_matter(text: str) -> None:
    assert (parsed(text).public_id, parsed(text).space, parsed(text).database) == ("12", "Scrum", "Task")


@pytest.mark.parametrize("text", ["#1 [a] " * 300_000, "#1 [a]" + " " * 2_000_000, "https://)" * 200_000, "[" * 2_000_000])
def test_two_megabytes_of_description_are_read_like_any_other(text: str) -> None:
    assert parse_reference(f"{LOGIN_TASK} {text}", HOSTS) is not None


def test_a_bare_number_behind_a_full_reference_changes_nothing() -> None:
    assert parsed("#12 [Scrum] [Task] [X] then hotfix #34").public_id == "12"


@pytest.mark.parametrize(
    "url",
    [
        LOGIN_LINK,
        "https://acme.fibery.io/Scrum/Task/12",
        "http://ACME.fibery.io/Scrum/Task/12/",
        "https://acme.fibery.io/Scrum/Task/Fix-the-login-form-12?sharing-key=x#top",
        "(https://acme.fibery.io/Scrum/Task/12).",
        "see [login](https://acme.fibery.io/Scrum/Task/Fix_(iOS)-12), please",
        "<https://acme.fibery.io/Scrum/Task/12|Login>",
        '<a href="https://acme.fibery.io/Scrum/Task/12">x</a>',
        "HTTPS://ACME.FIBERY.IO/Scrum/Task/12!",
        "acme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io:443//Scrum/Task/12",
        "\u8a73\u7d30\u306fhttps://acme.fibery.io/Scrum/Task/12\u3002",
        "https://acme.fibery.io/Scrum/Task/%D0%9D%D0%B5-12?query=%2388#9",
        "https://acme.fibery.io/Scrum/Task/-12",
        "PR #567 for https://acme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io/Scrum/Board-8 https://acme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io/Scrum/Task/Fix-12\u3002\u6b21",
        "https://acme.fibery.io/Scrum/Task/Fix-12\u3001\u78ba\u8a8d",
        "https://acme.fibery.io/Scrum/Task/Fix-12;ok",
        "https://acme.fibery.io/Scrum/Task/12\u2014done",
        "https://acme.fibery.io/Scrum/Task/Fix,-then-ship-12,done",
        "https://acme.fibery.io/Scrum/Task/Fix-12,https://acme.fibery.io/Scrum/Task/3",
        "https://acme.fibery.io/Scrum/Task/Fix-12/comments",
        "www.acme.fibery.io/Scrum/Task/Fix-12",
        "https://www.acme.fibery.io/Scrum/Task/12",
    ],
)
def test_a_link_of_the_workspace_is_a_full_reference(url: str) -> None:
    reference = parsed(url)

    assert reference.is_full
    assert (reference.form, reference.space, reference.database, reference.public_id) == (ReferenceForm.URL, "Scrum", "Task", "12")


def test_underscores_and_escapes_of_a_link_are_read_as_the_names_they_stand_for() -> None:
    reference = parsed("Look at https://acme.fibery.io/Product_Management/Gr%C3%B6%C3%9Fe/8 again")

    assert (reference.space, reference.database, reference.title) == ("Product Management", "Größe", "Look at again")


@pytest.mark.parametrize(
    "url",
    [
        "https://other.fibery.io/Scrum/Task/12",
        "https://evil.example/acme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io.evil.example/Scrum/Task/12",
        "https://acme.fibery.ios/Scrum/Task/12",
        "https://acme.fibery.io@evil.example/Scrum/Task/12",
        "https://notacme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io/fibery/space/Scrum/12",
        "https://acme.fibery.io/api/graphql/12",
        "https://evil.example/?to=https://acme.fibery.io/Scrum/Task/12",
        "https://acme.fibery.io/Scrum/Some-Document-12",
        "https://acme.fibery.io/Scrum/Task/no-number",
        "https://acme.fibery.io/@public/a/b/c-12",
        "https://acme.fibery.io/Scrum/Task/1234567890",
        "https://acme.fibery.io/Scrum/Task/Sprint-14/Board",
        "https://acme.fibery.io/Scrum/Task/Version-2,-final",
        "https://acme.fibery.io/Scrum/Task/Fix-12,part-3,end",
        "https://www.evil.example/www.acme.fibery.io/Scrum/Task/12",
    ],
)
def test_other_links_are_no_reference(url: str) -> None:
    assert parse_reference(url, HOSTS) is None


def test_two_links_with_only_a_comma_between_are_two() -> None:
    link = "https://acme.fibery.io/Scrum/Task/Fix-12,https://acme.fibery.io/Scrum/Task/3"

    assert [one.public_id for one in parsed(link).in_order] == ["12", "3"]


def test_a_link_outweighs_labels() -> None:
    assert parsed(f"#3 [Scrum] [Bug] [Pilot] {LOGIN_LINK}").public_id == "12"


def test_a_workspace_on_a_host_of_its_own_is_recognised() -> None:
    reference = parse_reference("http://127.0.0.1:8080/Scrum/Task/12", ["127.0.0.1:8080"])

    assert reference is not None
    assert reference.public_id == "12"
