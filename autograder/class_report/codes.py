"""Stable codes in place of names: who has the secret can compute them, nobody else can."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from mnist_course.errors import CourseError

LETTERS = "bcdfghjkmnpqrstvwxyz"  # no vowels: no words; no digits: no numbers in a spreadsheet
LENGTH, GROUP = 9, 3
LEAST = 32  # characters of a secret


def secret_in(file: Path) -> bytes:
    """Return the secret that a file keeps; without such a file, make one for its owner alone."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(file)
    except OSError as error:
        raise CourseError(f"{file} cannot be written: {error.strerror}") from error
    secret = secrets.token_hex(32).encode()
    with os.fdopen(number, "wb") as opened:
        opened.write(secret + b"\n")
    return secret


def _kept(file: Path) -> bytes:
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror}") from error
    if not LEAST <= len(secret) <= 1000:
        raise CourseError(
            f"{file} holds no secret of `autograder report --codes`: name another file, or one "
            "that is not there yet"
        )
    return secret


def codes_of(learners: Iterable[str], secret: bytes) -> dict[str, str]:
    """Return a code for each learner; where two would be the same, longer ones."""
    whole = {learner: _letters(learner, secret) for learner in learners}
    lengths = dict.fromkeys(whole, LENGTH)
    while same := _same({learner: text[: lengths[learner]] for learner, text in whole.items()}):
        for learner in same:
            lengths[learner] += GROUP
    return {learner: _grouped(text[: lengths[learner]]) for learner, text in whole.items()}


def _same(codes: dict[str, str]) -> list[str]:
    """Return the learners whose code another one has, too."""
    holders: dict[str, list[str]] = {}
    for learner, code in codes.items():
        holders.setdefault(code, []).append(learner)
    return [learner for some in holders.values() if len(some) > 1 for learner in some]


def _letters(learner: str, secret: bytes) -> str:
    text = learner.encode(errors="surrogatepass")
    number = int.from_bytes(hmac.digest(secret, text, hashlib.sha256))
    letters = []
    for _ in range(54):  # that many are in 32 bytes
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
