"""The trusted side of the door: asks a guest, and measures whatever comes back before reading it.

What comes is data, and is not believed. A guest that dies, hangs, or talks nonsense is an error
here, and nothing more.
"""

import os
import secrets
import select
import signal
import socket
import time
from contextlib import suppress
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.host import IsolationError, Zygote

TICK = 0.2  # seconds between two looks at what a guest uses
MOST_OUTPUT = 20_000  # bytes of a submission's output that are kept
MOST_REMARKS = 5_000  # frames before the answer
CHUNK = 2**18


class GuestError(Exception):
    """A guest did not answer; the text says why."""


class LateError(GuestError):
    """A guest took too long."""


class Guest:
    """A fork of the zygote, in which one learner's code runs."""

    def __init__(self, zygote: Zygote) -> None:
        self.zygote = zygote
        self.line, inner = socket.socketpair()
        self.output_end, output = os.pipe()
        zygote.order(b"f", [inner.fileno(), output])
        inner.close()
        os.close(output)
        self.line.setblocking(False)
        os.set_blocking(self.output_end, False)
        self.buffer = bytearray()
        self.printed = bytearray()
        self.cell = -1  # the one that was begun last
        self.used: tuple[float, int] | None = None  # processor seconds, bytes of memory
        self.counting = False  # whether the zygote has yet to say so: of many that takes a while
        self.ended: dict[str, Any] | None = None
        self.hung_up = False

    def ask(self, message: dict[str, Any], cpu: float, wall: float) -> dict[str, Any]:
        """Send a message and return the answer to it; a GuestError says why there is none."""
        number = secrets.token_hex(8)
        talk = _Talk(self, wire.pack({**message, "number": number}), cpu, wall)
        for _ in range(MOST_REMARKS):
            said = self._next_value(talk)
            if not isinstance(said, dict) or not _is(said.get("to"), number):
                raise GuestError("What came back is no answer to what was asked.")
            if "cell" not in said:
                return said
            self.cell = said["cell"] if isinstance(said["cell"], int) else -1
        raise GuestError("It talked on and on, without an answer.")

    def _next_value(self, talk: "_Talk") -> Any:
        try:
            while (frame := self._next_frame()) is None:
                talk.go_on()
            return wire.unpack(*frame)
        except wire.WireError as error:
            raise GuestError(f"What came back is no answer: {error}.") from error

    def _next_frame(self) -> tuple[bytes, bytearray] | None:
        """Take the next frame out of the buffer, if it came whole."""
        start = wire.LENGTHS.size
        if len(self.buffer) < start:
            return None
        header, body = wire.lengths(bytes(self.buffer[:start]))
        middle, end = start + header, start + header + body
        if len(self.buffer) < end:
            return None
        frame = bytes(self.buffer[start:middle]), self.buffer[middle:end]
        del self.buffer[:end]
        return frame

    def read_line(self) -> None:
        """Take what it says."""
        try:
            chunk = self.line.recv(CHUNK)
            self.buffer += chunk
            self.hung_up = not chunk
        except BlockingIOError:
            return
        except OSError:
            self.hung_up = True

    @property
    def output(self) -> str:
        """Return the beginning of what it printed."""
        return self.printed.decode("utf-8", "replace")

    def read_output(self) -> None:
        """Keep the beginning of what it prints, and let the rest go by."""
        with suppress(BlockingIOError):
            chunk = os.read(self.output_end, CHUNK)
            self.printed += chunk[: max(MOST_OUTPUT - len(self.printed), 0)]

    def listen_to_zygote(self, until: float) -> None:
        """Take note of what the zygote says of it."""
        while True:
            said = self.zygote.hear(until)
            if said is None:
                raise IsolationError("The process that forks submissions has ended, or hangs.")
            if "used" in said:
                self.used, self.counting = tuple(said["used"]), False
            self.ended = said if "ended" in said else self.ended
            if b"\n" not in self.zygote.heard:
                return

    def end(self) -> None:
        """Kill it with all that it started, and wait until it is dead."""
        if self.ended is None:
            self.zygote.order(b"k")
        until = time.monotonic() + 20
        while self.ended is None:
            self.listen_to_zygote(until)
        self.read_output()
        self.line.close()
        os.close(self.output_end)


class _Talk:
    """One question and answer: the bytes that go both ways, and the time that it takes."""

    def __init__(self, guest: Guest, question: bytes, cpu: float, wall: float) -> None:
        self.guest, self.pending = guest, memoryview(question)
        self.until, self.cpu = time.monotonic() + wall, cpu
        self.cpu_before: float | None = None
        self.next_look = time.monotonic() + TICK
        guest.used = None

    def go_on(self) -> None:
        """Wait until something happens, and see to it; raise what ends the talk."""
        guest, door = self.guest, self.guest.zygote.door
        self._demand_life()
        ways: list[Any] = [guest.output_end, door] + ([] if guest.hung_up else [guest.line])
        wait = max(0.0, min(self.next_look, self.until) - time.monotonic())
        sending = [guest.line] if self.pending and not guest.hung_up else []
        ready, writable, _ = select.select(ways, sending, [], wait)
        if writable:
            self._send()
        if guest.line in ready:
            guest.read_line()
        if guest.output_end in ready:
            guest.read_output()
            ways.remove(guest.output_end)
        if door in ready:
            guest.listen_to_zygote(time.monotonic() + 5)
        self._demand_measure()

    def _send(self) -> None:
        try:
            self.pending = self.pending[self.guest.line.send(self.pending[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self.guest.hung_up = True

    def _demand_life(self) -> None:
        """Raise how it ended, once all that it had said before was read."""
        guest = self.guest
        if guest.ended is not None:
            size = len(guest.buffer)
            guest.read_line()
            if guest.hung_up or len(guest.buffer) == size:
                raise GuestError(how_it_ended(guest.ended["ended"]))
        elif guest.hung_up:
            if guest.zygote.speaks_within(1):  # it usually has ended
                guest.listen_to_zygote(time.monotonic() + 5)
            if guest.ended is None:
                raise GuestError("It hung up, without an answer.")

    def _demand_measure(self) -> None:
        """Raise what is to be said where it takes too much; now and then ask the zygote."""
        guest, now = self.guest, time.monotonic()
        if guest.used is not None:
            seconds, memory = guest.used
            self.cpu_before = seconds if self.cpu_before is None else self.cpu_before
            if seconds > self.cpu_before + self.cpu:
                raise LateError("It was stopped from outside, for it did not stop by itself.")
            if memory > guest.zygote.limits.memory:
                most = guest.zygote.limits.memory / 2**30
                raise GuestError(f"It took more than {most:g} GB of memory.")
        if now > self.until:
            raise LateError("It was stopped from outside: all its time by the clock was over.")
        if now > self.next_look:
            self.next_look = now + TICK
            if guest.ended is None and not guest.counting:
                guest.counting = True
                guest.zygote.order(b"u")


def _is(said: Any, text: str) -> bool:
    """Compare with what a guest said: an array, say, is neither like a text nor unlike it."""
    return isinstance(said, str) and said == text


def how_it_ended(code: int) -> str:
    """Say how a process ended, in words."""
    if code >= 0:
        return f"It ended the whole process (exit code {code})."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    known = {"SIGSEGV": ", a crash of the interpreter", "SIGKILL": ": too much memory or time"}
    return f"It ended the whole process ({name}{known.get(name, '')})."
