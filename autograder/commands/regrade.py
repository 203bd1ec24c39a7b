"""Grade a class anew after a check changed: who gains and who loses, before it is saved.

The submissions of the last `autograder batch` are graded under the checks as they are now, by the
same seed, data and time limit, and compared. Files that are new, gone or changed since are listed
apart. Without --save no result changes; what was graded is kept, so that --save grades nothing.
Ends with 0 if nothing changes or all is saved, with 1 if changes are not saved or a submission
could not be graded anew (it keeps its result), with 2 if nothing could be done.
"""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_data, demand_places
from autograder.commands.options import add_workers
from autograder.screen import Screen, add_plain
from autograder.texts import one_line
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.batch.differences import Pair
    from autograder.batch.grading import Terms
    from autograder.batch.regrading import Since
    from autograder.batch.store import Listed, Store

MOST_SHOWN = 10  # files of a kind that are not compared
SHORT = 160  # characters of what others called something
RESULTS = ("results.sqlite", "results.json", "results.csv", "gradebook.db", "regraded.csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which results, by whom, and what becomes of them."""
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path("batch"), metavar="FOLDER",
        help="the results of `autograder batch` (batch)",
    )  # fmt: skip
    parser.add_argument(
        "--submissions", type=Path, metavar="PLACE", help="where they lie now, if they were moved"
    )
    add_workers(parser)
    parser.add_argument(
        "--gradebook", metavar="URL", help="where --save writes to (that of the last batch)"
    )
    parser.add_argument("--save", action="store_true", help="let the new results take effect")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what changes as JSON")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Grade anew, compare, tell, and save if that is asked for."""
    from autograder.batch.regrading import Since, listed_in, opened, same_checks, terms_of

    demand_places((args.json,), [args.folder / name for name in RESULTS])
    store, screen = opened(args.folder), Screen(args.plain)
    try:
        listing = listed_in(store)
        terms = terms_of(store, listing)
        if not same_checks(listing, terms):
            return _regraded(args, listing, terms, store, screen)
        screen.line(f"The checks are those that graded {args.folder}: nothing changes.")
        _write_json(args, [], Since(), saved=False)
        return 0
    finally:
        store.close()


def _regraded(
    args: argparse.Namespace, listing: "list[Listed]", terms: "Terms", store: "Store",
    screen: Screen,
) -> int:  # fmt: skip
    from autograder.batch.regrading import pairs_of, save

    demand_data(terms.data)
    place, url = _place(args, store), _gradebook(args, store)
    now = _found_now(args, listing, place, store)
    failed = _graded_anew(args, now, terms, store, screen)
    pairs = pairs_of(now, terms, store, failed)
    _tell(pairs, now, screen)
    if args.save:
        save(store, listing, pairs, terms, place, url)
    _write_json(args, pairs, now, args.save)
    return _end(args, pairs, screen)


# ---- what is graded anew -------------------------------------------------------------------------


def _place(args: argparse.Namespace, store: "Store") -> Path:
    """Return where the submissions lie."""
    place: Path = args.submissions or Path(store.recall("place") or "")
    if args.submissions or place.exists():
        return place
    raise CourseError(f"{place}, which was graded, is not there any more: {_named(args)}")


def _named(args: argparse.Namespace) -> str:
    command = f"autograder regrade {shlex.quote(str(args.folder))} --submissions PLACE"
    return f"say where it lies now, with `{command}`"


def _gradebook(args: argparse.Namespace, store: "Store") -> str:
    """Return where scores are written to; without --save nothing is asked of it."""
    from autograder.batch.gradebook import demand_gradebook, recalled, url_of

    if not args.save:
        return ""
    if args.gradebook:
        url = url_of(args.gradebook, args.folder)
    else:
        url = recalled(store.recall("gradebook") or "", args.folder)
    demand_gradebook(url)
    return url


def _found_now(
    args: argparse.Namespace, listing: "list[Listed]", place: Path, store: "Store"
) -> "Since":
    from autograder.batch.layouts import survey
    from autograder.batch.regrading import since

    now = since(listing, survey(place, store.recall("lesson") or None))
    if len(now.gone) == len(listing):
        raise CourseError(f"nothing of what was graded lies in {place}: {_named(args)}")
    return now


def _graded_anew(
    args: argparse.Namespace, now: "Since", terms: "Terms", store: "Store", screen: Screen
) -> dict[str, str]:
    """Grade what has no result under the checks as they are now; return what could not be."""
    from autograder.batch.running import grade_missing

    failed: dict[str, str] = {}
    try:
        grade_missing([found for _, found in now.same], terms, store, args, screen, failed)
    except (KeyboardInterrupt, CourseError):
        screen.line("Nothing is saved. What is graded is kept: the same command goes on from here.")
        raise
    return failed


