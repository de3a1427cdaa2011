"""Publishing texts into a week: what is stale, what a person edited. Not here: crashes, single values, Dagster."""

import json
from collections.abc import Callable
from pathlib import Path

from io_managers.files import remove
from io_managers.week_store import Published, WeekStore
from tests.io_managers.conftest import ANA, BEN, FOLDER, WEEK, Content, edit, modified, publish, text

ANA_NEW = f"{FOLDER}/ana.new.md"
TEAM, TEAM_NEW = "reports/team.md", "reports/team.new.md"
Contents = Callable[[str], Content]


def delete(store: WeekStore, name: str) -> None:
    remove(store.path(WEEK, name))


def in_manifest(store: WeekStore) -> set[str]:
    return set(json.loads(store.read(WEEK, "manifest.json") or b"{}")["files"])


# What is ours


def test_a_publication_writes_its_texts_and_says_which(store: WeekStore, contents: Contents) -> None:
    assert publish(store, {"ana.md": "Ana", "ben.md": "Ben"}) == Published(files=(ANA, BEN))
    assert {name: content for name, content in contents(f"weeks/{WEEK}").items() if name != "manifest.json"} == {ANA: b"Ana", BEN: b"Ben"}


def test_publishing_the_same_again_touches_no_byte(tmp_path: Path) -> None:
    store = WeekStore(str(tmp_path))
    publish(store, {"ana.md": "Ana"})
    files = [store.path(WEEK, name) for name in (ANA, "manifest.json")]
    before = [modified(path) for path in files]
    publish(store, {"ana.md": "Ana"}, "run-2")
    assert [modified(path) for path in files] == before
    assert not (tmp_path / "history").exists()


def test_a_replaced_text_goes_to_history(store: WeekStore, contents: Contents) -> None:
    publish(store, {"ana.md": "Ana"})
    publish(store, {"ana.md": "Ana, again"}, "run-2")
    assert contents("history") == {f"{WEEK}/run-2/{ANA}": b"Ana"}


def test_a_text_that_is_no_longer_published_retires_to_history(store: WeekStore, contents: Contents) -> None:
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    assert publish(store, {"ana.md": "Ana"}, "run-2") == Published(files=(ANA,), retired=(BEN,))
    assert text(store, BEN) is None
    assert contents("history") == {f"{WEEK}/run-2/{BEN}": b"Ben"}
    assert in_manifest(store) == {ANA}


def test_a_retired_text_may_come_back(store: WeekStore) -> None:
    for files in ({"ana.md": "Ana"}, {}, {"ana.md": "Ana"}):
        publish(store, files)
    assert text(store, ANA) == "Ana"
    assert store.edited_files(WEEK) == ()


