"""`autograder update`, with a real upstream and a real clone of it."""

import json
import os
import re
from argparse import ArgumentParser
from pathlib import Path

import pytest
from small_lessons import (
    IMPORTS,
    LESSON,
    SHOW,
    WORDS,
    Course,
    answered,
    check,
    exercise,
    git,
    only_one_lesson,
    small,
    text_of,
)

from autograder.commands import update
from autograder.syllabus import LESSONS, Lesson
from autograder.upkeep.carry import BEGIN
from autograder.upkeep.parts import as_notebook, script_of
from mnist_course.errors import CourseError

OLD = small()
MINE = answered(OLD, relu="return x * (x > 0)", conv2d="return 'mine'") + "\n# %%\nown = 1\n"
NEW = text_of(  # relu has another beginning, dropout is gone, tile is new, the words are others
    IMPORTS, WORDS.replace("that is so", "it must be"), *exercise("conv2d"), SHOW,
    *exercise("relu", 'def relu(x, slope):\n    """Keep what is positive."""\n'),
    *exercise("tile", "def tile(images, columns):\n    '''Set pictures side by side.'''\n"),
)  # fmt: skip
CLEAN = text_of(  # a new lesson that asks the same
    IMPORTS, WORDS.replace("that is so", "it must be"), *exercise("conv2d"), SHOW,
    *exercise("relu"), *exercise("dropout"),
)  # fmt: skip


@pytest.fixture
def course(tmp_path, monkeypatch):
    only_one_lesson(monkeypatch, tmp_path)
    made = Course(tmp_path, OLD)
    monkeypatch.chdir(made.clone)
    return made


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    update.add_arguments(parser)
    return update.run(parser.parse_args(arguments))


def nothing_to_do(capsys) -> bool:
    capsys.readouterr()
    return run() == 0 and "nothing to do" in capsys.readouterr().out


def merged_well(text: str) -> None:
    """Every answer is in it, and every part of the new lesson."""
    assert "    return 'mine'\n" in text and "    return x * (x > 0)\n" in text
    assert "it must be" in text and "own = 1" in text and "<<<<<<<" not in text


# ---- nothing to do -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [OLD, MINE, MINE.replace("\n", "\r\n"), "\ufeff" + MINE])
def test_where_the_lesson_did_not_change_nothing_does(course, capsys, text):
    course.file.write_bytes(text.encode())
    before = course.file.stat().st_mtime_ns
    assert run() == 0
    assert capsys.readouterr().out == "Every lesson is up to date: there is nothing to do.\n"
    assert course.file.stat().st_mtime_ns == before and course.backups == []


def test_after_a_pull_that_git_merged_by_itself_there_is_nothing_to_do(course, capsys):
    course.write(MINE)
    course.git("commit", "-qam", "Mine")
    course.publish(CLEAN)
    course.git("pull", "-q", "--no-rebase", "--no-edit")
    assert nothing_to_do(capsys) and course.backups == []


def test_lessons_that_are_not_known_are_gits_business(course, capsys):
    (course.upstream / "lessons" / "08_more.py").write_text(small("relu"))
    course.publish(OLD)
    course.git("pull", "-q")
    assert nothing_to_do(capsys)


def test_a_lesson_that_was_deleted_comes_back(course, capsys):
    course.file.unlink()
    assert run("--dry-run") == 0 and not course.file.exists()
    capsys.readouterr()
    assert run() == 0 and course.read() == OLD
    assert capsys.readouterr().out == f"lessons/{LESSON}.py was not there, and is again.\n"
    assert nothing_to_do(capsys)


# ---- a notebook beside what was pulled -----------------------------------------------------------


