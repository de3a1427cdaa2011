"""What the system tells of processes: their words, and the addresses they listen on. Linux only. Not here: assertions."""

import contextlib
import ipaddress
import os
import re
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
_LISTENS = "0A"


def all_processes() -> list[int]:
    """Every process that is there."""
    return [int(path.name) for path in PROC.iterdir() if path.name.isdecimal()]


def processes_with(variable: str, value: str) -> list[int]:
    """The processes whose environment has this."""
    return [process for process in all_processes() if f"{variable}={value}".encode() in _read(process, "environ").split(b"\0")]


def command_line(process: int) -> bytes:
    """The words a process was started with, as anybody on the machine may read them."""
    return _read(process, "cmdline")


def listening(processes: Iterable[int]) -> set[str]:
    """The addresses on which these processes take connections."""
    sockets = {inode for process in processes for inode in _sockets(process)}
    return {address for table in ("tcp", "tcp6") for address, inode in _listeners(PROC / "net" / table) if inode in sockets}


def _read(process: int, name: str) -> bytes:
    with contextlib.suppress(OSError):
        return (PROC / str(process) / name).read_bytes()
    return b""


def _sockets(process: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for handle in (PROC / str(process) / "fd").iterdir():
            with contextlib.suppress(OSError):
                found.update(re.findall(r"socket:\[(\d+)\]", str(handle.readlink())))
    return found


def _listeners(table: Path) -> list[tuple[str, str]]:
    rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]] if table.exists() else []
    return [(_address(row[1].partition(":")[0]), row[9]) for row in rows if row[3] == _LISTENS]


def _address(hexadecimal: str) -> str:
    """An address as the system writes it: each four bytes in the machine's own order."""
    words = [bytes.fromhex(hexadecimal[at : at + 8])[::-1] for at in range(0, len(hexadecimal), 8)]
    return str(ipaddress.ip_address(b"".join(words)))


def own() -> int:
    """This process."""
    return os.getpid()
