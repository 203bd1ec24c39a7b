"""Open JupyterLab on the lessons, with `.py` files opening as notebooks.

The setting is written inside .venv, so that no other JupyterLab of this user changes.
"""

import json
import os
import sys
from pathlib import Path

SETTINGS = Path(sys.prefix) / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json"
VIEWERS = {
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"python": "Jupytext Notebook"}}
}


def main() -> None:
    """Write the setting and become JupyterLab."""
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text(json.dumps(VIEWERS))
    lessons = Path(__file__).resolve().parent.parent / "lessons"
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(lessons), *sys.argv[1:]])


if __name__ == "__main__":
    main()
