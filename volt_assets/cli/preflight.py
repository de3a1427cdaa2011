"""What is looked at before a run: variables, addresses, the store. Not here: the weeks and people that options name."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from upath import UPath

from io_managers.files import LocationError, is_local, open_location, remove, write_bytes
from volt_assets.cli.errors import UsageProblem, told_in_one_line
from volt_assets.domain.workspaces import workspace_problem
from volt_assets.settings import Settings, absolute_location, load_environment, load_settings, missing_variables

_ADDRESSES: Mapping[str, str] = {
    "TOGGL_API_URL": "https://api.track.toggl.com",
    "FIBERY_API_URL": "https://acme.fibery.io",
    "OPENAI_BASE_URL": "https://api.openai.com/v1",
}


def prepared(output_dir: str | None, *, toggl: bool, fibery: bool = True) -> tuple[dict[str, str], Settings]:
    """The environment and the settings of a run that can start. Raises UsageProblem for the first thing that is wrong."""
    store = _use_output_dir(output_dir)
    with told_in_one_line():
        environment = load_environment()
        settings = load_settings(environment)
    check_variables(environment, settings, toggl=toggl, fibery=fibery)
    check_addresses(environment)
    if settings.llm.provider == "replay" and not settings.llm.replay_folder.strip():
        raise UsageProblem(
            "llm.provider is replay, but llm.replay_folder in volt.yaml is empty: name the folder with the recorded answers."
        )
    check_store(settings.data, store)
    return environment, settings


def check_variables(environment: Mapping[str, str], settings: Settings, *, toggl: bool, fibery: bool) -> None:
    """Whether everything needed is set, and can be right. Raises UsageProblem."""
    missing = missing_variables(environment, settings, toggl=toggl, fibery=fibery)
    if missing:
        names = ", ".join(missing)
        raise UsageProblem(f"Not set: {names}. Put them into .env (see .env.example), or try `volt-agent demo`, which needs none.")
    check_workspaces(settings.toggl_workspace_id, settings.fibery_workspace)


def check_workspaces(number: str, name: str) -> None:
    """Whether these, where they are set, can be a Toggl workspace's number and a Fibery workspace's name. Raises UsageProblem."""
    if number and not re.fullmatch(r"[0-9]+", number):
        raise UsageProblem(f"TOGGL_WORKSPACE_ID is {_shown(number)}: it is digits only, the number in the workspace's address.")
    if problem := workspace_problem(name):
        raise UsageProblem(problem)


def check_addresses(environment: Mapping[str, str]) -> None:
    """Whether the addresses that are set are some. Raises UsageProblem without the value, which may hold a password."""
    for variable, example in _ADDRESSES.items():
        address = environment.get(variable, "").strip()
        if address and not _is_address(address):
            raise UsageProblem(f"{variable} is no web address: it begins with https:// or http:// and a host, as {example}.")


def check_store(location: str, named_by: str = "VOLT_DATA") -> None:
    """Whether files can be written there: writes one and leaves nothing behind. Raises UsageProblem with the remedy."""
    remedy = f"Name a folder that you may write to with {named_by}."
    try:
        folder = open_location(location)
    except LocationError as error:
        raise UsageProblem(str(error).replace("VOLT_DATA", named_by, 1)) from None
    if folder.protocol == "memory":
        raise UsageProblem(f"{named_by} is {location}, which dies with this command. {remedy}")
    try:
        _try_writing(folder)
    except Exception as error:  # noqa: BLE001 - every kind of fsspec location has errors of its own
        problem = " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())
        raise UsageProblem(f"{named_by} is {location}, which cannot be used as a folder ({problem[:200]}). {remedy}") from None


def _use_output_dir(output_dir: str | None) -> str:
    """Puts the option in the place of the variable, and says which of the two names the store."""
    if output_dir is None:
        return "VOLT_DATA"
    if not output_dir.strip():
        raise UsageProblem("--output-dir is empty: name a folder, or leave it out to use VOLT_DATA.")
    os.environ["VOLT_DATA"] = absolute_location(output_dir, Path.cwd())
    return "--output-dir"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text)


def _try_writing(folder: UPath) -> None:
    probe = folder / f".probe-{uuid4().hex}"
    with _without_new_folders(folder):
        write_bytes(probe, b"volt")
        remove(probe)


@contextlib.contextmanager
def _without_new_folders(folder: UPath) -> Iterator[None]:
    """Removes the local folders that came into being meanwhile, as far as nobody has put anything into them."""
    path = Path(folder.path)
    absent = [one for one in (path, *path.parents) if not one.exists()] if is_local(folder) else []
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for one in absent:
                one.rmdir()


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:57]}...")
