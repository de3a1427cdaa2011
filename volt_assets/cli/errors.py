"""How the command ends badly: one line and an exit code. Not here: what went wrong."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from io_managers.files import LocationError
from volt_assets.settings import PROJECT, ConfigurationError

RUN_FAILED = 1
WRONG_USAGE = 2


class UsageProblem(click.ClickException):
    """Wrong usage or configuration, found before anything ran."""

    exit_code = WRONG_USAGE


class RunProblem(click.ClickException):
    """Something that ran has failed."""

    exit_code = RUN_FAILED


@contextlib.contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turns a configuration that cannot be used into one line and exit code 2."""
    try:
        yield
    except (ConfigurationError, LocationError) as error:
        raise UsageProblem(str(error)) from None
    except UnicodeDecodeError:  # the YAML's own is a ConfigurationError, so it is the .env that was being read
        file = next((path for path in (Path.cwd() / ".env", PROJECT / ".env") if path.is_file()), ".env")
        raise UsageProblem(f"{file} cannot be read: save it as UTF-8.") from None
