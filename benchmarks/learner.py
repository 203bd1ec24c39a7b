"""Seconds that a learner waits, beside bare Python; on the embedded digits, in a clone of its own.

python -m benchmarks.learner
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
MAIN = "import sys; from autograder.cli import main; sys.exit(main())"
COMMANDS = {
    "python -c pass": None,
    "autograder --help": ["--help"],
    "autograder": [],
    "autograder hint relu --again": ["hint", "relu", "--again"],
    "autograder check relu, by itself": ["check", "relu"],
    "autograder check relu, the first": ["check", "relu"],
    "autograder check relu, the next": ["check", "relu"],
}


def main() -> None:
    """Measure in turns and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "course"
        for name in ("lessons", "solutions"):
            shutil.copytree(ROOT / name, clone / name)
        shutil.copy(clone / "solutions" / "03_conv_layers.py", clone / "lessons")
        times = {name: measured(name, clone, Path(folder)) for name in COMMANDS}
        end_helpers(folder)
    bare = times["python -c pass"]
    print("| command | seconds | times bare Python |")
    print("|---|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {seconds:.2f} | {seconds / bare:.0f} |")


def measured(name: str, clone: Path, folder: Path) -> float:
    """Return the median of some rounds; what is the first of its kind gets a fresh helper."""
    rounds = []
    for number in range(ROUNDS):
        if name.endswith("the first"):
            end_helpers(str(folder))
        helped = "0" if name.endswith("by itself") else "1"
        rounds.append(seconds(COMMANDS[name], clone, folder, helped))
        if number == 0 and name.endswith("the next"):
            rounds.clear()
    return statistics.median(rounds)


def seconds(arguments: Sequence[str] | None, clone: Path, folder: Path, helped: str) -> float:
    """Run one command in a Python of its own."""
    code = [sys.executable, "-c", "pass" if arguments is None else MAIN, *(arguments or [])]
    env = {**os.environ, "AUTOGRADER_HELPER": helped, "AUTOGRADER_HOME": str(folder / "home"),
           "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}  # fmt: skip
    start = time.perf_counter()
    subprocess.run(code, check=True, capture_output=True, cwd=clone, env=env)
    return time.perf_counter() - start


def end_helpers(folder: str) -> None:
    """End the helpers that were started below a folder."""
    subprocess.run(["pkill", "-f", f"autograder.learner.helper {folder}"], check=False)
    time.sleep(0.5)


if __name__ == "__main__":
    main()
