"""The learner's day in a real terminal of 80 columns and 24 rows."""

import re
import shutil
import zipfile

import jupytext
import pytest
from journey import FLIPPED, RIGHT, WRONG, make_learner, with_answer
from terminal import Terminal

LESSON = "lessons/03_conv_layers.py"
FOOTER = "q quit"


@pytest.fixture(scope="module")
def somebody(tmp_path_factory):
    """One clone for all tests here: its helper is started once, and ends with them."""
    learner = make_learner(tmp_path_factory.mktemp("day"))
    yield learner
    shutil.rmtree(learner.env["TMPDIR"], ignore_errors=True)


@pytest.fixture
def learner(somebody):
    """Give each test a fresh day."""
    folder = somebody.clone / "lessons"
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    yield somebody
    for path in [path for path in folder.iterdir() if path.is_file()]:
        path.unlink()
    for path, content in before.items():
        path.write_bytes(content)
    shutil.rmtree(somebody.env["AUTOGRADER_HOME"], ignore_errors=True)
    for made in (folder / "backups", somebody.clone / "submissions"):
        shutil.rmtree(made, ignore_errors=True)


def replace(path, text):
    """Save as many editors do: another file is put in the place of this one."""
    other = path.with_name(f".{path.name}.swap")
    other.write_bytes(text.encode())
    other.replace(path)


def test_where_one_is_wrong_diagnosed_hinted_mended_green_and_handed_in(learner):
    with Terminal(learner) as terminal:
        said, code = terminal.type("autograder")
        assert "> 01_data" in said and "Next: read_idx" in said and code == 0
        learner.write(WRONG)
        said, code = terminal.type("autograder check")
        assert f"{LESSON} ✗ conv2d 0/10 kernel-flipped (03_conv_layers.py, line " in said
        assert FLIPPED in said and "Next: compare weight[0, 0]" in said and code == 1
        assert "0 of 8 solved, 0 of 64 points. Stuck? autograder hint conv2d" in said
        assert terminal.colour_of("✗ conv2d") == "red"
        for tier in (1, 2, 3):
            assert f"conv2d, hint {tier} of 3" in terminal.type("autograder hint")[0]
        learner.write(RIGHT)
        said, code = terminal.type("autograder check conv2d")
        assert "✓ conv2d 10/10" in said and code == 0
        assert "1 of 8 solved, 10 of 64 points. Next: max_pool2d (03_conv_layers.py, line " in said
        assert terminal.colour_of("✓ conv2d") == "green"
        said, code = terminal.type("autograder list 3")
        assert "✓ conv2d 10 of 10 15 min 3 hints seen" in said and "1 solved." in said
        said, code = terminal.type("autograder submit")
        assert "✓ conv2d 10/10" in said and "10 of 64 points." in said and code == 0
        handed_in = re.search(r"Handed in: (submissions/\S+\.zip)", said)
    with zipfile.ZipFile(learner.clone / handed_in[1]) as content:
        assert learner.lesson().read_bytes() in [content.read(name) for name in content.namelist()]


def test_the_colours_can_be_left_out(learner):
    with Terminal(learner) as terminal:
        said, _ = terminal.type("autograder list 3")
        terminal.type("export NO_COLOR=1")
        learner.write(RIGHT)
        said, _ = terminal.type("autograder check conv2d")
        assert "✓ conv2d 10/10" in said and terminal.colour_of("✓ conv2d") == "default"
        said, _ = terminal.type("autograder check conv2d --plain")
        assert "solved: conv2d 10/10" in said


def test_the_next_day_it_is_known_and_a_damaged_journal_is_set_aside(learner):
    learner.write(RIGHT)
    with Terminal(learner) as terminal:
        assert terminal.type("autograder check conv2d")[1] == 0
    journal = learner.home / "autograder" / "progress.txt"
    with journal.open("ab") as file:
        file.write(b"\xff\xfe\x00 not a line of ours\n")
    with Terminal(learner) as terminal:
        said, code = terminal.type("autograder")
        assert "03_conv_layers 1 of 8 10 of 64" in said and "damaged" in said and code == 0
        assert "damaged" not in terminal.type("autograder")[0]
    (aside,) = journal.parent.glob("progress.damaged*")
    assert b"not a line of ours" in aside.read_bytes()


# ---- autograder watch ----------------------------------------------------------------------------


def seen(terminal, *texts, gone=()):
    """Wait until the page, which ends with the keys, says all this and no longer that."""
    return terminal.wait(
        lambda page: (
            page.endswith(FOOTER)
            and page.startswith("Watching ")
            and all(text in page for text in texts)
            and not any(text in page for text in ("checking …", *gone))
        )
    )


def quit_and_look(terminal):
    """Quit; the terminal must be as it was: what is typed is shown, line by line."""
    terminal.press("q")
    terminal.wait(lambda page: page.endswith("learner$"))
    assert terminal.type("true")[1] == 0
    said, _ = terminal.type("stty -a")
    assert {"echo", "icanon"} <= set(said.split())


