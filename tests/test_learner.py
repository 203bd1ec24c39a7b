"""The learner's commands in a clone: where you are, check, list, hint, solution."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from journey import FLIPPED, RIGHT, WRONG, Learner, end_helpers, helpers, make_learner

from autograder.syllabus import LESSONS, asked_for

POINTS = sum(asked.points for asked in asked_for().values())
RELU = "def relu(x: Tensor) -> Tensor:\n    return x.clamp(min=0)"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """A clone, and a helper that all tests share, to save time."""
    learner, place = make_learner(tmp_path_factory.mktemp("learner")), tmp_path_factory.mktemp("t")
    learner.env.update(TMPDIR=str(place), AUTOGRADER_HELPER="1")
    yield learner
    end_helpers(place)


@pytest.fixture
def learner(course: Learner, tmp_path: Path) -> Learner:
    """The clone as it was, and nothing remembered."""
    subprocess.run(["git", "checkout", "-q", "--", "lessons"], cwd=course.clone, check=True)
    for path in (course.clone / "lessons").glob("*.ipynb"):
        path.unlink()
    return Learner(course.clone, course.home, {**course.env, "AUTOGRADER_HOME": str(tmp_path)})


@pytest.fixture
def helped(learner: Learner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """The same, with a helper of its own."""
    place = tmp_path_factory.mktemp("t")
    learner.env.update(TMPDIR=str(place))
    yield learner
    end_helpers(place)


def test_where_you_are_at_first(learner: Learner) -> None:
    done = learner.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"0 of {len(asked_for())}" in done.stdout and f"0 of {POINTS}" in done.stdout
    assert "Next: read_idx, 9 points, about 15 minutes." in done.stdout
    assert "lessons/01_data.py, line " in done.stdout
    assert all(lesson in done.stdout for lesson in LESSONS)
    assert max(map(len, done.stdout.split("\n"))) <= 80 + len(str(learner.env["AUTOGRADER_HOME"]))
    assert "\x1b" not in done.stdout


def test_a_day_is_remembered_on_the_next(learner: Learner) -> None:
    learner.write(RELU, "relu")
    assert learner.run("check", "relu").returncode == 0
    said = learner.run().stdout
    assert "> 03_conv_layers       1 of 8      5 of 64            75" in said
    assert f"5 of {POINTS}" in said and "Next: dropout" in said


def test_a_damaged_memory_is_told_and_nothing_crashes(learner: Learner) -> None:
    learner.write(RELU, "relu")
    learner.run("check", "relu")
    path = Path(learner.env["AUTOGRADER_HOME"]) / "progress.txt"
    path.write_bytes(path.read_bytes() + b"\xff\x00 nonsense\n")
    done = learner.run()
    assert done.returncode == 0 and "was damaged" in done.stdout and "1 of 8" in done.stdout
    assert "was damaged" not in learner.run().stdout


def test_a_wrong_answer_is_diagnosed_and_a_right_one_is_green(learner: Learner) -> None:
    learner.write(WRONG)
    done = learner.run("check")
    assert done.returncode == 1 and FLIPPED in done.stdout and "Next: compare weight" in done.stdout
    line = learner.read().split("\n").index("def conv2d(") + 1
    assert f"conv2d   0/10   kernel-flipped   (03_conv_layers.py, line {line})" in done.stdout
    assert done.stdout.startswith("lessons/03_conv_layers.py\n")
    learner.write(RIGHT)
    done = learner.run("check", "conv2d")
    assert done.returncode == 0 and "✓ conv2d   10/10" in done.stdout
    assert "Next: max_pool2d" in done.stdout


def test_the_first_that_is_wrong_comes_first_and_all_means_all(learner: Learner) -> None:
    learner.write(RELU, "relu")
    learner.write(WRONG)
    done = learner.run("check", "3")
    assert "kernel-flipped" in done.stdout and "relu" not in done.stdout
    everything = learner.run("check", "3", "--all").stdout
    order = [line.split()[1] for line in everything.split("\n") if line[:1] in ("✓", "✗", "·")]
    assert order == [asked.name for asked in LESSONS["03_conv_layers"].exercises]
    assert "✓ relu   5/5" in everything
    learner.write("def relu(x):\n    return x", "relu")  # right once, and changed since
    assert "changed since it was checked" in learner.run("list", "relu").stdout
    assert "✗ relu" in learner.run("check", "relu").stdout


def test_what_is_solved_is_looked_at_last_but_looked_at(learner: Learner) -> None:
    for asked in LESSONS["03_conv_layers"].exercises:
        source = learner.clone / "solutions" / "03_conv_layers.py"
        learner.lesson().write_text(source.read_text())
        assert asked
    done = learner.run("check")
    assert done.returncode == 0 and done.stdout.count("✓") == 8, done.stdout
    assert "03_conv_layers: 8 of 8 solved, 64 of 64 points." in done.stdout
    text = learner.lesson().read_text()
    learner.lesson().write_text(text + "\n# %%\nconv2d = torch.conv2d\n")
    done = learner.run("check", "3")
    assert done.returncode == 1 and "✗ conv2d   0/10   forbidden" in done.stdout


def test_what_is_known_to_be_right_does_not_keep_from_what_is_wrong(learner: Learner) -> None:
    learner.write(RELU, "relu")
    learner.run("check", "relu")
    learner.write("def dropout(x, p=0.5, training=True):\n    return x", "dropout")
    said = learner.run("check", "3").stdout
    assert "✗ dropout" in said and "relu" not in said


def test_a_notebook_is_found_and_the_cell_is_named(learner: Learner) -> None:
    import jupytext

    learner.write(WRONG)
    notebook = learner.lesson().with_suffix(".ipynb")
    jupytext.write(jupytext.read(learner.lesson()), notebook)
    subprocess.run(["git", "checkout", "-q", "--", "lessons"], cwd=learner.clone, check=True)
    done = learner.run("check")
    assert done.stdout.startswith("lessons/03_conv_layers.ipynb\n")
    assert "kernel-flipped   (03_conv_layers.ipynb, cell " in done.stdout


def test_a_file_can_be_named(learner: Learner, tmp_path: Path) -> None:
    learner.write(RIGHT)
    path = tmp_path / "my 03_conv_layers.py"
    learner.lesson().rename(path)
    assert "✓ conv2d" in learner.run("check", path).stdout
    assert "autograder reset 03_conv_layers" in learner.run("check", "3").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "conv3d"), "There is no lesson or exercise 'conv3d'. Did you mean conv2d?"),
        (("hint", "3"), "03_conv_layers is a lesson: name one of its exercises (conv_output_size,"),
        (("solution", "relu"), "autograder solution relu --yes"),
        (("check", "--seed", "x"), "a seed is a whole number"),
        (("watch", "nothing"), "There is no lesson or exercise 'nothing'."),
        (("check", "elsewhere/03_conv_layers.py"), "elsewhere/03_conv_layers.py cannot be read"),
        (("list", "nothing"), "There is no lesson or exercise 'nothing'."),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    learner: Learner, arguments: tuple[str, ...], said: str
) -> None:
    done = learner.run(*arguments)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"def f(:\n", b"", b"import sys\nsys.exit()\n"])
def test_any_file_can_be_checked(learner: Learner, content: bytes) -> None:
    learner.lesson().write_bytes(content)
    done = learner.run("check", "relu")
    assert done.returncode == 1 and "relu   0/5" in done.stdout and done.stderr == ""


def test_a_file_that_cannot_be_read_costs_nothing(learner: Learner) -> None:
    learner.write(RELU, "relu")
    learner.run("check", "relu")
    learner.lesson().write_bytes(b"x = 1\n# caf\xe9\n")
    done = learner.run("check", "relu")
    assert (
        done.returncode == 2 and "03_conv_layers.py is not UTF-8 text (see line 2)" in done.stderr
    )
    assert "✓ relu" in learner.run("list", "relu").stdout


def test_another_file_is_checked_and_not_remembered(learner: Learner) -> None:
    done = learner.run("check", "solutions/03_conv_layers.py")
    assert done.returncode == 0 and done.stdout.count("✓") == 8
    assert "0 of 8 " in learner.run().stdout


def test_what_a_file_prints_is_shown_in_bounds(learner: Learner) -> None:
    learner.write(f"{RELU}\nfor i in range(500):\n    print(i)", "relu")
    said = learner.run("check", "relu").stdout
    assert "  | 9\n" in said and "  | 10\n" not in said and "490 lines more" in said


def test_streams_may_be_closed(learner: Learner) -> None:
    main = f"{sys.executable} -c 'import sys; from autograder.cli import main; sys.exit(main())'"
    for line, code in ((f"{main} list 3 >&-", 0), (f"{main} solution relu <&-", 2)):
        done = subprocess.run(
            ["bash", "-c", line], cwd=learner.clone, env=learner.env, capture_output=True, text=True
        )
        assert done.returncode == code and "Traceback" not in done.stderr, done.stderr


def test_a_memory_that_cannot_be_written_still_gives_hints(learner: Learner) -> None:
    place = Path(learner.env["AUTOGRADER_HOME"]) / "file"
    place.touch()
    learner.env["AUTOGRADER_HOME"] = str(place / "below")
    done = learner.run("hint", "relu")
    assert done.returncode == 0 and "hint 1 of 3" in done.stdout


@pytest.mark.parametrize(
    "command", ["submit 3", "reset relu", "grade lessons/01_data.py", "list 3"]
)
def test_every_command_can_be_plain(learner: Learner, command: str) -> None:
    for line in (["--plain", *command.split()], [*command.split(), "--plain"]):
        done = learner.run(*line)
        assert done.returncode in (0, 1) and not set("✓✗·") & set(done.stdout), done.stderr


def test_hints_come_one_at_a_time(learner: Learner) -> None:
    seen = [learner.run("hint", "relu").stdout for _ in range(4)]
    assert [f"hint {i} of 3" in text for i, text in enumerate(seen[:3], 1)] == [True] * 3
    assert len({text.split("\n")[1] for text in seen[:3]}) == 3
    assert "3 of 3 hints seen" in seen[3] and all(
        text.split("\n")[1] in seen[3] for text in seen[:3]
    )
    assert "3 hints seen" in learner.run("list", "relu").stdout
    assert "0 of 3 hints seen" in learner.run("hint", "conv2d", "--again").stdout
    assert "hint 1 of 3" in learner.run("hint").stdout  # of what comes next


def test_a_solution_is_shown_once_it_is_solved_or_on_request(learner: Learner) -> None:
    assert "masked_fill" in learner.run("solution", "relu", "--yes").stdout
    learner.write(RELU, "relu")
    learner.run("check", "relu")
    shown = learner.run("solution", "relu")
    assert shown.returncode == 0 and "def relu(x: Tensor)" in shown.stdout
    assert "### " not in shown.stdout


def test_every_solution_can_be_shown_with_and_without_the_solved_lessons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.commands.solution import solution

    with_them = {name: solution(name) for name in asked_for()}
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_data.py").touch()
    monkeypatch.chdir(tmp_path)
    for name, text in with_them.items():
        assert f" {name}" in text and "NotImplemented" not in text
        assert f" {name}" in solution(name)


def test_plain_has_words_and_nothing_that_moves(learner: Learner) -> None:
    learner.write(WRONG)
    said = learner.run("--plain", "check", "conv2d").stdout
    assert "wrong: conv2d   0/10   kernel-flipped" in said and "✗" not in said
    assert learner.run("list", "--plain", "3").stdout.count("open") == 7
    assert "✓" not in learner.run("--plain").stdout


def test_a_check_can_be_repeated(learner: Learner) -> None:
    learner.write(WRONG)
    first, second, other = (
        learner.run("check", "conv2d", "--seed", seed).stdout for seed in (5, 5, 6)
    )
    assert first == second != other


def test_memory_that_cannot_be_written_does_not_stop_the_check(learner: Learner) -> None:
    place = Path(learner.env["AUTOGRADER_HOME"]) / "file"
    place.touch()
    learner.env["AUTOGRADER_HOME"] = str(place / "below")
    learner.write(RELU, "relu")
    done = learner.run("check", "relu")
    assert done.returncode == 0 and "✓ relu" in done.stdout
    assert "could not be remembered" in done.stdout and learner.run().returncode == 0


# ---- the helper ----------------------------------------------------------------------------------


def seconds(learner: Learner, *arguments: str) -> float:
    start = time.monotonic()
    assert learner.run(*arguments).returncode == 0
    return time.monotonic() - start


def test_the_second_check_is_served_by_a_helper_in_a_fraction_of_the_time(helped: Learner) -> None:
    helped.write(RELU, "relu")
    first = seconds(helped, "check", "relu")
    assert len(helpers(helped.env["TMPDIR"])) == 1
    assert min(seconds(helped, "check", "relu") for _ in range(3)) < first / 2
    assert len(helpers(helped.env["TMPDIR"])) == 1


def test_a_helper_that_is_killed_is_replaced(helped: Learner) -> None:
    helped.write(RELU, "relu")
    for _ in range(2):
        assert helped.run("check", "relu").returncode == 0
        (number,) = helpers(helped.env["TMPDIR"])
        os.kill(number, signal.SIGKILL)
        time.sleep(0.2)


def test_a_helper_does_not_serve_code_that_has_changed(helped: Learner) -> None:
    helped.write(RELU, "relu")
    helped.run("check", "relu")
    (old,) = helpers(helped.env["TMPDIR"])
    changed = helped.clone / "autograder" / "texts.py"
    changed.write_text(changed.read_text() + "\n")
    try:
        assert helped.run("check", "relu").returncode == 0
        until = time.monotonic() + 30
        while old in helpers(helped.env["TMPDIR"]) and time.monotonic() < until:
            time.sleep(0.5)
        assert old not in helpers(helped.env["TMPDIR"])
    finally:
        subprocess.run(["git", "checkout", "-q", "autograder/texts.py"], cwd=helped.clone)


def test_many_may_ask_at_once(helped: Learner) -> None:
    helped.write(RELU, "relu")
    command = [
        sys.executable,
        "-c",
        "import sys; from autograder.cli import main; sys.exit(main())",
    ]
    asked = [
        subprocess.Popen([*command, "check", "relu"], cwd=helped.clone, env=helped.env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]  # fmt: skip
    said = [process.communicate(timeout=120) for process in asked]
    assert all("✓ relu" in out for out, _ in said), said
    assert len(helpers(helped.env["TMPDIR"])) == 1


def test_a_learners_endless_loop_ends_and_the_helper_serves_on(helped: Learner) -> None:
    helped.write("def relu(x):\n    while True: pass", "relu")
    done = helped.run("check", "relu")
    assert done.returncode == 1 and "relu   0/5   timeout" in done.stdout
    helped.write(RELU, "relu")
    assert "✓ relu" in helped.run("check", "relu").stdout


def test_a_helper_that_is_stopped_or_busy_is_not_waited_for(helped: Learner) -> None:
    helped.write(RELU, "relu")
    helped.run("check", "relu")
    (number,) = helpers(helped.env["TMPDIR"])
    os.kill(number, signal.SIGSTOP)
    try:
        assert "✓ relu" in helped.run("check", "relu", limit=60).stdout
    finally:
        os.kill(number, signal.SIGCONT)


def test_others_cannot_reach_the_helper(helped: Learner) -> None:
    helped.write(RELU, "relu")
    helped.run("check", "relu")
    (folder,) = Path(helped.env["TMPDIR"]).glob(f"autograder-{os.getuid()}")
    assert folder.stat().st_mode & 0o077 == 0
    folder.chmod(0o755)  # as if somebody else had made it: then there is no helper
    assert helped.run("check", "relu").returncode == 0


def test_without_a_helper_the_command_checks_by_itself(helped: Learner) -> None:
    helped.env["AUTOGRADER_HELPER"] = "0"
    helped.write(RELU, "relu")
    assert "✓ relu" in helped.run("check", "relu").stdout
    assert helpers(helped.env["TMPDIR"]) == []