def test_publishing_nothing_empties_the_folder_of_ours(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    assert publish(store, {}).retired == (ANA,)
    assert text(store, ANA) is None


def test_a_folder_below_and_a_folder_beside_are_not_touched(store: WeekStore) -> None:
    store.publish(WEEK, "reports", {"team.md": "Team"})
    publish(store, {"ana.md": "Ana"})
    store.publish(WEEK, "reports/html", {"index.html": "<p>"})
    store.publish(WEEK, "reports", {})
    assert (text(store, "reports/team.md"), text(store, ANA), text(store, "reports/html/index.html")) == (None, "Ana", "<p>")


def test_a_file_that_a_person_put_there_stays(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, f"{FOLDER}/notes.md", "mine")
    assert publish(store, {}).retired == (ANA,)
    assert text(store, f"{FOLDER}/notes.md") == "mine"


def test_publishing_one_file_leaves_its_folder_alone(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    assert store.publish_file(WEEK, BEN, "Ben") == Published(files=(BEN,))
    assert (text(store, ANA), text(store, BEN)) == ("Ana", "Ben")


# What a person edited


def test_an_edit_survives_and_ours_goes_beside_it(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    assert publish(store, {"ana.md": "Ana, again"}) == Published(files=(ANA_NEW,), edited=(ANA,))
    assert (text(store, ANA), text(store, ANA_NEW)) == ("Ana, in her words", "Ana, again")


def test_an_edit_survives_however_often_we_publish(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    for number in range(3):
        assert publish(store, {"ana.md": f"Ana {number}"}, f"run-{number}").edited == (ANA,)
    assert (text(store, ANA), text(store, ANA_NEW)) == ("Ana, in her words", "Ana 2")


def test_an_edit_survives_a_publication_of_what_we_wrote_before(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    assert publish(store, {"ana.md": "Ana"}).edited == (ANA,)
    assert text(store, ANA) == "Ana, in her words"


def test_a_file_that_was_there_before_us_counts_as_a_persons(store: WeekStore) -> None:
    edit(store, ANA, "mine")
    assert publish(store, {"ana.md": "Ana"}) == Published(files=(ANA_NEW,), edited=(ANA,))
    assert text(store, ANA) == "mine"


def test_an_edit_is_listed_until_it_is_gone(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    assert store.edited_files(WEEK) == ()
    edit(store, ANA, "Ana, in her words")
    publish(store, {"ana.md": "Ana, again", "ben.md": "Ben"})
    assert store.edited_files(WEEK) == (ANA,)
    delete(store, ANA)
    assert store.edited_files(WEEK) == ()


def test_deleting_the_edited_file_brings_ours_back_and_retires_the_one_beside(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    publish(store, {"ana.md": "Ana, again"})
    delete(store, ANA)
    assert publish(store, {"ana.md": "Ana, again"}, "run-3") == Published(files=(ANA,), retired=(ANA_NEW,))
    assert (text(store, ANA), text(store, ANA_NEW)) == ("Ana, again", None)


def test_deleting_an_edited_single_file_brings_ours_back_and_retires_the_one_beside(store: WeekStore) -> None:
    store.publish_file(WEEK, "reports/team.md", "Team")
    edit(store, "reports/team.md", "Our team")
    assert store.publish_file(WEEK, "reports/team.md", "Team, again").files == ("reports/team.new.md",)
    delete(store, "reports/team.md")
    published = store.publish_file(WEEK, "reports/team.md", "Team, again")
    assert published == Published(files=("reports/team.md",), retired=("reports/team.new.md",))
    assert (text(store, "reports/team.md"), text(store, "reports/team.new.md")) == ("Team, again", None)


def test_an_edit_that_says_what_we_say_is_ours_again(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, again")
    assert publish(store, {"ana.md": "Ana, again"}) == Published(files=(ANA,))
    assert store.edited_files(WEEK) == ()


def test_an_edited_text_that_we_publish_no_more_stays(store: WeekStore, contents: Contents) -> None:
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    edit(store, BEN, "Ben, in his words")
    assert publish(store, {"ana.md": "Ana"}).retired == ()
    assert text(store, BEN) == "Ben, in his words"
    assert contents("history") == {}


def test_an_edit_beside_is_copied_before_ours_replaces_it(store: WeekStore, contents: Contents) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    publish(store, {"ana.md": "Ana 1"})
    edit(store, ANA_NEW, "Ana 1, with a note")
    publish(store, {"ana.md": "Ana 2"}, "run-3")
    assert contents("history") == {f"{WEEK}/run-3/{ANA_NEW}": b"Ana 1, with a note"}


def test_an_edit_beside_a_single_file_stays_as_it_does_in_a_folder(store: WeekStore) -> None:
    store.publish_file(WEEK, TEAM, "Team")
    edit(store, TEAM, "Our team")
    store.publish_file(WEEK, TEAM, "Team, again")
    edit(store, TEAM_NEW, "Team, with a note")
    delete(store, TEAM)
    assert store.publish_file(WEEK, TEAM, "Team, again") == Published(files=(TEAM,), edited=(TEAM_NEW,))
    assert (text(store, TEAM), text(store, TEAM_NEW)) == ("Team, again", "Team, with a note")


def test_a_text_that_a_person_deleted_is_not_told_as_retired(store: WeekStore) -> None:
    publish(store, {"ana.md": "Ana", "ben.md": "Ben"})
    delete(store, BEN)
    assert publish(store, {"ana.md": "Ana"}) == Published(files=(ANA,))
    assert in_manifest(store) == {ANA}


def test_one_beside_a_single_file_that_a_person_deleted_is_not_told_as_retired(store: WeekStore) -> None:
    store.publish_file(WEEK, TEAM, "Team")
    edit(store, TEAM, "Our team")
    store.publish_file(WEEK, TEAM, "Team, again")
    for name in (TEAM, TEAM_NEW):
        delete(store, name)
    assert store.publish_file(WEEK, TEAM, "Team, again") == Published(files=(TEAM,))
    assert in_manifest(store) == {TEAM}


def test_a_store_that_is_to_overwrite_edits_keeps_a_copy_of_them(store: WeekStore, contents: Contents) -> None:
    publish(store, {"ana.md": "Ana"})
    edit(store, ANA, "Ana, in her words")
    publish(store, {"ana.md": "Ana, again"})
    overwriting = WeekStore(str(store.root), "run-9", overwrite_edits=True).for_run("run-9")

    assert overwriting.publish(WEEK, FOLDER, {"ana.md": "Ana, again"}) == Published(files=(ANA,), retired=(ANA_NEW,))
    assert text(store, ANA) == "Ana, again"
    assert contents(f"history/{WEEK}/run-9")[ANA] == b"Ana, in her words"
    assert store.edited_files(WEEK) == ()
