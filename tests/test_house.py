"""The house rules, held by reading the source: who imports whom, sizes, docstrings, what lies where. Not here: what the code does."""

import ast
import fnmatch
import io
import re
import shutil
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PRODUCT = ("volt_assets", "resources", "io_managers")
CODE = (*PRODUCT, "tests", "benchmarks")
LONGEST_FILE, LONGEST_FUNCTION, USUAL_FUNCTION = 400, 50, 30
SHARE_OF_USUAL = 0.9

CLOCKWORK = {
    *("definitions", "checks", "jobs", "schedules", "sensors", "partitions", "settings"),
    *("run_errors", "week_data", "week_status", "dead_runs", "deliveries", "delivery_ways", "notices"),
}
GRAPH = {"domain", "resources", "io_managers", "site", "settings", "partitions"}
MAY_IMPORT = {
    "domain": set[str](),
    "resources": {"domain"},
    "io_managers": {"domain"},
    "site": {"domain"},
    "settings": {"domain"},
    "partitions": {"domain", "settings"},
    "run_errors": {"domain"},
    "assets": GRAPH,
    "checks": GRAPH | {"assets", "week_data"},
    "jobs": GRAPH | {"assets"},
    "week_data": GRAPH | {"assets"},
    "week_status": GRAPH | {"assets", "week_data"},
    "schedules": GRAPH | {"assets", "jobs", "week_data"},
    "dead_runs": {"io_managers", "jobs"},
    "delivery_ways": GRAPH,
    "deliveries": GRAPH | {"assets", "delivery_ways"},
    "notices": GRAPH | {"dead_runs", "deliveries", "delivery_ways", "week_data", "week_status", "run_errors"},
    "sensors": GRAPH | {"assets", "jobs", "week_data", "dead_runs", "run_errors", "deliveries", "notices"},
    "definitions": GRAPH | {"assets", "checks", "jobs", "schedules", "sensors"},
    "cli": GRAPH | CLOCKWORK | {"assets", "sandbox"},
    "sandbox": set[str](),
    "volt_assets": set[str](),
}
OUTSIDE_THE_DOMAIN = {
    *("dagster", "httpx", "httpx2", "openai", "requests", "aiohttp", "socket", "subprocess"),
    *("fsspec", "upath", "os", "pathlib", "io", "shutil", "tempfile", "time", "anyio", "asyncio", "random"),
}
CLOCKS_AND_FILES = {"open", "now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes", "fromtimestamp"}
TOP_LEVEL = {
    *("pyproject.toml", "workspace.yaml", "volt_assets", "resources", "io_managers", "config", "tests"),
    *("README.md", "Makefile", "requirements.lock", "dagster.yaml", ".env.example", ".gitignore", ".ci"),
    *("benchmarks", "deploy", "docs"),
}
DAGSTER = "import dagster as dg"
DAGSTER_TEST_HELPERS = "from dagster._core.test_utils"
"""Runs in states that no public call makes; for tests only."""
WHAT_DOES_NOT_BELONG = re.compile(r"(?<![\w-])(?:Not here: \w|Not for \w|Not which \w|No \w|Nothing \w|Only \w|not the \w)")
# Written in parts, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|root|home|Users|tmp)" + "/[a-z]")
PACKAGE_HOST = re.compile("files" + r"\.pythonhosted|pypi" + r"\.org|--(?:extra-)?index" + "-url|arti" + "factory", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X)\b")


@cache
def sources() -> dict[str, str]:
    """Every Python file of the project, by its path in it."""
    files = (path for folder in CODE for path in sorted((PROJECT / folder).rglob("*.py")))
    return {path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in files}


@cache
def trees() -> dict[str, ast.Module]:
    """The same, parsed."""
    return {name: ast.parse(text) for name, text in sources().items()}