# ---- what came of it -----------------------------------------------------------------------------


def _tell(pairs: "list[Pair]", now: "Since", screen: Screen) -> None:
    """Tell who loses, then who gains; then what is not the checks' doing; the sum comes last."""
    for pair in sorted(pairs, key=lambda pair: pair.gain):
        if pair.moved:
            _tell_of_one(pair, screen)
    _tell_by_exercise(pairs, screen)
    _tell_of_failed(pairs, screen)
    for word, files in (("new", now.new), ("gone", now.gone), ("changed", now.changed)):
        _tell_of_files(f"{len(files):,} {word} since, not compared:", files, screen)
    if now.new or now.changed:
        screen.line("`autograder batch`, called as before, grades what is new or changed.")
    screen.line(_sum(pairs))


def _tell_of_one(pair: "Pair", screen: Screen) -> None:
    from autograder.batch.differences import in_short

    before, after = pair.before or {}, pair.after or {}
    screen.line()
    screen.line(f"{_who(pair.listed)}: {before['score']} -> {after['score']} ({pair.gain:+})")
    for change in pair.moved:
        scores = (f"{one['score']}/{one['max_score']}" for one in (change.before, change.after))
        screen.line(f"  {change.name}: {' -> '.join(scores)}")
        screen.line(f"    before: {in_short(change.before)}")
        screen.line(f"    now: {in_short(change.after)}")
        for name, then, at_present in change.checks:
            screen.line(f"    check: {one_line(name, SHORT)}: {then} -> {at_present}")
        if change.timed:
            screen.line("    time ran out, before or now: a busy machine may be the cause")


def _who(listed: "Listed") -> str:
    name = f" ({listed.name})" if listed.name not in ("", listed.learner) else ""
    return f"{one_line(f'{listed.learner}{name}', SHORT)}, {listed.lesson}"


def _tell_by_exercise(pairs: "list[Pair]", screen: Screen) -> None:
    from autograder.batch.differences import by_exercise

    screen.line()
    for tally in by_exercise(pairs):
        words = f"{tally.gain:,} gain, {tally.lose:,} lose, {tally.points:+,} points"
        told = f", {tally.told:,} are told something else" if tally.told else ""
        screen.line(f"{tally.lesson}, {tally.name}: {words}{told}")
        if tally.maxima[0] != tally.maxima[1]:
            screen.line("  its points: {} -> {}".format(*tally.maxima))


def _tell_of_failed(pairs: "list[Pair]", screen: Screen) -> None:
    failed = [(pair.listed.path, pair.why) for pair in pairs if pair.outcome == "failed"]
    _tell_of_files(f"{len(failed):,} could not be graded anew:", failed, screen)


def _tell_of_files(title: str, files: "list[tuple[str, str]]", screen: Screen) -> None:
    """List the first files of a kind."""
    if files:
        screen.line(title)
    for path, why in files[:MOST_SHOWN]:
        screen.line(f"  {path}: {why}" if why else f"  {path}")
    if len(files) > MOST_SHOWN:
        screen.line(f"  and {len(files) - MOST_SHOWN:,} more: --json FILE lists all")


def _sum(pairs: "list[Pair]") -> str:
    from autograder.batch.differences import counts

    number = counts(pairs)
    told = sum(pair.outcome == "stay" and bool(pair.changes) for pair in pairs)
    text = f"{number['gain']:,} gain, {number['lose']:,} lose, {number['stay']:,} stay"
    text += f" ({told:,} of them are told something else)" if told else ""
    first = f"; {number['first']:,} had no result before" if number["first"] else ""
    return f"Of {len(pairs):,} submissions {text}{first}."


def _write_json(args: argparse.Namespace, pairs: "list[Pair]", now: "Since", saved: bool) -> None:
    """Write all that changes; `now` tells what is not compared."""
    if not args.json:
        return
    from autograder.batch.regrading import as_object
    from autograder.report import json_text
    from mnist_course.files import write_atomically

    write_atomically(args.json, json_text({**as_object(pairs, now), "saved": saved}).encode())


def _end(args: argparse.Namespace, pairs: "list[Pair]", screen: Screen) -> int:
    differs = any(pair.differs for pair in pairs)
    failed = any(pair.outcome == "failed" for pair in pairs)
    if args.save:
        moved = any(pair.moved for pair in pairs)
        noted = "; whose points changed is in regraded.csv there" if moved else ""
        screen.line(f"Saved in {args.folder}{noted}.")
    elif differs:
        command = f"autograder regrade {shlex.quote(str(args.folder))} --save"
        screen.line(f"Nothing is saved. To save: {command}")
    else:
        screen.line("No result changes.")
    return 1 if failed or (differs and not args.save) else 0
