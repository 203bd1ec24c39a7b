"""Fuzz the decoder of the wire for a bounded time, guided by coverage.

What comes from a learner's process must decode to plain data or be a WireError, and nothing else.
Ends with 0 when that held for every input, with 1 and the offending input when it did not.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_INPUT = 4096  # bytes; small inputs are tried faster, and no limit of the wire needs large ones
MOST_MEMORY = 2000  # megabytes
WORDS = (
    '{"list":[', '{"tuple":[', '{"dict":[[', '{"bytes":[', '{"tensor":["', '{"array":["',
    '{"object":"', '"bool",[', '"float32",[', '"bfloat16",[', '"complex128",[', "]}", "null",
    "true", "NaN", "Infinity", "-1", "-0.0", "1e999", "18446744073709551616", "\\\\ud800",
)  # fmt: skip
KINDS = ("list", "tuple", "dict", "bytes", "tensor", "array", "object", "none of these")
DTYPES = ("bool", "int16", "bfloat16", "float32", "complex128", "uint64", "object", "float8")
ATOMS = (
    None, True, False, 0, 1, -1, 16, 2**26, 2**63, 2**64, -(2**63) - 1, 0.5, -0.0, float("nan"),
    float("inf"), "", "a", "\ud800", "bool", "7", [], {}, [[]], {"list": []}, {"object": "Name"},
)  # fmt: skip


def typical_values() -> Iterator[Any]:
    """Give values of every kind that crosses, and one that does not."""
    import numpy as np
    import torch

    yield from (None, True, -(2**63), 2**64 - 1, -0.0, float("nan"), "a\ud800", b"abc", object())
    yield [1, (2.5, "three"), {"a": [None], (1, 2): b"4"}]
    yield {"to": "0123456789abcdef", "value": torch.ones(2, 3), "trouble": None, "message": ""}
    for dtype in (torch.bool, torch.uint8, torch.int64, torch.bfloat16, torch.complex64):
        yield (torch.ones(3, dtype=dtype), torch.ones((), dtype=dtype), torch.ones(0, 5))
    for name in ("bool", "uint16", "float16", "complex128"):
        yield [np.ones((2, 2), name), np.ones((0, 5), name), np.float32(1.5)]


def decode(data: bytes) -> None:
    """Decode what may be a frame, and demand plain data or a WireError."""
    from autograder.sandbox import wire

    rest = memoryview(data)

    def read(size: int) -> bytearray:
        nonlocal rest
        found, rest = bytearray(rest[:size]), rest[size:]
        return found

    try:
        value = wire.receive(read)
    except wire.WireError:
        return
    demand_plain(value)
    wire.pack(value)


def demand_plain(value: Any) -> None:
    """Raise a TypeError for what is not exactly of a type that crosses."""
    import numpy as np
    import torch

    from autograder.sandbox import wire

    kind = type(value)
    if kind is list or kind is tuple:
        for part in value:
            demand_plain(part)
    elif kind is dict:
        demand_plain([*value, *value.values()])
    elif kind.__base__ is wire.Handle or kind is torch.Tensor or kind is np.ndarray:
        return
    elif value is not None and kind not in (bool, int, float, str, bytes):
        raise TypeError(f"{kind} came through")


def one_input(data: bytes) -> None:
    """Take the data as a frame, as a header before some bytes, and as choices of what to say."""
    import atheris

    from autograder.sandbox import wire

    decode(data)
    header, _, body = data[wire.LENGTHS.size :].partition(b"\n")
    decode(wire.LENGTHS.pack(len(header), len(body)) + header + body)
    choices = atheris.FuzzedDataProvider(data)
    header = json.dumps(said(choices, 0)).encode()
    decode(wire.LENGTHS.pack(len(header), 64) + header + bytes(range(64)))


def said(choices: Any, depth: int) -> Any:
    """Say what is nearly of the grammar, for chance alone seldom keeps to it."""
    pick = choices.ConsumeIntInRange
    form = pick(0, 4) if depth < 6 else 0
    if form == 0:
        return ATOMS[pick(0, len(ATOMS) - 1)]
    if form == 1:
        return [said(choices, depth + 1) for _ in range(pick(0, 4))]
    kind = KINDS[pick(0, len(KINDS) - 1)]
    if form == 2:
        return {kind: said(choices, depth + 1)}
    if form == 3:
        return {kind: [pick(0, 70) for _ in range(pick(0, 3))]}
    shape = [pick(0, 4) for _ in range(pick(0, 3))]
    return {kind: [DTYPES[pick(0, len(DTYPES) - 1)], shape, pick(0, 70), pick(0, 70)]}


def fuzz(seconds: int, folder: Path) -> None:
    """Fuzz in this process, which libFuzzer ends; seeds and what is found lie in the folder."""
    import atheris

    with atheris.instrument_imports(include=["autograder.sandbox.wire"]):
        from autograder.sandbox import wire
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, value in enumerate(typical_values()):
        packed = wire.pack(value)
        header, _ = wire.lengths(packed[: wire.LENGTHS.size])
        middle = wire.LENGTHS.size + header
        (seeds / f"{number}").write_bytes(packed)
        (seeds / f"{number}-apart").write_bytes(packed[:middle] + b"\n" + packed[middle:])
    words = (word.replace('"', '\\"') for word in WORDS)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words))
    options = {
        "max_total_time": seconds, "max_len": MOST_INPUT, "rss_limit_mb": MOST_MEMORY,
        "timeout": 10, "artifact_prefix": f"{folder}/found-", "dict": folder / "words",
    }  # fmt: skip
    told = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *told, str(seeds)], one_input)
    atheris.Fuzz()


def report(process: "subprocess.CompletedProcess[str]", folder: Path) -> int:
    """Say what came of it; return the exit code."""
    found = sorted(folder.glob("found-*"))
    done = re.findall(r"^#(\d+)\s.*?cov: (\d+)", process.stderr, re.MULTILINE)
    if process.returncode or found or not done:
        print(process.stdout[-3000:], process.stderr[-3000:], sep="\n")
        for file in found:
            data = file.read_bytes().hex()
            print(f"This is taken badly ({len(data) // 2} bytes): {data[:400]}")
        return 1
    inputs, coverage = done[-1]
    print(f"{int(inputs):,} inputs, coverage {coverage}: each was plain data, or a WireError.")
    return 0


def main() -> int:
    """Fuzz in a process of its own, so that a crash of the interpreter is told too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.within:
        fuzz(options.seconds, options.within)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--seconds", f"{options.seconds}", "--within", folder]
        process = subprocess.run(
            command, capture_output=True, text=True, errors="replace", cwd=folder,
            timeout=options.seconds + 120,
        )  # fmt: skip
        return report(process, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
