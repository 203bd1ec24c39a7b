"""Open JupyterLab on the lessons, with `.py` files opening as notebooks.

The settings are written inside .venv, so that no other JupyterLab of this user changes. The folder
that is served is the whole clone: jupytext.toml holds, and links in lessons lead somewhere.
"""

import json
import os
import sys
from pathlib import Path

from mnist_course.files import write_atomically

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = Path(sys.prefix) / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json"
CHOSEN = {
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"python": "Jupytext Notebook"}},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},  # nobody is asked
}
LESSONS = [f"--ServerApp.root_dir={ROOT}", "--LabApp.default_url=/lab/tree/lessons"]


def main() -> None:
    """Write the settings and be JupyterLab."""
    write_atomically(SETTINGS, json.dumps(CHOSEN, indent=2).encode())
    prefer_own_kernel()
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([*LESSONS, *sys.argv[1:]])


def prefer_own_kernel() -> None:
    """Put .venv's kernels before those of the user, which may have the same name."""
    own = str(Path(sys.prefix) / "share" / "jupyter")
    others = filter(None, [os.environ.get("JUPYTER_PATH")])
    os.environ["JUPYTER_PATH"] = os.pathsep.join([own, *others])


if __name__ == "__main__":
    main()