def test_work_in_a_notebook_is_carried_into_the_lesson_that_was_pulled(course, capsys):
    found = json.loads(as_notebook(MINE))
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["seen\n"]}]
    course.notebook.write_text(json.dumps(found))
    course.publish(NEW)
    course.git("pull", "-q")
    assert run("--dry-run") == 1
    shown = capsys.readouterr().out
    assert course.backups == [] and json.loads(course.notebook.read_text()) == found
    assert run() == 1
    said = capsys.readouterr().out
    assert shown.replace(" would change", "") in re.sub("  what you had.*\n", "", said)
    assert said.startswith(f"lessons/{LESSON}.ipynb\n  your answers are in it: conv2d, relu\n")
    assert "  new: tile\n" in said
    cells = json.loads(course.notebook.read_text())["cells"]
    number = int(re.search(r"look at cell (\d+): relu", said)[1])
    assert "".join(cells[number - 1]["source"]).startswith(BEGIN)
    merged_well("\n".join("".join(cell["source"]) + "\n" for cell in cells))
    assert (
        sum("seen\n" in str(cell.get("outputs")) or bool(cell.get("outputs")) for cell in cells) > 4
    )
    assert [copy.suffix for copy in course.backups] == [".ipynb"]
    assert course.read() == NEW
    assert nothing_to_do(capsys)


@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_what_was_removed_is_told_where_all_was_answered(course, capsys, suffix):
    words = "".join(f"# Sentence {number} of a long text.\n" for number in range(200))
    old, new = (text + f"\n# %% [markdown]\n{words}" for text in (OLD, small("conv2d", "relu")))
    mine = answered(old, conv2d="return 'mine'", relu="return x", dropout="return p")
    text = as_notebook(mine) if suffix == ".ipynb" else mine
    course.publish(old)
    course.publish(new)
    course.git("pull", "-q")
    course.file.with_suffix(suffix).write_text(text)
    assert run() == 0
    said = capsys.readouterr().out
    assert "no longer asked for, your answer is at the end: dropout\n" in said
    assert "  your answers are in it: conv2d, relu\n" in said
    assert nothing_to_do(capsys)


def test_an_answer_to_what_was_removed_and_what_was_renamed_is_told(course, capsys):
    course.notebook.write_text(as_notebook(answered(MINE, dropout="return p")))
    new = CLEAN.replace("relu", "rectified")
    new = new.replace(exercise("dropout")[0], "").replace(check("dropout"), "")
    course.publish(new)
    course.git("pull", "-q")
    assert run() == 0
    said = capsys.readouterr().out
    assert "  renamed: rectified (was called relu)\n" in said
    assert "  no longer asked for, your answer is at the end: dropout\n" in said
    assert "your answers are in it: conv2d\n" in said
    assert nothing_to_do(capsys)


# ---- pulls that git refuses ----------------------------------------------------------------------


def test_pull_where_git_refuses(course, capsys):
    course.file.write_bytes(("\ufeff" + MINE.replace("\n", "\r\n")).encode())
    course.file.chmod(0o600)
    course.publish(NEW)
    assert "would be overwritten" in course.git("pull", "--ff-only", fails=True)
    assert run("--pull") == 1
    content = course.file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == content.count(b"\n")
    assert course.file.stat().st_mode & 0o777 == 0o600
    merged_well(course.read().removeprefix("\ufeff"))
    assert BEGIN in course.read() and course.git("log", "-1", "--format=%H", "@{u}") == course.git(
        "log", "-1", "--format=%H"
    )
    said = capsys.readouterr().out
    number = int(re.search(r"look at line (\d+): relu", said)[1])
    assert course.read().split("\n")[number - 1].startswith("# %% nbgrader")
    (copy,) = course.backups
    assert copy.read_bytes().decode("utf-8-sig").replace("\r\n", "\n") == MINE
    assert f"lessons/backups/{copy.name}" in said
    assert nothing_to_do(capsys)


def test_pull_that_brings_nothing_leaves_all_as_it_was(course, capsys):
    course.write(MINE)
    course.git("add", "lessons")
    assert run("--pull") == 0
    assert course.read() == MINE and course.backups == []
    assert "nothing to do" in capsys.readouterr().out


def test_with_commits_of_ones_own_it_is_said_how_to_go_on(course, capsys):
    course.write(MINE)
    course.git("commit", "-qam", "Mine")
    course.publish(CLEAN)
    with pytest.raises(CourseError, match=r"git pull --no-rebase.*autograder update"):
        run("--pull")
    course.git("pull", "-q", "--no-rebase", "--no-edit")
    assert nothing_to_do(capsys)


