"""Files that a command proposes: all written or none, with a copy of what they replace. Not here: which files."""

from pathlib import Path

import pytest

from volt_assets.cli.changes import PRIVATE, FileChange, read_text, show, write_all
from volt_assets.cli.errors import RunProblem


def change(path: Path, after: str = "new\n", **more: object) -> FileChange:
    return FileChange(path=path, before=read_text(path), after=after, **more)  # type: ignore[arg-type]


def everything(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, and every folder."""
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else "a folder" for path in folder.rglob("*")}


def test_a_replaced_file_leaves_a_copy_and_never_overwrites_an_older_one(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one\n")
    for text in ("two\n", "three\n", "four\n"):
        write_all([change(file, text)])
    assert everything(tmp_path) == {"a.yaml": "four\n", "a.yaml.bak": "one\n", "a.yaml.bak1": "two\n", "a.yaml.bak2": "three\n"}


def test_new_files_and_their_folders_are_made_and_leave_no_copy(tmp_path: Path) -> None:
    assert write_all([change(tmp_path / "config" / "prompts" / "a.md")]) == ()
    assert everything(tmp_path) == {"config": "a folder", "config/prompts": "a folder", "config/prompts/a.md": "new\n"}


def test_a_file_for_secrets_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_all([change(tmp_path / ".env", mode=PRIVATE), change(tmp_path / "a.yaml")])
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link_and_the_rights_of_a_replaced_file_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("one\n")
    real.chmod(0o640)
    link.symlink_to(real)
    write_all([change(link)])
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_copy_is_for_the_same_eyes_as_what_it_is_a_copy_of(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one\n")
    file.chmod(mode)
    [copy] = write_all([change(file)])
    assert [path.stat().st_mode & 0o777 for path in (file, copy)] == [mode, mode]


def test_a_link_in_the_place_of_a_copy_is_neither_followed_nor_in_the_way(tmp_path: Path) -> None:
    file, other = tmp_path / "a.yaml", tmp_path / "other.yaml"
    file.write_text("one\n")
    other.write_text("somebody's\n")
    (tmp_path / "a.yaml.bak").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.yaml.bak1").symlink_to(other)
    assert write_all([change(file)]) == (tmp_path / "a.yaml.bak2",)
    assert not (tmp_path / "nowhere").exists()
    assert other.read_text() == "somebody's\n"


def test_where_the_last_file_fails_nothing_is_written_at_all(tmp_path: Path) -> None:
    old = tmp_path / "a.yaml"
    old.write_text("one\n")
    (tmp_path / "b").write_text("a file where a folder is needed")
    before = everything(tmp_path)
    with pytest.raises(RunProblem, match=r"cannot be written \(.+\)\. Nothing was written\."):
        write_all([change(old), change(tmp_path / "new" / "c.md"), FileChange(path=tmp_path / "b" / "c", before=None, after="x")])
    assert everything(tmp_path) == before


def test_a_place_that_is_no_folder_is_told_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file where a folder is needed")
    with pytest.raises(RunProblem, match=r"/b cannot be written \(Not a directory\)\. Nothing was written\."):
        write_all([FileChange(path=tmp_path / "b" / "c", before=None, after="x")])


def test_where_the_last_rename_fails_the_first_is_taken_back(tmp_path: Path) -> None:
    old, blocked = tmp_path / "a.yaml", tmp_path / "b.yaml"
    old.write_text("one\n")
    changes = [change(old), change(blocked)]
    blocked.mkdir()
    (blocked / "c").write_text("somebody's")
    before = everything(tmp_path)
    with pytest.raises(RunProblem, match="Nothing was written"):
        write_all(changes)
    assert everything(tmp_path) == before


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one\n")
    shown = change(file)
    file.write_text("edited meanwhile\n")
    with pytest.raises(RunProblem, match=r"a\.yaml has changed since it was read"):
        write_all([shown])
    assert everything(tmp_path) == {"a.yaml": "edited meanwhile\n"}


def test_line_ends_are_read_and_written_to_the_letter(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"one\r\n")
    write_all([change(tmp_path / "a.yaml", "one\r\ntwo\n")])
    assert (tmp_path / "a.yaml").read_bytes() == b"one\r\ntwo\n"
    assert (tmp_path / "a.yaml.bak").read_bytes() == b"one\r\n"


def test_a_file_that_is_no_text_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"gr\xfc\xdfe")
    with pytest.raises(RunProblem, match=r"a\.yaml cannot be read \(it is no UTF-8\)"):
        read_text(tmp_path / "a.yaml")


def test_the_difference_is_unified_and_shows_nothing_that_a_terminal_obeys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("kept\nold \x1b[31mred\u202e\n")
    show([change(tmp_path / "a.yaml", "kept\nnew\n"), change(tmp_path / "b.md", is_shipped=True)])
    told = capsys.readouterr().out
    assert "--- " in told
    assert "\n-old [31mred\n+new\n" in told
    assert f"+++ {tmp_path / 'b.md'} (new, as it is shipped)\n" in told
    assert "\x1b" not in told
