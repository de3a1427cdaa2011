"""Known vulnerabilities of the locked packages: asks the advisory service by pip-audit, and says what it answered. Not here: tests.

Run by `make test`. A vulnerability fails it. Without a network it says that nothing was checked, and goes on.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from volt_assets.settings import PROJECT

ACCEPTED: Mapping[str, str] = {}
"""Advisories that do not concern Volt, by id, each with the reason."""
PATIENCE_SECONDS = 45
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Verdict:
    """What is known of the locked packages, in one line each."""

    lines: tuple[str, ...]
    failed: bool = False


def ask() -> str:
    """pip-audit's report as JSON; empty where it came to none."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", LOCK, "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--timeout", "5"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def verdict(report: str, accepted: Mapping[str, str] = ACCEPTED) -> Verdict:
    """What a report says. One that knows none of the packages has checked nothing: pip-audit calls that "none found"."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    checked = [package for package in packages if "vulns" in package]
    if not checked:
        return Verdict(("Advisories: NOT CHECKED, the advisory service does not answer here.",))
    found = [(package, one) for package in checked for one in package["vulns"]]
    bad = tuple(_line(package, one) for package, one in found if one["id"] not in accepted)
    rest = len(packages) - len(checked)
    told = f"Advisories: {len(checked)} locked packages checked, {len(bad)} vulnerabilities, {len(found) - len(bad)} accepted with a reason"
    return Verdict((*bad, f"{told}, {rest} packages not known to the service." if rest else f"{told}."), failed=bool(bad))


def _line(package: Mapping[str, str], one: Mapping[str, list[str]]) -> str:
    fixed = ", ".join(one.get("fix_versions", [])) or "no version yet"
    return f"{package['name']} {package['version']} has {one['id']}; fixed in {fixed}. Raise it in {LOCK}, or accept it with a reason."


def main() -> int:
    """Prints the verdict; 1 for a vulnerability."""
    told = verdict(ask())
    print("\n".join(told.lines))
    return int(told.failed)


if __name__ == "__main__":
    sys.exit(main())