def test_work_in_a_lesson_that_is_known_no_more_is_spoken_of(course, capsys):
    stray, copy = (course.file.with_name(f"{name}.py") for name in ("03_older_name", "my copy"))
    old = course.upstream / "lessons" / stray.name
    old.write_text(OLD)
    course.publish(None)
    old.rename(course.upstream / "lessons" / course.file.name)
    course.publish(OLD)
    course.git("pull", "-q")
    copy.write_text(MINE)
    assert nothing_to_do(capsys)  # it never was one of the course
    stray.write_text(MINE)
    assert run() == 0
    said = capsys.readouterr().out
    assert said.startswith(f"lessons/{stray.name} is no lesson of the course any more")
    assert "nothing to do" not in said and stray.read_text() == MINE and course.read() == OLD
    stray.rename(course.file)  # as is said
    assert nothing_to_do(capsys) and course.read() == MINE


def failing(course, how: str) -> None:
    if how == "no upstream":
        course.git("branch", "--unset-upstream")
    if how == "offline":
        course.git("remote", "set-url", "origin", str(course.clone / "nowhere"))
    if how == "commits":
        course.git("commit", "-q", "--allow-empty", "-m", "Mine")
    if how == "other file":
        (course.upstream / "NOTES").write_text("theirs")
        course.publish(NEW)
        (course.clone / "NOTES").write_text("mine")


@pytest.mark.parametrize("how", ["no upstream", "offline", "commits", "other file"])
def test_a_pull_that_fails_leaves_everything_exactly_as_it_was(course, capsys, how):
    course.publish(NEW)
    failing(course, how)
    course.write(MINE.replace("own = 1", "own = 0"))
    course.git("add", "lessons")  # half of it is staged
    course.write(MINE)
    before = course.git("status", "--porcelain"), course.git("diff"), course.git("diff", "--cached")
    with pytest.raises(CourseError, match="could not pull; everything is as it was"):
        run("--pull")
    assert capsys.readouterr().out.strip()  # git's own words
    assert course.read() == MINE and course.backups == []
    after = course.git("status", "--porcelain"), course.git("diff"), course.git("diff", "--cached")
    assert after == before


def test_a_notebook_that_git_ignores_is_not_overwritten_by_one_of_the_course(course, capsys):
    (course.clone / ".git" / "info" / "exclude").write_text("*.ipynb\n")
    mine = as_notebook(MINE)
    course.notebook.write_text(mine)
    (course.upstream / "lessons" / course.notebook.name).write_text(as_notebook(OLD))
    course.publish(NEW)
    with pytest.raises(CourseError, match="could not pull"):
        run("--pull")
    assert course.notebook.read_text() == mine and course.read() == OLD


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_an_answer_in_a_cell_that_was_made_a_text_is_code_again(course, capsys, kind):
    found = json.loads(as_notebook(MINE))
    (cell,) = [cell for cell in found["cells"] if "'mine'" in "".join(cell["source"])]
    cell["cell_type"] = kind
    del cell["outputs"], cell["execution_count"]
    course.notebook.write_text(json.dumps(found))
    course.publish(CLEAN)
    course.git("pull", "-q")
    assert run() == 0
    cells = json.loads(course.notebook.read_text())["cells"]
    (cell,) = [cell for cell in cells if "'mine'" in "".join(cell["source"])]
    assert (cell["cell_type"], cell["outputs"], cell["execution_count"]) == ("code", [], None)
    assert nothing_to_do(capsys)


def test_while_the_network_is_waited_for_nothing_is_away(course):
    course.write(MINE)
    failing(course, "offline")
    before = course.file.stat()
    with pytest.raises(CourseError, match="could not pull"):
        run("--pull")
    after = course.file.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_lesson_that_was_deleted_is_deleted_still_after_a_pull_that_fails(course):
    failing(course, "offline")
    course.file.unlink()
    with pytest.raises(CourseError):
        run("--pull")
    assert not course.file.exists()


def test_a_damaged_file_is_as_it_was_after_a_pull_and_the_rest_is_pulled(course, capsys):
    content = MINE.replace("own", "ä").encode("latin-1")
    course.file.write_bytes(content)
    course.publish(CLEAN)
    assert run("--pull") == 2
    assert course.file.read_bytes() == content
    assert "was left as it is: it is not UTF-8 text" in capsys.readouterr().out


def test_a_lesson_with_work_that_the_course_took_out_is_there_still_after_a_pull(course, capsys):
    course.write(MINE)
    course.publish(None)
    assert run("--pull") == 2
    assert course.read() == MINE
    assert f"lessons/{LESSON}.py was left as it is" in capsys.readouterr().out


