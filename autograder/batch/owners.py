"""Whose a file is: told by what a platform wrote, by a bundle, by the file's name, by its folders.

One path alone cannot always tell: `x/03_conv_layers_y.py` may be x's or y's, and `x/y/01_data.py`
too. What lies beside it does: names in one folder, and names that come again in other folders.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.batch.sources import LESSONS_FOLDER
from autograder.bundle import MOST_NAME, safe
from autograder.syllabus import LESSONS
from autograder.texts import one_line

MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d{1,20})_assignsubmission_(file|onlinetext)(_(?P<file>.*))?"
)
CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d{1,20})(?P<late2>_LATE)?_\d{3,}_(?P<file>.+)"
)
ANONYMOUS = re.compile(r"anon_(?P<name>[^_]+)(?P<late>_LATE)?_\d{3,}_.+")  # Canvas, too
EXCHANGE = re.compile(r"(?P<name>[^+]+)\+(?P<lesson>[^+]+)\+(?P<made>\d{4}-.+)")  # nbgrader's
_ANY = "|".join(lesson.replace("_", "[-_ ]") for lesson in LESSONS)
LESSON_IN_NAME = re.compile(rf"(?<![0-9])({_ANY})(?![a-z])", re.IGNORECASE)
NUMBER = r"(?<![a-z0-9])(?:lesson[ _-]?)?0?{}(?![a-z0-9])"
MORE = re.compile(r"-(\d{1,3})$")  # what Canvas puts behind the name of a file handed in again
COURSE = re.compile(r"mnist[-_ ]course[-_ ]*", re.IGNORECASE)
# Words of files and folders that are nobody's name; a browser and Colab write some of them.
NEUTRAL = re.compile(
    r"(copy|kopie|copie|copia|my|final|new|old|draft|backups?|bak|tmp|temp|test"
    r"|solution|solved?|answers?|fixed|version|v|done|work|main|master|code|src|notebooks?"
    r"|(home)?work|hw|assign(ment)?|exercises?|lessons?|week|lab|task|project|ps|pset|sheet"
    r"|submi(t|tted|ssions?)|hand(ed)?in|upload(ed)?s?|resubmi(t|ssion)|inbound)?\d{0,2}",
    re.IGNORECASE,
)
MOST_SHOWN = 100  # characters of a name: nbgrader's gradebook keeps 128
COPY_OF = re.compile(r"^(copy of|kopie von|copie de|copia d[ei])(?![a-z])", re.IGNORECASE)
NO_NAMES = ("submitted", "submissions", "homework", "assignment", "src", LESSONS_FOLDER)
PUT_ASIDE = re.compile(r"old|backups?|bak|drafts?|te?mp", re.IGNORECASE)
SUBMITTED = "submitted"  # nbgrader: submitted/STUDENT/ASSIGNMENT
SEPARATORS = re.compile(r"[\s_,;.'`\u2019\u00b4()-]+")

Path_ = tuple[str, ...]  # of a folder


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as far as its path tells."""

    learner: str
    name: str = ""  # as people read it
    moodle: str = ""  # the number of a participant
    canvas: str = ""  # the number of a user
    late: bool = False
    folder: str = ""  # the folder that was taken for the learner's, where nothing else told


@dataclass(frozen=True)
class Claim:
    """What one path says: who is sure, or whose name is in the file's, or in which folders'."""

    parts: tuple[str, ...]
    lesson: str
    sure: Owner | None
    name: str
    chain: tuple[tuple[Path_, str], ...]  # folders, the nearest first, and the names in them


def claim(parts: tuple[str, ...], lesson: str, bundled: str | None, place: Path) -> Claim:
    """Return what a path says; `bundled` is who a bundle says it is from, None: it is no bundle."""
    sure = by_platform(parts)
    if sure is None and bundled and bundled.strip():
        sure = called(bundled)
    stem = parts[-1].rpartition(".")[0]
    name = "" if bundled is not None else _name_in(stem, lesson)
    return Claim(parts, lesson, sure, name, _chain(parts, lesson, place))


def called(name: str, folder: Path_ = ()) -> Owner:
    """Return who has a name; what differs by more than a comma or a space has another id."""
    name = _characters(name)
    kept, plain = safe(name), SEPARATORS.sub("_", name).strip("_@")
    if SEPARATORS.sub("_", kept).strip("_@") != plain or len(name) > MOST_NAME:
        kept += f"-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    return Owner(kept, one_line(name, MOST_SHOWN), folder="/".join(folder))


