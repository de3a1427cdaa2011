"""What `volt-agent run` refuses before anything happens. Not here: what a run does."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import VARIABLES
from tests.weeks import WEEK, store
from volt_assets.cli import main
from volt_assets.cli.errors import UsageProblem
from volt_assets.cli.preflight import check_store
from volt_assets.sandbox.server import Sandbox


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["run", "--start-date", WEEK, "--end-date", WEEK, *words])


def refusal(*words: str) -> str:
    """The one line that says why nothing ran."""
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: ")
    assert len(result.output.strip().splitlines()) == 1
    return result.output.strip()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TOGGL_WORKSPACE_ID", "my team", "TOGGL_WORKSPACE_ID is 'my team': it is digits only"),
        ("FIBERY_WORKSPACE_NAME", "https://acme.fibery.io", "only the name before .fibery.io"),
        ("FIBERY_WORKSPACE_NAME", "acme.fibery.io", "only the name before .fibery.io"),
        ("FIBERY_WORKSPACE_NAME", "-acme", "only the name before .fibery.io"),
        ("TOGGL_API_URL", "api.track.toggl.com", "TOGGL_API_URL is no web address"),
        ("TOGGL_API_URL", "https://", "TOGGL_API_URL is no web address"),
        ("FIBERY_API_URL", "ftp://acme.fibery.io", "FIBERY_API_URL is no web address"),
        ("FIBERY_API_URL", "http://host:port", "FIBERY_API_URL is no web address"),
        ("OPENAI_BASE_URL", "http://bob:secret@ho st/v1", "OPENAI_BASE_URL is no web address"),
        ("VOLT_LLM_PROVIDER", "replay", "llm.provider is replay, but llm.replay_folder in volt.yaml is empty"),
        ("VOLT_DATA", "memory://volt", "VOLT_DATA is memory://volt, which dies with this command."),
        ("VOLT_DATA", "/proc/nowhere/data", "VOLT_DATA is /proc/nowhere/data, which cannot be used as a folder"),
    ],
)
def test_a_variable_that_cannot_be_right_is_named_before_anything_is_asked(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = refusal()
    assert told in said
    assert "secret" not in said
    assert sandbox.requests == []


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_store_that_is_a_file_or_below_one_is_refused_with_the_remedy(sandbox: Sandbox, below: str) -> None:
    store().write_text("a file")
    os.environ["VOLT_DATA"] = str(Path(os.environ["VOLT_DATA"]) / below)
    said = refusal()
    assert f"VOLT_DATA is {os.environ['VOLT_DATA']}, which cannot be used as a folder" in said
    assert "Name a folder that you may write to with VOLT_DATA." in said


def test_an_output_dir_that_is_no_folder_is_named_by_its_option(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    assert f"--output-dir is {tmp_path / 'file'}, which cannot be used as a folder" in refusal("--output-dir", str(tmp_path / "file"))
    assert "--output-dir is nowhere://x, which cannot be opened" in refusal("--output-dir", "nowhere://x")


@pytest.mark.parametrize("given", ["", "  "])
def test_an_empty_output_dir_is_wrong_usage(sandbox: Sandbox, given: str) -> None:
    assert "--output-dir is empty" in refusal("--output-dir", given)
    assert not store().exists()


def test_the_check_of_the_store_leaves_nothing_behind(tmp_path: Path) -> None:
    check_store(str(tmp_path / "new" / "store"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "there").mkdir()
    check_store(str(tmp_path / "there"))
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(UsageProblem, match=r"Permission denied.*VOLT_DATA"):
        check_store(str(tmp_path / "locked"))


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_dagster_home_that_is_a_file_or_below_one_is_named(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / below))
    said = refusal()
    assert f"DAGSTER_HOME is {tmp_path / 'home' / below}" in said
    assert "Set it to a folder" in said


@pytest.mark.parametrize(
    "command", [["run", "--start-date", WEEK, "--end-date", WEEK], ["import-csv", __file__], ["ui"], ["demo"], ["sandbox"]]
)
def test_a_dotenv_that_is_not_utf8_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    (tmp_path / ".env").write_bytes("TOGGL_API_TOKEN=grün\n".encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert result.output == f"Error: {tmp_path / '.env'} cannot be read: save it as UTF-8.\n"


@pytest.mark.parametrize("users", ["", ",", " , "])
def test_a_list_of_users_without_a_name_is_wrong_usage(sandbox: Sandbox, users: str) -> None:
    assert "--users names nobody" in refusal("--users", users)
    assert sandbox.requests == []


def test_the_example_of_a_dotenv_names_every_variable() -> None:
    text = (Path(__file__).resolve().parents[2] / ".env.example").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"\n{name}=" not in text and f"\n# {name}=" not in text] == []