def test_a_pull_leaves_files_that_are_no_lessons_to_git(course):
    other = course.upstream / "lessons" / "08_more.py"
    other.write_text(OLD)
    course.publish(OLD)
    course.git("pull", "-q")
    (course.clone / "lessons" / "08_more.py").write_text(MINE)
    course.publish(CLEAN)
    assert run("--pull") == 0
    assert (course.clone / "lessons" / "08_more.py").read_text() == MINE
    other.write_text(CLEAN)
    course.publish(CLEAN)
    with pytest.raises(CourseError, match="everything is as it was"):
        run("--pull")
    assert (course.clone / "lessons" / "08_more.py").read_text() == MINE


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_whatever_happens_after_a_pull_the_work_is_there(course, monkeypatch, capsys, error):
    course.write(MINE)
    course.publish(CLEAN)

    def breaks(*_):
        raise error("oh")

    monkeypatch.setattr("autograder.upkeep.updating.carry", breaks)
    if error is KeyboardInterrupt:
        with pytest.raises(error):
            run("--pull")
    else:
        assert run("--pull") == 2
        assert "ZeroDivisionError: oh" in capsys.readouterr().out
    assert course.read() == MINE


def test_a_notebook_that_git_could_not_merge_is_left_alone(course, capsys):
    for folder in (course.upstream, course.clone):
        (folder / "lessons" / f"{LESSON}.ipynb").write_text(as_notebook(str(folder)))
        git(folder, "add", "lessons")
        git(folder, "commit", "-qm", "A notebook")
    course.git(*PULLS["merge"], fails=True)
    before = course.notebook.read_bytes()
    assert run() == 2 and course.notebook.read_bytes() == before
    assert "could not merge this notebook" in capsys.readouterr().out


def test_pull_without_git_or_in_the_middle_of_a_merge_is_refused(course, monkeypatch, tmp_path):
    in_conflict(course, "merge")
    with pytest.raises(CourseError, match="in the middle of something"):
        run("--pull")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="no clone, or there is no git"):
        run("--pull")
    with pytest.raises(CourseError, match="not known before"):
        run("--pull", "--dry-run")


# ---- what git left in conflict -------------------------------------------------------------------

PULLS = {
    "merge": ["pull", "-q", "--no-rebase", "--no-edit"],
    "rebase": ["pull", "-q", "--rebase"],
    "autostash": ["pull", "-q", "--rebase", "--autostash"],
    "merge autostash": ["pull", "-q", "--ff-only", "--autostash"],
}


def in_conflict(course, how: str, mine: str = MINE, new: str = NEW) -> None:
    course.write(mine)
    if "autostash" not in how:
        course.git("commit", "-qam", "My answers")
    course.publish(new)
    course.git(*PULLS[how], fails=True)
    assert "<<<<<<<" in course.read()


@pytest.mark.parametrize("how", PULLS)
def test_a_conflict_is_resolved_cell_by_cell(course, capsys, how):
    in_conflict(course, how)
    marked = course.read()
    assert run("--dry-run") == 1
    assert course.read() == marked
    assert run() == 1
    merged_well(course.read())
    said = capsys.readouterr().out
    assert course.backups and course.backups[0].read_text() == MINE
    assert course.git("ls-files", "-u") == ""
    assert nothing_to_do(capsys)
    if "autostash" in how:
        assert "git stash drop" in said
        assert course.git("diff", "--cached") == "" and course.git("diff") != ""
    elif how == "merge":
        assert "git commit" in said
        course.git("commit", "-qm", "Merged")
    else:
        assert "git rebase --continue" in said
        course.git("-c", "core.editor=true", "rebase", "--continue")
    merged_well(course.read())
    assert nothing_to_do(capsys)


@pytest.mark.parametrize("how", PULLS)
def test_a_conflict_that_was_merged_by_hand_is_not_merged_again(course, capsys, how):
    in_conflict(course, how)
    text = re.sub(r"^([<=]{7}.*|>{7}.*)\n", "", course.read(), flags=re.MULTILINE) + "own = 2\n"
    course.write(text)
    assert run() == 2
    assert course.read() == text and course.backups == []
    said = capsys.readouterr().out
    assert f"git add lessons/{LESSON}.py" in said and f"git checkout -m lessons/{LESSON}.py" in said
    course.git("checkout", "-q", "-m", f"lessons/{LESSON}.py")
    assert run() == 1
    merged_well(course.read())


