"""Rank the networks of lesson 7: by accuracy, parameters and CPU seconds.

Every bundle and every 07_capstone file in a folder, or one level down, is trained in a room of its
own, on the same digits, and judged outside. What was measured is kept in leaderboard.json there, so
that next time only what is new is measured. Ends with 0, or with 2 if there is nothing to rank.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_data, demand_places
from autograder.commands.options import add_seed
from autograder.leaderboard.board import (
    FILE,
    LESSON,
    Entry,
    Kept,
    Result,
    entries_in,
    key_of,
    latest,
    ranked,
)
from autograder.sandbox.host import IsolationError, Zygote
from autograder.screen import add_plain
from autograder.syllabus import names_of
from autograder.texts import one_line
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.key import Key
    from autograder.leaderboard.podium import Board


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose networks, on what, and where the board goes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where they were handed in")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the board as JSON")
    parser.add_argument("--html", type=Path, metavar="OUT", help="write it as a page")
    parser.add_argument(
        "--data", choices=("digits", "mnist"), default="digits", help="what they are trained on"
    )
    parser.add_argument("--again", action="store_true", help="measure all, not what is new alone")
    parser.add_argument(
        "--isolation", choices=("full", "process"), default="full",
        help="process: time and memory are bounded, but nothing is hidden",
    )  # fmt: skip
    add_seed(parser)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Measure what is new, then show all."""
    folder: Path = args.folder
    if not folder.is_dir():
        raise CourseError(f"{folder} is no folder: name the one with what was handed in")
    entries, left_out = entries_in(folder)
    files = [entry.submission.path for entry in entries]
    demand_places((args.json, args.html, folder / FILE), files)
    demand_data(args.data)
    for why in left_out:
        _say(f"Left out: {why}")
    if not entries:
        raise CourseError(
            f"Nothing of {LESSON} is in {folder}: bundles of `autograder submit` belong there, or "
            f"files that are called {LESSON}"
        )
    kept = Kept(folder)
    if kept.remark:
        _say(kept.remark)
    kept.seed = _seed(args.seed, kept.seed)
    last = latest(entries)
    _measure_all(last, kept, args)
    _show(_board(last, kept, args, len(entries) - len(last), left_out), args)
    return 0


def _seed(asked: int | None, before: int | None) -> int:
    """Take the seed of last time: results are compared with those."""
    known = asked if asked is not None else before
    return secrets.randbits(31) if known is None else known


def _say(text: str) -> None:
    print(one_line(text, 2000), file=sys.stderr, flush=True)


# ---- measuring -----------------------------------------------------------------------------------


def _key_of(entry: Entry, kept: Kept, args: argparse.Namespace) -> str:
    assert kept.seed is not None
    return key_of(entry, kept.seed, args.data, args.isolation)


def _measure_all(entries: Sequence[Entry], kept: Kept, args: argparse.Namespace) -> None:
    """Measure what is not known; each result is kept at once."""
    keys = {_key_of(entry, kept, args): entry for entry in entries}  # the same file once
    new = {k: entry for k, entry in keys.items() if args.again or k not in kept.results}
    if not new:
        return
    with Zygote(LESSON, set(names_of(LESSON)), args.isolation) as zygote:
        import torch

        from autograder.key import Key

        torch.set_num_threads(1)
        key = Key(kept.seed or 0, args.data)
        zygote.wait()
        for number, (name, entry) in enumerate(new.items(), start=1):
            _say(f"{number} of {len(new)}: {entry.learner} ({entry.submission.path.name})")
            kept.keep(name, _measured(entry, zygote, key))


def _measured(entry: Entry, zygote: Zygote, key: "Key") -> Result:
    from autograder.leaderboard.race import measure

    try:
        return measure(entry.submission, zygote, key)
    except IsolationError:
        raise
    except Exception as error:  # it may not cost the others their places
        return Result(why=f"It could not be measured ({type(error).__name__}: {error}).")


# ---- showing -------------------------------------------------------------------------------------


def _board(
    entries: Sequence[Entry], kept: Kept, args: argparse.Namespace, older: int, left_out: list[str]
) -> "Board":
    from autograder.leaderboard.podium import Board

    assert kept.seed is not None
    results = [(entry, kept.results[_key_of(entry, kept, args)]) for entry in entries]
    course = metadata.version("mnist-course")
    return Board(ranked(results), kept.seed, args.data, course, args.isolation, older, left_out)


def _show(board: "Board", args: argparse.Namespace) -> None:
    from autograder.leaderboard.podium import as_html, as_json, as_table
    from autograder.report import json_text
    from mnist_course.files import write_atomically

    if args.json:
        write_atomically(args.json, json_text(as_json(board)).encode(errors="replace"))
    if args.html:
        write_atomically(args.html, as_html(board).encode(errors="replace"))
    print(as_table(board))