def _characters(name: str) -> str:
    """Return a name as one is written everywhere: composed, and of characters alone.

    Macs write letters and accents apart; bytes that are not UTF-8 mostly are Latin-1.
    """
    name = "".join(chr(ord(c) - 0xDC00) if "\udc80" <= c <= "\udcff" else c for c in name)
    return unicodedata.normalize("NFC", name)


# ---- one path ------------------------------------------------------------------------------------


def by_platform(parts: tuple[str, ...]) -> Owner | None:
    """Tell by what Moodle, Canvas or nbgrader's exchange put into a name."""
    for part in parts:
        if found := MOODLE.fullmatch(part):
            return _numbered(found["name"], found["id"], moodle=found["id"])
        if found := ANONYMOUS.fullmatch(part):
            return replace(called(f"anon_{found['name']}"), late=bool(found["late"]))
        if found := CANVAS.fullmatch(part):
            late = bool(found["late"] or found["late2"])
            return replace(_numbered(found["name"], found["id"], canvas=found["id"]), late=late)
        if found := EXCHANGE.fullmatch(part):
            name = one_line(_characters(found["name"]), MOST_SHOWN)
            return Owner(name, name)
    return None


def _numbered(name: str, number: str, moodle: str = "", canvas: str = "") -> Owner:
    """Keep the number in the name: two learners may be called the same."""
    name = _characters(name)
    return Owner(f"{safe(name)}_{number}", one_line(name, MOST_SHOWN), moodle, canvas)


def is_neutral(name: str) -> bool:
    """Tell whether a name is made of words that are nobody's name."""
    return all(NEUTRAL.fullmatch(word) for word in re.split(r"[\W_]+", name))


def _name_in(text: str, lesson: str) -> str:
    """Return what is left of `student_lesson` or `lesson_student`, if it is one name."""
    text = COPY_OF.sub("", text)
    text = MORE.sub("", text) if LESSON_IN_NAME.search(MORE.sub("", text)) else text
    rest = LESSON_IN_NAME.split(text)[::2]
    if len(rest) == 1:
        rest = re.split(NUMBER.format(int(lesson[:2])), text, flags=re.IGNORECASE)
    names = [name.strip(" _-.+()") for name in rest if len(rest) == 2]
    number_first = [name for name in names[:1] if name.isdigit()]
    names = number_first or [name for name in names if not is_neutral(name)]
    return names[0] if len(names) == 1 else ""


def _chain(parts: tuple[str, ...], lesson: str, place: Path) -> tuple[tuple[Path_, str], ...]:
    """Return the folders that may be a learner's, the nearest first."""
    folders = parts[:-1]
    found = [(folders[:depth], _in_folder(folders[depth - 1], lesson))
             for depth in range(len(folders), 0, -1)]  # fmt: skip
    named = [(path, name) for path, name in found if name]
    around = [place.resolve().stem.lower(), *(name.lower() for name in folders)]
    if SUBMITTED in around:  # below it the learners come first
        depth = around.index(SUBMITTED)
        named = [(path, name) for path, name in named if len(path) > depth][-1:]
    if not named:  # it may be somebody's name for all that
        named = [(path, path[-1]) for path, _ in found if not _is_of_the_course(path[-1])][:1]
    if not named and LESSONS_FOLDER in parts[:1]:  # one clone
        named = [((), place.resolve().stem)]
    return tuple(named)


def _is_of_the_course(folder: str) -> bool:
    return folder.lower() in NO_NAMES or LESSON_IN_NAME.search(folder) is not None


def _in_folder(folder: str, lesson: str) -> str:
    """Return the name in a folder's, without that of a lesson or of the course before it."""
    if LESSON_IN_NAME.search(folder):
        return _name_in(folder, lesson)
    rest = COURSE.sub("", folder, count=1).strip(" _-")
    return "" if is_neutral(rest) else rest


# ---- all paths -----------------------------------------------------------------------------------


def owners(claims: Sequence[Claim]) -> list[Owner | None]:
    """Return whose each file is, or None where nothing tells."""
    flat = _flat_folders([one for one in claims if one.sure is None])
    by_name = [one.sure is None and _goes_by_name(one, flat) for one in claims]
    rest = [one for one, named in zip(claims, by_name, strict=True) if not named]
    learners = _learners_level([one for one in rest if one.sure is None and one.chain])
    exact = {one.parts[:-2] for one in rest if one.parts[-2:-1] and one.parts[-2] in LESSONS}
    return [
        one.sure or (called(_own_name(one)) if named else _of_folder(one, learners, exact))
        for one, named in zip(claims, by_name, strict=True)
    ]