def test_what_was_typed_into_a_file_in_conflict_is_kept(course, capsys):
    in_conflict(course, "merge")
    typed = course.read() + "own = 2\n"
    course.write(typed)
    assert run() == 1
    merged_well(course.read())
    assert {copy.read_text() for copy in course.backups} == {MINE, typed}
    said = capsys.readouterr().out
    assert all(f"lessons/backups/{copy.name}" in said for copy in course.backups)


def test_while_git_merges_other_lessons_are_left_alone(course, capsys, monkeypatch):
    other = LESSON.replace("03_conv_layers", "04_training")
    monkeypatch.setitem(LESSONS, other, Lesson("training", "Make it learn", "fit 8 15"))
    file = course.clone / "lessons" / f"{other}.py"
    (course.upstream / "lessons" / f"{other}.py").write_text(small("relu"))
    course.publish(OLD)
    course.git("pull", "-q")
    (course.upstream / "lessons" / f"{other}.py").write_text(OLD)
    in_conflict(course, "merge")
    merged_by_git = file.read_text()
    assert run() == 1
    assert file.read_text() == merged_by_git == OLD


def test_a_conflict_over_a_lesson_that_was_taken_out_is_left_to_the_learner(course, capsys):
    course.write(MINE)
    course.git("commit", "-qam", "Mine")
    course.publish(None)
    course.git(*PULLS["merge"], fails=True)
    assert run() == 2
    assert "the course took this lesson out" in capsys.readouterr().out
    assert course.read() == MINE


def test_markers_of_which_git_knows_nothing_are_left_alone(course, capsys):
    in_conflict(course, "merge")
    marked = course.read()
    course.git("add", "lessons")
    course.git("commit", "-qm", "Oh")
    assert run() == 2
    assert course.read() == marked and course.backups == []
    assert "it holds merge-conflict markers" in capsys.readouterr().out


# ---- work from elsewhere -------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["", "lessons"])
@pytest.mark.parametrize("repository", [True, False])
def test_work_of_another_folder_is_carried_here(course, capsys, tmp_path, inner, repository):
    older = tmp_path / "old download"
    if repository:
        git(tmp_path, "clone", "-q", str(course.upstream), str(older))
    (older / "lessons").mkdir(exist_ok=True, parents=True)
    (older / "lessons" / f"{LESSON}.py").write_text(MINE)
    course.publish(CLEAN)
    course.git("pull", "-q")
    source = str(older / inner)
    assert run("--from", source, "--dry-run") == 0 and course.read() == CLEAN
    assert run("--from", source) == 0
    merged_well(course.read())
    assert (older / "lessons" / f"{LESSON}.py").read_text() == MINE
    assert [copy.read_text() for copy in course.backups] == [CLEAN]
    capsys.readouterr()
    assert run("--from", source) == 0 and "nothing to do" in capsys.readouterr().out
    course.write(course.read().replace("own = 1", "own = 2"))
    assert run("--from", source) == 2  # there is work of its own now
    said = capsys.readouterr().out
    assert "holds work of its own" in said and "own = 2" in course.read()
    assert len(said.splitlines()) == 1


def test_without_git_anywhere_work_is_carried_too(course, capsys, tmp_path, monkeypatch):
    older, folder = tmp_path / "old", tmp_path / "new"
    for place, text in ((older, MINE), (folder, CLEAN)):
        (place / "lessons").mkdir(parents=True)
        (place / "lessons" / f"{LESSON}.py").write_text(text)
        (place / "solutions").mkdir()
        solved = (text if text == CLEAN else OLD).replace(
            "    raise NotImpl", "    # raise NotImpl"
        )
        solved = re.sub(r"    # Write.*\n    # raise.*\n", solution, solved)
        (place / "solutions" / f"{LESSON}.py").write_text(solved)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert nothing_to_do(capsys)
    assert run("--from", str(older)) == 0
    merged_well((folder / "lessons" / f"{LESSON}.py").read_text())