@pytest.fixture
def watched(learner):
    with Terminal(learner) as terminal:
        terminal.start("autograder watch conv2d")
        seen(terminal, f"Watching {LESSON}: 0 of 8 solved", "Next: conv2d, 10 points")
        yield terminal
        quit_and_look(terminal)


def test_each_save_is_checked_and_green_moves_on(learner, watched):
    learner.write(WRONG)
    seen(watched, "✗ conv2d 0/10 kernel-flipped", FLIPPED)
    assert watched.colour_of("✗ conv2d") == "red"
    replace(learner.lesson(), with_answer(learner.read(), "conv2d", RIGHT))
    seen(
        watched, "1 of 8 solved, 10 of 64 points", "✓ conv2d is solved: 10 points.",
        "Next: max_pool2d", gone=["✗"],
    )  # fmt: skip
    assert watched.colour_of("✓ conv2d") == "green"
    learner.write("def relu(x: Tensor) -> Tensor:\n    return x.clamp(min=0)", "relu")
    seen(watched, "2 of 8 solved, 15 of 64 points", "✓ relu is solved", "Next: dropout")


def test_keys(learner, watched):
    watched.press("h")
    seen(watched, "conv2d, hint 1 of 3", gone=["hint 2 of 3"])
    watched.press("h")
    seen(watched, "conv2d, hint 1 of 3", "conv2d, hint 2 of 3")
    watched.press("l")
    seen(watched, "> conv2d · max_pool2d · relu", gone=["hint 1"])
    watched.press("n")
    seen(watched, "Next: max_pool2d", gone=["conv2d"])
    watched.press("\x1b[A")  # the arrow up means nothing
    watched.press("x")
    watched.press("c")
    seen(watched, "· max_pool2d 0/9 not attempted")


def test_reset_asks_first_and_keeps_what_was_there(learner, watched):
    pristine = learner.read()
    learner.write(WRONG)
    seen(watched, "kernel-flipped")
    watched.press("r")
    seen(watched, "Put conv2d back to its stub?")
    watched.press("q")  # any key but y: no, and the watching goes on
    seen(watched, gone=["Put conv2d back"])
    assert WRONG in learner.read()
    watched.press("r")
    seen(watched, "Put conv2d back to its stub?")
    watched.press("y")
    seen(watched, gone=["kernel-flipped", "Put conv2d back"])
    assert learner.read() == pristine
    backups = [path for path in learner.clone.rglob("backups/*") if WRONG in path.read_text()]
    assert len(backups) == 1


def test_what_goes_wrong_while_one_writes_is_survived(learner, watched):
    lesson, pristine = learner.lesson(), learner.read()
    away = lesson.with_name("away.txt")
    learner.write("def conv2d(x:\n    return x")
    seen(watched, "✗ conv2d 0/10 error", "'(' was never closed")
    lesson.rename(away)
    seen(watched, "There is no 03_conv_layers.py", "autograder reset 03_conv_layers")
    away.rename(lesson)
    seen(watched, "was never closed", gone=["There is no"])
    lesson.write_bytes(b"")
    watched.wait(lambda page: page.endswith(FOOTER) and "There is no code in this file." in page)
    lesson.write_bytes(b"\xff\xfe\x00")
    seen(watched, "03_conv_layers.py")
    replace(lesson, with_answer(pristine, "conv2d", RIGHT))
    seen(watched, "✓ conv2d is solved")


TOLD = "  Your output is exactly that of a flipped"  # and the rest, as far as a line is wide
WIDE = {
    44: TOLD,
    120: f"{TOLD} kernel. PyTorch's conv2d is a cross-correlation: it does not flip.",
    80: f"{TOLD} kernel. PyTorch's conv2d is a",
}


def test_the_window_may_change_its_size(learner, watched):
    learner.write(WRONG)
    seen(watched, "kernel-flipped")
    for columns, line in WIDE.items():
        watched.resize(columns)
        watched.wait(lambda page, line=line: line in watched.lines and page.endswith(FOOTER))
        assert watched.lines[0].startswith("Watching ")


def test_a_notebook_is_watched_too(learner, watched):
    notebook = learner.lesson().with_suffix(".ipynb")
    text = with_answer(learner.read(), "conv2d", WRONG)
    jupytext.write(jupytext.reads(text, fmt="py:percent"), notebook)
    seen(watched, "Watching lessons/03_conv_layers.ipynb", "✗ conv2d 0/10 kernel-flipped")
    jupytext.write(jupytext.reads(text.replace(WRONG, RIGHT), fmt="py:percent"), notebook)
    seen(watched, "✓ conv2d is solved", "Next: max_pool2d")


def test_ctrl_c_ends_it_and_leaves_the_terminal_in_order(learner):
    with Terminal(learner) as terminal:
        terminal.start("autograder watch conv2d; echo code=$?")
        terminal.wait(FOOTER)
        terminal.press("\x03")
        terminal.wait("code=130")
        said, _ = terminal.type("stty -a")
        assert {"echo", "icanon"} <= set(said.split())
