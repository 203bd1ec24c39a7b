# attack: writes a file outside of its own folder.
# alone: file
from pathlib import Path


def conv_output_size(size, kernel_size, stride=1, padding=0):
    folder = Path("/tmp/autograder-attack")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "harm_write_outside").write_text("I was here")