def _own_name(one: Claim) -> str:
    """Return the name in the file's; in a heap of files it may be all that the name is."""
    return one.name or one.parts[-1].rpartition(".")[0]


def _goes_by_name(one: Claim, flat: set[Path_]) -> bool:
    folder = one.parts[:-1]
    if one.name:
        return folder in flat or not one.chain
    return _is_only_a_name(one) and (not one.chain or folder in flat)


def _is_only_a_name(one: Claim) -> bool:
    """Tell whether a file may be called after its learner and nothing else."""
    stem, _, kind = one.parts[-1].rpartition(".")
    return not (LESSON_IN_NAME.search(stem) or is_neutral(stem) or kind.lower() == "zip")


def _flat_folders(claims: Sequence[Claim]) -> set[Path_]:
    """Return folders in which files go by their own names: several learners' lie in one of them."""
    beside: dict[Path_, set[Path_]] = defaultdict(set)
    for one in claims:
        beside[one.parts[:-2]].add(one.parts[:-1])
    alone = {folder for folders in beside.values() if len(folders) == 1 for folder in folders}
    named = _names([one for one in claims if one.name])
    only = _names([one for one in claims if not one.name and _is_only_a_name(one)])
    plain = {one.parts[:-1] for one in claims if not one.name and not _is_only_a_name(one)}
    crowded = {folder for folder, most in named.items() if folder and most > 1} - plain
    several = {folder[:-1] for folder in crowded}
    flat = {folder for folder in named if folder in alone or folder[:-1] in several}
    flat |= {folder for folder, most in only.items() if folder in alone and most > 1}
    return {()} | {folder for folder in flat - plain if LESSONS_FOLDER not in folder}


def _names(claims: Sequence[Claim]) -> dict[Path_, int]:
    """Return how many names, by folders, the files of one lesson have: of that with most."""
    found: dict[tuple[Path_, str], set[str]] = defaultdict(set)
    for one in claims:
        found[one.parts[:-1], one.lesson].add(_own_name(one))
    most: dict[Path_, int] = defaultdict(int)
    for (folder, _), names in found.items():
        most[folder] = max(most[folder], len(names))
    return most


def _learners_level(claims: Sequence[Claim]) -> dict[Path_, int]:
    """Return the learners' folders, by the folders nearest to the files.

    `ps1` in several folders, and in each of them once, is no learner's name: they are above it.
    """
    level = {one.chain[0][0]: 0 for one in claims}
    while higher := _higher(claims, level):
        for one in claims:
            now = level[one.chain[0][0]]
            above = (i for i, (path, _) in enumerate(one.chain) if i > now and path in higher)
            level[one.chain[0][0]] = next(above, now)
    return level


def _higher(claims: Sequence[Claim], level: dict[Path_, int]) -> set[Path_]:
    """Return folders that are learners', while those that were taken for such lie in them."""
    places: dict[tuple[str, str], set[Path_]] = defaultdict(set)
    over: dict[Path_, set[Path_]] = {}
    below: dict[Path_, dict[str, set[Path_]]] = defaultdict(lambda: defaultdict(set))
    for one in claims:
        (path, name), *above = one.chain[level[one.chain[0][0]] :]
        places[name, one.lesson].add(path)
        over[path] = {folder for folder, _ in above[:1]}
        for folder, _ in above:
            below[folder][one.lesson].add(path)
    single = {path for path, inner in below.items() if all(len(x) == 1 for x in inner.values())}
    found = [set().union(*(over[path] for path in paths)) for paths in places.values()
             if len(paths) > 1 and all(over[path] <= single for path in paths)]  # fmt: skip
    sure = [paths for paths in found if len(paths) > 1]
    beside = {path[:-1] for paths in sure for path in paths}
    return {path for path in single if path[:-1] in beside}


def _of_folder(one: Claim, level: dict[Path_, int], exact: set[Path_]) -> Owner | None:
    """Return whose the folder is; in nbgrader's STUDENT/LESSON letter by letter."""
    if not one.chain:
        return None
    path, name = one.chain[level.get(one.chain[0][0], 0)]
    owner = called(name, path or (name,))
    if path and path in exact and one_line(path[-1], MOST_SHOWN) == path[-1]:
        return replace(owner, learner=path[-1])
    return owner


def all_lessons(texts: Iterable[str]) -> set[str]:
    """Return the lessons that are named in texts."""
    found = (match for text in texts for match in LESSON_IN_NAME.findall(text))
    return {re.sub("[- ]", "_", match.lower()) for match in found}
