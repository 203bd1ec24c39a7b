"""Pulls new lessons although the learner has changed the old ones."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder import clone
from autograder.syllabus import LESSONS
from autograder.upkeep.backups import kept, put
from autograder.upkeep.git import Git
from mnist_course.errors import CourseError

# What the user's own settings may ask for would be in the way of taking back.
PLAIN = ("-c", "merge.autoStash=false")


@dataclass
class Away:
    """The learner's files, taken out of the way of a pull."""

    git: Git
    index: bytes | None = None
    files: dict[Path, tuple[bytes, Path]] = field(default_factory=dict)  # with a copy on disk
    gone: list[Path] = field(default_factory=list)

    def take(self) -> None:
        """Keep copies of the lessons that the learner changed, and put git's in their place."""
        place = self.git.said("rev-parse", "--git-path", "index")
        self.index_path = self.git.root / (place or "")
        self.index = self.index_path.read_bytes() if self.index_path.is_file() else None
        names = _changed(self.git)
        for path in (self.git.root / name for name in names):
            if path.exists():
                content = path.read_bytes()
                self.files[path] = content, kept(path, content)
            else:
                self.gone.append(path)
        if names and self.git.said("checkout", "HEAD", "--", *names) is None:
            raise CourseError("git could not put the lessons back as they were")

    def bring_back(self) -> None:
        """Leave everything exactly as it was."""
        for path, (content, copy) in self.files.items():
            put(path, content, copy)
            copy.unlink(missing_ok=True)
            with suppress(OSError):  # other copies are in it
                copy.parent.rmdir()
        for path in self.gone:
            path.unlink(missing_ok=True)
        if self.index is not None:
            self.index_path.write_bytes(self.index)


def pulled() -> dict[Path, tuple[bytes, Path]]:
    """Pull, and return what the learner had in the lessons that were changed, by their place."""
    git = Git(clone.root())
    if git.said("rev-parse", "--is-inside-work-tree") != "true":
        raise CourseError(
            f"{clone.shown(git.root)} is no clone, or there is no git here: get the course anew, "
            "and bring your work into it: autograder update --from OLD_FOLDER"
        )
    if git.stages() or git.doing():
        raise CourseError("git is in the middle of something: first run `autograder update`")
    _run(git, "fetch")  # what may take long, or be broken off, comes before anything is away
    away = Away(git)
    try:
        away.take()
        _run(git, *PLAIN, "merge", "--ff-only", "--no-overwrite-ignore", "@{upstream}")
    except BaseException:
        away.bring_back()
        raise
    return away.files


def _run(git: Git, *arguments: str) -> None:
    """Do a part of a pull, and show git's words."""
    done = git.run(*arguments)
    if words := (done.stdout + done.stderr).decode(errors="replace").strip():
        print(words)
    if done.returncode:
        raise CourseError(
            f"git could not pull; everything is as it was. Its words are above{_way_on(git)}"
        )


def _way_on(git: Git) -> str:
    """Return what to do where there are commits on both sides: these are the learner's to merge."""
    sides = git.said("rev-list", "--left-right", "--count", "HEAD...@{upstream}") or "0"
    if "0" in sides.split():
        return ""
    return (
        ". You have commits of your own: commit what you have changed since, and then run "
        "`git pull --no-rebase` and `autograder update`"
    )


def _changed(git: Git) -> Sequence[str]:
    """Return the lessons that differ from what was committed last."""
    done = git.run(
        "diff", "--name-only", "--relative", "--no-renames", "--diff-filter=MDT", "-z", "HEAD",
        "--", "lessons",
    )  # fmt: skip
    names = done.stdout.decode(errors="surrogateescape").split("\0")
    known = {f"lessons/{lesson}{kind}" for lesson in LESSONS for kind in clone.KINDS}
    return [name for name in names if name in known]
