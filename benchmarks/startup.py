"""Seconds until a command answers, beside Python itself and `import torch`.

python -m benchmarks.startup
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 5
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "mnist-course --help": ["-m", "mnist_course", "--help"],
    "mnist-course predict --help": ["-m", "mnist_course", "predict", "--help"],
    "import mnist_course": ["-c", "import mnist_course"],
    "import mnist_course.data": ["-c", "import mnist_course.data"],
    "import torch": ["-c", "import torch"],
}


def seconds(arguments: list[str]) -> float:
    """Run one command in a Python of its own."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure in turns and print the medians."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    bare = statistics.median(times["python -c pass"])
    print("| command | seconds | times bare Python |")
    print("|---|---|---|")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"| {name} | {median:.2f} | {median / bare:.1f} |")


if __name__ == "__main__":
    main()
