"""What a guest says costs bounded time and memory, however it lies."""

import subprocess
import sys
import tracemalloc

import pytest
from frames import LIES, demand_refusal, unpack

from autograder.sandbox import wire
from autograder.sandbox.guests import Guest

TOO_LONG = [(wire.MOST_HEADER + 1, 0), (0, wire.MOST_BYTES + 1), (2**32 - 1, 2**64 - 1)]


@pytest.mark.parametrize("most", TOO_LONG)
def test_nothing_is_read_of_what_is_too_long(most):
    asked = []

    def read(size):
        asked.append(size)
        return wire.LENGTHS.pack(*most)

    with pytest.raises(wire.WireError, match="too much"):
        wire.receive(read)
    assert asked == [wire.LENGTHS.size]


@pytest.mark.parametrize(
    "lie", ["vast in all", "vast and empty", "shape too large", "product wraps"]
)
@pytest.mark.parametrize("kind_said", ["tensor", "array"])
def test_no_room_is_made_for_a_lie(kind_said, lie):
    dtype, shape, *rest = LIES[lie]
    unpack({kind_said: ["int8", [0], 0, 0]})  # the libraries are imported
    tracemalloc.start()
    try:
        demand_refusal({kind_said: [dtype, [2**25, *shape], *rest]}, b"01234567")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def full(said, most=wire.MOST_HEADER):
    """Fill a header with a list of one thing."""
    return '{"list":[' + ",".join([said] * ((most - 11) // (len(said) + 1))) + "]}"


def distinct(pattern, count):
    return ",".join(pattern % number for number in range(count))


def one_hash(count):
    """Say a dict whose keys are tuples of one hash, as anybody can work out."""
    first, second, start = 11400714785074694791, 14029467366897019727, 2870177450012600261
    inverse, pairs, left, target = pow(second, -1, 2**64), [], 0, None
    while len(pairs) < count:
        left += 1
        lane = (start + left * second) % 2**64
        lane = ((lane << 31) | (lane >> 33)) * first % 2**64
        target = lane if target is None else target
        right = (target - lane) * inverse % 2**64
        if 0 < right < 2**61 - 1:
            pairs.append(f'[{{"tuple":[{left},{right}]}},0]')
    return '{"dict":[' + ",".join(pairs) + "]}"


WORST = {
    "lists": lambda: full('{"list":[]}'), "dicts": lambda: full('{"dict":[]}'),
    "tensors": lambda: full('{"tensor":["bool",[0],0,0]}'), "brackets": lambda: full("[]"),
    "arrays": lambda: full('{"array":["int8",[0],0,0]}'), "nested": lambda: full('[{"":[]}]'),
    "handles": lambda: '{"list":[' + distinct('{"object":"n%d"}', 25_000) + "]}",
    "digits": lambda: "1." + "7" * (wire.MOST_HEADER - 2), "keys": lambda: one_hash(9_000),
    "tensors of the same bytes": lambda: full('{"tensor":["int8",[15000000],0,15000000]}'),
    "bytes that are the same": lambda: full('{"bytes":[0,15000000]}'),
}  # fmt: skip
MEASURE = """
import os, resource, sys, time
from pathlib import Path
import numpy, torch
from autograder.sandbox import wire

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

def measure(name):
    header, body = Path(name).read_bytes(), bytearray(60_000_000)
    resource.setrlimit(resource.RLIMIT_DATA, (3 * 2**30,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
    before, start = kilobytes("VmRSS"), time.process_time()
    try:
        wire.unpack(header, body)
    except wire.WireError:
        pass
    print(name, time.process_time() - start, (kilobytes("VmHWM") - before) / 1024, flush=True)

wire.unpack(b'{"list":[{"tensor":["int8",[0],0,0]},{"array":["int8",[0],0,0]}]}', b"")
for name in sys.argv[1:]:
    if os.fork() == 0:
        try:
            measure(name)
        finally:
            os._exit(0)
    os.wait()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_the_worst_headers_take_bounded_time_and_memory(tmp_path):
    for name, header in WORST.items():
        text = header()
        assert len(text) <= wire.MOST_HEADER
        (tmp_path / name.replace(" ", "_")).write_text(text)
    names = [name.replace(" ", "_") for name in WORST]
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, *names],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    rows = [line.split() for line in child.stdout.splitlines()]
    assert [row[0] for row in rows] == names, child.stderr
    assert [row for row in rows if float(row[1]) > 6 or float(row[2]) > 200] == []


class FakeLine:
    """A guest whose line is a buffer."""

    def __init__(self, buffer):
        self.buffer = bytearray(buffer)

    next_frame = Guest._next_frame


def test_a_guests_frame_is_measured_before_its_body_is_read():
    start = wire.LENGTHS.pack(2, wire.MOST_BYTES + 1)
    assert FakeLine(start[:-1]).next_frame() is None
    for said in (start, start + b"{}", wire.LENGTHS.pack(wire.MOST_HEADER + 1, 0)):
        with pytest.raises(wire.WireError, match="too much"):
            FakeLine(said).next_frame()


def test_a_guests_frames_are_taken_one_by_one_once_they_are_whole():
    first, second = wire.pack([b"abc"]), wire.pack("two")
    line = FakeLine(first[:-1])
    assert line.next_frame() is None
    line.buffer += first[-1:] + second + b"\0"
    assert wire.unpack(*line.next_frame()) == [b"abc"]
    assert wire.unpack(*line.next_frame()) == "two"
    assert line.next_frame() is None
    assert line.buffer == b"\0"