def test_without_git_what_one_changed_in_a_lesson_is_no_conflict(tmp_path, monkeypatch, capsys):
    only_one_lesson(monkeypatch, tmp_path)
    solved = re.sub(r"    # Write.*\n    raise.*\n", solution, OLD)
    for name, text in (("solutions", solved), ("lessons", OLD.replace("a picture", "mine"))):
        (tmp_path / "my clöne" / name).mkdir(parents=True)
        (tmp_path / "my clöne" / name / f"{LESSON}.py").write_text(text)
    monkeypatch.chdir(tmp_path / "my clöne")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert nothing_to_do(capsys)


def solution(_: re.Match) -> str:
    return "    ### BEGIN SOLUTION\n    return 0\n    ### END SOLUTION\n"


def test_a_lesson_of_the_other_folder_without_work_does_not_stand_in_the_way(
    course, tmp_path, capsys
):
    git(tmp_path, "clone", "-q", str(course.upstream), str(tmp_path / "old"))
    course.write(MINE)
    assert run("--from", str(tmp_path / "old")) == 0 and course.read() == MINE


@pytest.mark.parametrize("source", [".", "lessons"])
def test_work_of_this_very_folder_is_here_already(course, capsys, source):
    course.write(MINE)
    assert run("--from", source) == 0 and course.read() == MINE and course.backups == []
    assert "nothing to do" in capsys.readouterr().out


def test_a_folder_without_lessons_is_refused(course, tmp_path):
    with pytest.raises(CourseError, match="There are no lessons in"):
        run("--from", str(tmp_path / "none"))


# ---- one lesson may not cost the others their turn -----------------------------------------------


def test_what_cannot_be_read_is_said_and_the_rest_is_done(course, capsys):
    course.write("\udcff" and "nothing")
    course.file.write_bytes(b"\xff\xfe")
    course.notebook.write_text(as_notebook(MINE))
    course.publish(CLEAN)
    course.git("checkout", "-q", "--", "lessons")
    course.git("pull", "-q")
    course.file.write_bytes(b"\xff\xfe")
    assert run() == 2
    said = capsys.readouterr().out
    assert f"lessons/{LESSON}.py was left as it is: it is not UTF-8 text" in said
    assert "it must be" in course.notebook.read_text()
    assert course.file.read_bytes() == b"\xff\xfe"


def test_a_lesson_of_which_nothing_is_known_spares_the_others(course, capsys, monkeypatch):
    rows = {"01_data": Lesson("data", "Data", "tile 1 1"), **LESSONS}
    monkeypatch.setattr("autograder.upkeep.updating.LESSONS", rows)
    monkeypatch.setitem(LESSONS, "01_data", rows["01_data"])
    course.notebook.write_text(as_notebook(MINE))
    course.publish(CLEAN)
    course.git("pull", "-q")
    assert run() == 2
    said = capsys.readouterr().out
    assert "01_data: The lesson 01_data as it was is not to be had" in said
    assert "it must be" in course.notebook.read_text()


def test_a_file_that_may_not_be_changed_is_changed_all_the_same_and_stays_so(course):
    course.write(MINE)
    course.publish(CLEAN)
    course.file.chmod(0o444)
    assert run("--pull") == 0
    assert course.file.stat().st_mode & 0o777 == 0o444
    merged_well(course.read())


def test_inside_a_hook_of_another_repository(course, monkeypatch, capsys):
    monkeypatch.setenv("GIT_DIR", str(course.upstream / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    course.notebook.write_text(as_notebook(MINE))
    assert run() == 0 and "nothing to do" in capsys.readouterr().out


def test_the_lessons_that_were_ever_released_are_carried_from_one_to_the_next():
    """The real history: nobody's answers get lost on the way through it."""
    from autograder.clone import CODE
    from autograder.upkeep.carry import carry
    from autograder.upkeep.pristine import pristine, versions

    new = script_of(pristine("03_conv_layers", CODE))
    for old in versions("03_conv_layers", CODE):
        mine = script_of(old.replace("    raise NotImplementedError", "    return 'mine'"))
        found = carry(script_of(old).parts, new.parts, mine.parts)
        text = new.written(found.parts).decode()
        assert text.count("return 'mine'") == old.count("raise NotImplementedError")
    assert Path(CODE).exists()
