"""Names and addresses in what a model is sent: hidden in every form people write them in. Not here: which facts are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.domain.pseudonyms import ADDRESS, LINK, SOMEBODY, Acquaintance, Cover, Privacy

ANA = Acquaintance(key="ana@example.com", names=("Ana Example", "Ana E."), addresses=("ana@example.com", "a.sample-x@work.example"))
BORIS = Acquaintance(key="boris@example.com", names=("Boris Müller-Lüdenscheidt",), addresses=("bml@example.com",))
WILL = Acquaintance(key="user:7", names=("Will de la Cruz",))
ANNA = Acquaintance(key="anna@example.com", names=("Анна Иванова",))
XIAO = Acquaintance(key="xiao@example.com", names=("王小明",), addresses=("wang.xiaoming@example.com",))
PRIYA = Acquaintance(key="priya@example.com", names=("प्रिया शर्मा",))
OYA = Acquaintance(key="oya@example.com", names=("Øyvind Łukasz",))
TEAM = (ANA, BORIS, WILL, ANNA, XIAO, PRIYA, OYA)
EVERYBODY = Privacy(people=TEAM)


def hidden(text: str, *people: Acquaintance) -> str:
    return Cover(Privacy(people=people or TEAM)).text(text)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Call with Ana Example about hiring", "Call with P1 about hiring"),
        ("call with ANA", "call with P1"),
        ("Ana's onboarding", "P1's onboarding"),
        ("Ana\u2019s onboarding", "P1\u2019s onboarding"),
        ("Anas Bericht", "P1 Bericht"),
        ("Review A. Example's draft", "Review P1's draft"),
        ("Review with Example, Ana", "Review with P1"),
        ("ask Ana E. first", "ask P1. first"),
        ("@ana please look", "@P1 please look"),
        ("merge branch ana/login", "merge branch P1/login"),
        ("see AnaExample and aexample", "see P1 and P1"),
        ("pairing with ana_example", "pairing with P1"),
        ("with \uff21\uff4e\uff41", "with P1"),
        ("with A\u200dna", "with P1"),
        ("for Exmaple", "for P1"),
        ("1:1 boris", "1:1 P1"),
        ("1:1 Mueller", "1:1 P1"),
        ("1:1 Muller-Ludenscheidt", "1:1 P1"),
        ("1:1 MÜLLER", "1:1 P1"),
        ("1:1 Mu\u0308ller", "1:1 P1"),
        ("bml: fix it", "P1: fix it"),
        ("a.sample-x wrote", "P1 wrote"),
        ("will it work", "P1 it work"),
        ("de la Cruz called", "P1 called"),
        ("Договор для Анны и документы", "Договор для P1 и документы"),
        ("Звонок: Ивановой", "Звонок: P1"),
        ("与王小明开会", "与P1开会"),
        ("Wang Xiaoming joins", "P1 joins"),
        ("प्रिया के साथ", "P1 के साथ"),
        ("Oyvind and Lukasz", "P1 and P1"),
    ],
)
def test_a_name_is_hidden_however_it_is_written(written: str, sent: str) -> None:
    assert hidden(written) == sent


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Anne-Marie van der Berg", "annemarie"),
        ("Anne-Marie van der Berg", "Vanderberg"),
        ("Pat O\u2019Neil", "ONeil"),
        ("D'Angelo Sample", "dangelo"),
        ("Mar\u00eda Jos\u00e9 Garc\u00eda-N\u00fa\u00f1ez", "GarciaNunez"),
        ("\u738b\u5c0f\u660e", "\u5c0f\u660e"),
        ("\uae40\ubbfc\uc218", "\ubbfc\uc218"),
    ],
)
def test_words_of_a_name_that_are_written_as_one_are_hidden(name: str, written: str) -> None:
    assert hidden(f"ask {written} first", Acquaintance(key="k", names=(name,))) == "ask P1 first"


@pytest.mark.parametrize("written", ["Carla", "muster", "carla.muster", "CarlaMuster", "carla.muster+toggl"])
def test_of_whoever_is_known_by_address_alone_each_word_before_the_sign_is_hidden(written: str) -> None:
    known = Acquaintance(key="k", addresses=("carla.muster+toggl@example.com", "team.support@example.com"))

    assert hidden(f"support: ask {written} first", known).replace("+toggl", "") == "support: ask P1 first"


def test_an_address_in_quotes_is_hidden_whole() -> None:
    assert hidden('mail "carla m"@example.com now', ANA) == f"mail {ADDRESS} now"


@pytest.mark.parametrize(
    "text",
    ["Standup", "Analysis of the banana import", "de la carte", "Fix the login form #12 [Scrum] [Task]", "e-mail to a client", "A.", ""],
)
def test_other_words_stay(text: str) -> None:
    assert hidden(text, Acquaintance(key="k", names=("Ana Sample",)), WILL) == text


@pytest.mark.parametrize(
    "written",
    [
        "ana@example.com",
        "stranger.elsewhere+tag@mail.example.org",
        "O'Neil@example.org",
        "stranger (at) example.org",
        "stranger[at]example.org",
        "stranger\uff20example.org",
        "почта@пример.рф",
        "mailto:stranger@example.org",
        "<stranger@example.org>",
    ],
)
@pytest.mark.parametrize("pseudonyms", [True, False])
def test_nobodys_address_leaves(written: str, *, pseudonyms: bool) -> None:
    sent = Cover(Privacy(people=TEAM, pseudonyms=pseudonyms)).text(f"Mail to {written} today")

    assert ADDRESS in sent
    assert "example.org" not in sent
    assert "пример" not in sent
    assert "@" not in sent
    assert sent.endswith(" today")


def test_links_stay_here_for_they_hold_names_and_tokens() -> None:
    assert hidden("see https://acme.example/People/Ana-Example-7?key=x and www.acme.example/x") == f"see {LINK} and {LINK}"


@pytest.mark.parametrize("pseudonyms", [True, False])
def test_secrets_never_leave_not_even_in_wide_letters(*, pseudonyms: bool) -> None:
    cover = Cover(Privacy(people=TEAM, pseudonyms=pseudonyms))

    assert "hunter22" not in cover.text("password: hunter22")
    assert "\uff48unter22" not in cover.text("\uff50assword: \uff48unter22")
    assert "hunter22" not in cover.text("\uff50assword: \uff48unter22")


def test_people_are_numbered_as_they_are_first_mentioned() -> None:
    cover = Cover(EVERYBODY)

    assert cover.person(BORIS.key, "Boris Müller-Lüdenscheidt") == "P1"
    assert cover.text("Ana asked Boris, Will answered Ana") == "P2 asked P1, P3 answered P2"
    assert cover.person(ANA.key, "Ana Example") == "P2"
    assert cover.person("user:99", "(no name)") == "P4"


def test_somebody_who_joins_the_week_changes_nobodys_number() -> None:
    newcomer = Acquaintance(key="aaron@example.com", names=("Aaron First",))
    texts = ["Ana asked Boris", "1:1 with Will", "Retro"]
    before, after = (Cover(Privacy(people=people)) for people in (TEAM, (newcomer, *TEAM)))

    assert [before.text(text) for text in texts] == [after.text(text) for text in texts]


def test_a_first_name_of_two_people_is_hidden_as_somebody_and_a_full_name_as_who_it_is() -> None:
    other = Acquaintance(key="ana2@example.com", names=("Ana Other",))

    assert hidden("Ana, Ana Other and Ana Example", ANA, other) == f"{SOMEBODY}, P1 and P2"


def test_a_number_in_a_name_hides_no_other_number() -> None:
    contractor = Acquaintance(key="user:47", names=("Contractor 47",))

    assert hidden("Contractor 47 on #47, 47 times", contractor) == "P1 on #47, 47 times"


def test_two_people_side_by_side_are_two() -> None:
    assert hidden("Ana Boris") == "P1 P2"
    assert hidden("Ana, Boris") == "P1, P2"


def test_the_mailbox_of_a_whole_team_is_nobodys_name() -> None:
    shared = Acquaintance(key="support@example.com", names=("Kim Desk",), addresses=("support@example.com",))

    assert hidden("Support for Kim", shared) == "Support for P1"


def test_without_pseudonyms_names_stay_and_two_of_one_name_are_told_apart() -> None:
    cover = Cover(Privacy(people=(ANA, BORIS), pseudonyms=False))

    assert cover.text("Ana asked Boris") == "Ana asked Boris"
    assert cover.person(ANA.key, "Ana Example") == "Ana Example"
    assert cover.person("user:8", "Ana Example") == "Ana Example (2)"
    assert cover.person(BORIS.key) == "Boris Müller-Lüdenscheidt"
    assert cover.person("user:9", "ana@example.com") == ADDRESS


@given(
    st.lists(st.sampled_from(["Ana", "Example", "boris", "x", "the", "A.", "Анны", "王小明", "bml", "-", ",", "\n"]), max_size=12),
    st.sampled_from(["", " ", "  ", ", ", "."]),
)
def test_no_known_name_is_left_as_a_word(words: list[str], between: str) -> None:
    sent = hidden(between.join(words)) if between else hidden(" ".join(words))
    left = {word.strip(".,-").casefold() for word in sent.split()}

    assert not left & {"ana", "example", "boris", "анны", "王小明", "bml"}


@given(st.text(max_size=80))
def test_any_text_can_be_hidden_and_holds_no_name_then(text: str) -> None:
    assert " Ana Example " not in f" {hidden(text + ' Ana Example ')} "
