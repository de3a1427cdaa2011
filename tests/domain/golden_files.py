"""Reports kept as files, to be read by people. Not here: what the reports are about.

`VOLT_UPDATE_GOLDEN=1 pytest tests/domain` writes them anew; read the difference before you commit it.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> str:
    """The stored text of this name, written first when an update is asked for."""
    file = FOLDER / name
    if os.environ.get("VOLT_UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8")