def of(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules below these folders, or these files."""
    return ((name, tree) for name, tree in trees().items() if any(name == one or name.startswith(f"{one}/") for one in folders))


@cache
def tracked_files() -> tuple[str, ...]:
    """What git tracks; outside a checkout, what .gitignore does not name."""
    git = shutil.which("git")
    if git and (PROJECT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        return tuple(name for name in listed.split("\0") if name and (PROJECT / name).is_file())
    ignored = [line.strip("/") for line in (PROJECT / ".gitignore").read_text(encoding="utf-8").split()]
    names = (path.relative_to(PROJECT) for path in sorted(PROJECT.rglob("*")) if path.is_file())
    return tuple(name.as_posix() for name in names if not any(fnmatch.fnmatch(part, rule) for part in name.parts for rule in ignored))


def imported(tree: ast.AST) -> Iterator[str]:
    """Everything a module imports, anywhere in it, by full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def place(module: str) -> str | None:
    """The room of the house that a module or file is in; None for what is not ours."""
    parts = re.sub(r"\.py\Z", "", module).replace("/", ".").split(".")
    if parts[0] in ("resources", "io_managers", "tests", "benchmarks"):
        return parts[0]
    if parts[0] != "volt_assets":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "volt_assets"


def dagster_imports(tree: ast.AST) -> Iterator[str]:
    """How a module imports Dagster, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"import {ast.unparse(alias)}" for alias in node.names if alias.name.split(".")[0] == "dagster")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dagster":
            yield f"from {node.module}"


def calls(tree: ast.AST) -> Iterator[str]:
    """The last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each function's name and number of lines, without its decorators."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def found(pattern: re.Pattern[str], names: tuple[str, ...]) -> list[str]:
    """Where a pattern occurs in text files, as `file:line`."""
    texts = ((name, (PROJECT / name).read_text(encoding="utf-8", errors="replace")) for name in names)
    return [f"{name}:{number}" for name, text in texts for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


# Who imports whom


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_one_way(room: str) -> None:
    against = [
        f"{name} imports {target}"
        for name, tree in of(*PRODUCT)
        if place(name) == room
        for target in imported(tree)
        if place(target) not in {None, room, *MAY_IMPORT[room]}
    ]
    assert not against


def test_every_module_has_a_room_in_the_house() -> None:
    homeless = [name for name, _ in of("volt_assets") if place(name) == "volt_assets" and name != "volt_assets/__init__.py"]
    assert not homeless


def test_imports_are_absolute() -> None:
    assert not [f"{name}: {target}" for name, tree in of(*PRODUCT) for target in imported(tree) if target.startswith(".")]


def test_the_domain_imports_nothing_that_reaches_outside() -> None:
    reaching = [f"{name} imports {one}" for name, tree in of("volt_assets/domain") for one in imported(tree)]
    assert reaching
    assert not [line for line in reaching if line.split()[-1].split(".")[0] in OUTSIDE_THE_DOMAIN]


def test_the_domain_opens_no_file_and_reads_no_clock() -> None:
    assert not [f"{name}: {call}()" for name, tree in of("volt_assets/domain") for call in calls(tree) if call in CLOCKS_AND_FILES]


def test_only_the_command_tests_and_benchmarks_know_the_sandbox() -> None:
    guests = {place(name) for name, tree in of(*CODE) for target in imported(tree) if place(target) == "sandbox"}
    assert guests <= {"cli", "sandbox", "tests", "benchmarks"}


def test_the_sandbox_is_a_house_of_its_own() -> None:
    assert not [
        f"{name} imports {target}"
        for name, tree in of("volt_assets/sandbox")
        for target in imported(tree)
        if place(target) not in {None, "sandbox"} or target.split(".")[0] == "dagster"
    ]


@pytest.mark.parametrize("service", ["toggl", "fibery"])
def test_the_store_knows_nothing_of_the_services(service: str) -> None:
    assert not [name for name, tree in of("io_managers") for target in imported(tree) if service in target.lower()]


def test_dagster_is_imported_as_dg_and_in_no_other_form() -> None:
    forms = [(name, form) for name, tree in of(*CODE) for form in dagster_imports(tree)]
    assert forms
    assert not [(name, form) for name, form in forms if form != DAGSTER and not (place(name) == "tests" and form == DAGSTER_TEST_HELPERS)]


def test_no_test_puts_a_mock_in_place_of_our_code() -> None:
    names = {name for _, tree in of("tests") for name in imported(tree)}
    assert "pytest" in names
    assert not [name for name in names if name.split(".")[:2] == ["unittest", "mock"] or name.split(".")[0] in ("mock", "pytest_mock")]


# How it reads


def test_every_module_says_what_does_not_belong_in_it() -> None:
    silent = [name for name, tree in of(*PRODUCT) if not WHAT_DOES_NOT_BELONG.search(ast.get_docstring(tree) or "")]
    assert not silent


def test_every_test_module_opens_with_a_docstring() -> None:
    assert not [name for name, tree in of("tests", "benchmarks") if tree.body and not ast.get_docstring(tree)]


def test_no_file_is_longer_than_one_subject() -> None:
    assert not [name for name, text in sources().items() if len(text.splitlines()) > LONGEST_FILE]


def test_no_function_is_longer_than_a_screen() -> None:
    assert not [f"{name}: {function}" for name, tree in of(*CODE) for function, lines in functions(tree) if lines > LONGEST_FUNCTION]


def test_nine_functions_in_ten_are_short() -> None:
    sizes = [lines for _, tree in of(*PRODUCT) for _, lines in functions(tree)]
    assert sum(lines <= USUAL_FUNCTION for lines in sizes) >= SHARE_OF_USUAL * len(sizes) > 0


def test_no_comment_puts_work_off() -> None:
    comments = (
        (name, token)
        for name, text in sources().items()
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    )
    assert not [f"{name}:{token.start[0]}" for name, token in comments if UNFINISHED.search(token.string)]


# What lies where


def test_the_top_level_holds_only_what_the_design_lists() -> None:
    assert {name.split("/")[0] for name in tracked_files()} <= TOP_LEVEL


def test_the_configuration_is_data() -> None:
    endings = {Path(name).suffix for name in tracked_files() if name.startswith("config/")}
    assert endings == {".yaml", ".md"}


def test_no_tracked_file_names_a_path_of_somebodys_machine() -> None:
    assert not found(MACHINE_PATH, tracked_files())


def test_no_tracked_file_names_a_package_registry() -> None:
    assert not found(PACKAGE_HOST, tracked_files())


def test_every_package_of_the_product_is_installed_with_it() -> None:
    folders = {Path(name).parent.as_posix().replace("/", ".") for name, _ in of(*PRODUCT)}
    listed = (PROJECT / "pyproject.toml").read_text(encoding="utf-8").partition("packages = [")[2].partition("]")[0]
    assert folders == set(re.findall(r'"([\w.]+)"', listed))
