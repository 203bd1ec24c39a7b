"""Which submissions are alike: renamed and rearranged, but not what all share or were given."""

import random
import re
from pathlib import Path

import pytest
from report_class import LESSON, classroom, entry, exercise

from autograder.class_report.alike import Alike, alike, files_of, given
from autograder.class_report.similarity import LEAST, fingerprints, pairs, prints_of, tokens
from autograder.submission import from_content

ROOT = Path(__file__).parent.parent
ANSWERS = ROOT / "tests" / "answers"
RELEASED = (ROOT / "lessons" / f"{LESSON}.py").read_text()


def made_up(seed, lines=60):
    """Return code that nobody else writes: calls of made-up methods on made-up values."""
    dice = random.Random(seed)
    word = lambda: "".join(dice.choices("abcdefgh", k=6))  # noqa: E731
    body = [f"    {word()} = {word()}.{word()}({word()}.{word()}, 3)" for _ in range(lines)]
    return "\n".join([f"def f_{seed}(x):", *body, ""])


def works(**sources):
    return {who: {"conv2d": fingerprints(source)} for who, source in sources.items()}


def found(**sources):
    return [(pair.one, pair.other) for pair in pairs(works(**sources))]


# ---- tokens --------------------------------------------------------------------------------------


def test_tokens_have_no_names_literals_comments_and_layout() -> None:
    source = 'def f(x, y=1.5e3):  # why\n  """A text\n  of two."""\n  return x.T @ y + "a" \\\n 7\n'
    assert " ".join(tokens(source)) == (
        "def name ( name , name = number ) : text return name . T @ name + text number"
    )


@pytest.mark.parametrize(
    "text", ['"""never ends', "f(((", "'ends' 'not", "    odd\n  indent", "a ? $ b", "\\", "é.ü\0"]
)
def test_what_is_no_python_has_tokens_all_the_same(text) -> None:
    assert list(tokens(f"x = 1\n{text}"))[:3] == ["name", "=", "number"]
    assert len(list(tokens(f"x = 1\n{text}"))) > 3 or text == "\\"


@pytest.mark.parametrize("sign", ['"', "'", '"""', "#", "\\", "(", "1.", "rb'"])
def test_long_nonsense_is_read_in_linear_time(sign) -> None:
    assert len(list(tokens(sign * 50_000))) <= 50_001  # it would not end, were it quadratic


# ---- pairs ---------------------------------------------------------------------------------------


def test_strangers_are_not_alike() -> None:
    assert found(**{f"s{n}": made_up(n) for n in range(12)}) == []


def renamed(text):
    """Rename every variable, change numbers, texts, comments and layout."""
    text = re.sub(r"(?<![.\w])([a-h]{6})\b", r"my_\1", text).replace("3)", "44)")
    return text.replace("\n    ", "  # mine\n\n        ")


def test_a_renamed_copy_is_found() -> None:
    others = {f"s{n}": made_up(n) for n in range(12)}
    assert found(**others, copy=renamed(others["s4"])) == [("copy", "s4")]


def test_a_copied_half_is_found_and_said_to_be_that_much() -> None:
    half = made_up(4) + made_up(77)
    (pair,) = pairs(works(a=made_up(4), b=half, c=made_up(5)))
    assert (pair.one, pair.other) == ("a", "b") and pair.where == ["conv2d"]
    assert pair.shares[0] > 0.95 and 0.4 < pair.shares[1] < 0.6


def test_a_copy_in_another_order_is_found() -> None:
    first, second = made_up(1), made_up(2)
    assert found(a=first + second, b=second + first, c=made_up(3)) == [("a", "b")]


def test_those_that_share_most_come_first() -> None:
    long, short = made_up(1, 90), made_up(2, 30)
    assert found(a=long, b=long + made_up(5), c=short, d=short) == [("a", "b"), ("c", "d")]


def test_what_many_share_says_nothing() -> None:
    same = made_up(1)
    five = {f"s{n}": same + made_up(10 + n) * (n > 0) for n in range(5)}
    six = {**five, "s5": same + made_up(20)}
    assert len(found(**five)) == 4 and found(**six) == []


def test_many_renamed_copies_do_not_hide_each_other() -> None:
    works = {f"c{n}": {"f": fingerprints(renamed(made_up(1)))} for n in range(8)}
    works |= {f"s{n}": {"f": fingerprints(made_up(n + 2))} for n in range(4)}
    assert {(pair.one[0], pair.other[0]) for pair in pairs(works)} == {("c", "c")}
    assert len(pairs(works)) == 8 * 7 / 2


