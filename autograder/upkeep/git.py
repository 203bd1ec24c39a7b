"""Asks git, where there is git, about the clone. Whatever goes wrong is no answer."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# What a hook of another repository hands down: here it would point at the wrong one.
OF_ANOTHER = (
    "GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_COMMON_DIR "
    "GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_GRAFT_FILE GIT_SHALLOW_FILE GIT_CONFIG "
    "GIT_IMPLICIT_WORK_TREE GIT_QUARANTINE_PATH GIT_LITERAL_PATHSPECS"
).split()
MOST_VERSIONS = 50


@dataclass(frozen=True)
class Git:
    """The repository that a folder lies in, if there is one."""

    root: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run git there; without git it fails as any command that fails."""
        env = {key: value for key, value in os.environ.items() if key not in OF_ANOTHER}
        command = ["git", "--no-pager", "-c", "core.quotepath=off", *arguments]
        try:
            return subprocess.run(
                command, cwd=self.root, env=env, capture_output=True, stdin=subprocess.DEVNULL
            )
        except OSError as error:  # no git on this machine
            return subprocess.CompletedProcess(command, 127, b"", str(error).encode())

    def said(self, *arguments: str) -> str | None:
        """Return what git says, or None where it fails."""
        done = self.run(*arguments)
        return None if done.returncode else done.stdout.decode(errors="replace").strip()

    def blob(self, name: str) -> bytes | None:
        """Return a file as git has it, or None."""
        done = self.run("cat-file", "blob", name)
        return None if done.returncode else done.stdout

    def text(self, name: str) -> str | None:
        """Return a file of text as git has it, with plain line ends, or None."""
        try:
            found = self.blob(name)
            return None if found is None else found.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def pulled(self) -> str | None:
        """Return the newest commit that came from elsewhere, and so is not the learner's own."""
        return self.said("merge-base", "HEAD", "@{upstream}") or self.said(
            "rev-parse", "--verify", "-q", "HEAD"
        )

    def commits_of(self, path: str) -> list[str]:
        """Return the commits that changed a file, up to what was pulled, the newest first."""
        last = self.pulled()
        if not last:
            return []
        found = self.said("log", f"-{MOST_VERSIONS}", "--format=%H", last, "--", path)
        return (found or "").split()

    def stages(self) -> dict[str, dict[int, str]]:
        """Return, for each file that git could not merge, the objects by their stage."""
        found: dict[str, dict[int, str]] = {}
        done = self.run("ls-files", "-u", "-z")
        for entry in done.stdout.decode(errors="surrogateescape").split("\0"):
            about, _, path = entry.partition("\t")
            if path:
                _, name, stage = about.split()
                found.setdefault(path, {})[int(stage)] = name
        return found

    def doing(self) -> str:
        """Return what git is in the middle of: merge, rebase or the like, or ''."""
        for name, what in (
            ("rebase-merge", "rebase"), ("rebase-apply", "rebase"), ("MERGE_HEAD", "merge"),
            ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"),
        ):  # fmt: skip
            place = self.said("rev-parse", "--git-path", name)
            if place and (self.root / place).exists():
                return what
        return ""
