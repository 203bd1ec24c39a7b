"""A made-up class for the tests of `autograder report`: results that nobody had to grade."""

import hashlib
import random

from autograder.batch.store import Listed, Store
from autograder.class_report.reading import Classroom, Entry
from autograder.syllabus import LESSONS

LESSON = "03_conv_layers"
NAMES = ("Aino", "Björn", "Çelik", "Dmitri", "Élodie", "Farid", "Gökhan", "Hana", "Íris", "Jürgen")


def exercise(name="conv2d", passed=(), failed=(), status=None, code=None, message="", points=2):
    """Return what a report says of an exercise: checks that are passed, and that are not."""
    checks = [
        {"name": check, "score": points * (check in passed), "max_score": points,
         "status": "correct" if check in passed else "wrong",
         "message": "" if check in passed else "no"}
        for check in (*passed, *failed)
    ]  # fmt: skip
    said = status or ("correct" if not failed else "partly" if passed else "wrong")
    return {
        "name": name, "score": points * len(passed), "max_score": points * len(checks),
        "status": said, "misconception": code, "message": message or ("no" if failed else ""),
        "checks": checks,
    }  # fmt: skip


def report(*exercises, seconds=1.0, warnings=(), lesson=LESSON, sha256="0" * 64):
    """Return a report of these exercises."""
    return {
        "schema": 1, "lesson": lesson, "submission": {"path": f"{lesson}.py", "sha256": sha256},
        "isolation": "full", "seed": 3, "score": sum(e["score"] for e in exercises),
        "max_score": sum(e["max_score"] for e in exercises), "seconds": seconds,
        "exercises": list(exercises), "warnings": list(warnings), "output": "",
    }  # fmt: skip


def listed(who, why="", name="", path="", content=None, made=0.0, late=False, lesson=LESSON):
    """Return what a batch remembers of a file."""
    sha256 = hashlib.sha256((content if content is not None else who).encode()).hexdigest()
    key = f"{sha256} {lesson}"
    return Listed(who, name, lesson, path or f"{who}.py", sha256, key, late, made, why)


def entry(who, *exercises, **more):
    """Return a graded submission."""
    about = {name: more.pop(name) for name in ("made", "late", "content", "path") if name in more}
    return Entry(who, listed(who, **about), report(*exercises, **more))


def store_of(folder, listing, reports, place=None):
    """Write a store as a batch leaves it."""
    store = Store(folder)
    store.base.execute("PRAGMA synchronous=OFF")  # thousands of results, in a test
    for one, said in zip(listing, reports, strict=True):
        if said:
            store.keep(one.key, said, "worker")
    store.list_anew(listing)
    if place:
        store.remember(place=str(place))
    store.close()
    return folder


def many(count, seed=1):
    """Return a class of so many, with all exercises of the lesson."""
    dice = random.Random(seed)
    listing, reports = [], []
    for number in range(count):
        who = f"{NAMES[number % 10]}.{number:05}"
        skill = dice.random()
        exercises = [
            random_exercise(asked.name, skill, dice) for asked in LESSONS[LESSON].exercises
        ]
        listing.append(listed(who, made=1.7e9 + dice.random() * 5e5, late=number % 50 == 0))
        reports.append(report(*exercises, seconds=dice.expovariate(0.5)))
    return listing, reports


def random_exercise(name, skill, dice):
    """Return an exercise that a learner of some skill solves, or gets wrong in a known way."""
    checks = [f"{name} {n}" for n in range(4)]
    passed = [check for check in checks if dice.random() < skill]
    failed = [check for check in checks if check not in passed]
    codes = {"conv2d": "kernel-flipped", "relu": "absolute-value"}
    code = codes.get(name) if failed and dice.random() < 0.4 else None
    status = dice.choice(["not_attempted", "timeout", None, None]) if not passed else None
    return exercise(name, passed, failed, status, code)


def classroom(*entries, place=None, coded=False):
    """Return a class of these submissions."""
    return Classroom(list(entries), place, coded)