def test_what_was_given_says_nothing() -> None:
    same = made_up(1)
    some = works(a=same, b=same, c=made_up(2))
    assert len(pairs(some)) == 1 and pairs(some, fingerprints(same)) == []


def test_a_short_answer_says_nothing() -> None:
    short = made_up(1, lines=6)
    assert 0 < len(fingerprints(short)) < LEAST and found(a=short, b=short) == []


def lesson_with(*paths):
    """Return the lesson with these answers in it, as a learner hands it in."""
    text = RELEASED
    for path in paths:
        name = path.parent.name
        cell = re.compile(rf'(# %% [^\n]*"grade_id": "{name}"[^\n]*\n).*?(?=\n# %%)', re.DOTALL)
        text, count = cell.subn(lambda m, p=path: m[1] + p.read_text(), text)
        assert count == 1, path
    return text


def prints(text):
    return prints_of(from_content(Path(f"{LESSON}.py"), text.encode()).cells)


NAMES = ("conv_output_size", "conv2d", "max_pool2d", "dropout", "DigitCNN")


def test_real_answers_of_strangers_are_not_alike_and_a_copy_is() -> None:
    right = {name: sorted((ANSWERS / name).glob("right_*.py")) for name in NAMES}
    some = {f"s{n}": lesson_with(*(right[name][n] for name in NAMES)) for n in range(4)}
    some["copy"] = some["s2"].replace("weight", "kernels").replace("  # ", "  # so ")
    found = pairs({who: prints(text) for who, text in some.items()}, given(LESSON))
    assert [(pair.one, pair.other) for pair in found] == [("copy", "s2")]
    assert "conv2d" in found[0].where


# ---- files ---------------------------------------------------------------------------------------


def placed(folder, **texts):
    """Write submissions, and return the class that was graded there."""
    for who, text in texts.items():
        (folder / f"{who}_{LESSON}.py").write_text(text)
    done = exercise("conv2d", "a")
    some = [
        entry(who, done, content=text, path=f"{who}_{LESSON}.py") for who, text in texts.items()
    ]
    return classroom(*some, place=folder)


def alike_in(some):
    files = files_of(some)
    return alike(some, LESSON, files), files.remark


def answered(seed):
    return RELEASED + f"\n# %%\n{made_up(seed)}"


def test_the_same_bytes_are_a_group_and_compared_once(tmp_path) -> None:
    texts = {"b": answered(1), "a": answered(1), "c": answered(2), "d": renamed(answered(1))}
    result, remark = alike_in(placed(tmp_path, **texts))
    assert result.same == [["a", "b"]] and remark == ""
    assert [(pair.one, pair.other) for pair in result.pairs] == [("b", "d")]


def test_what_is_as_it_was_released_is_nobodys_copy(tmp_path) -> None:
    some = placed(tmp_path, a=RELEASED, b=RELEASED, c="", d="")
    idle = exercise("conv2d", failed="a", status="not_attempted")
    some = classroom(
        *(entry(e.who, idle, content=text, path=e.listed.path)
          for e, text in zip(some.entries, (RELEASED, RELEASED, "", ""), strict=True)),
        place=tmp_path,
    )  # fmt: skip
    assert alike_in(some) == (Alike(), "")


def test_what_is_gone_or_changed_is_said_and_the_rest_compared(tmp_path) -> None:
    some = placed(tmp_path, a=answered(1), b=renamed(answered(1)), c=answered(2), d=answered(3))
    (tmp_path / f"c_{LESSON}.py").unlink()
    (tmp_path / f"d_{LESSON}.py").write_text(answered(1))
    result, remark = alike_in(some)
    assert remark.startswith("2 of 4 submissions") and len(result.pairs) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_a_folder_that_is_gone_or_never_was_known(tmp_path, gone) -> None:
    some = placed(tmp_path, a=answered(1), b=answered(1))
    some = classroom(*some.entries, place=tmp_path / "gone" if gone else None)
    result, remark = alike_in(some)
    assert result == Alike() and remark.startswith("2 of 2 submissions")


def test_without_the_released_lesson_only_the_same_bytes_are_told(monkeypatch, tmp_path) -> None:
    some = placed(tmp_path, a=answered(1), b=renamed(answered(1)), c=answered(1))
    monkeypatch.setattr("autograder.clone.root", lambda: tmp_path)
    result, _ = alike_in(some)
    assert (result.same, result.pairs) == ([["a", "c"]], []) and "not known here" in result.remark
