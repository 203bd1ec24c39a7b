"""Lessons in JupyterLab, by what its server answers: no browser is needed."""

import json
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
import pytest
from journey import RIGHT, lab, make_learner
from jupyter_client.blocking import BlockingKernelClient

from autograder.syllabus import LESSONS

SOLVED = "(weight.flatten(1) @ patches)"
BOTH = "ipynb,py:percent"
FILE = "lessons/03_conv_layers.py"
OUTPUT = nbformat.v4.new_output("stream", name="stdout", text="what was printed\n")


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    return make_learner(tmp_path_factory.mktemp("day"))


@pytest.fixture(scope="module")
def started(learner):
    with lab(learner) as found:
        yield found


@pytest.fixture
def here(started):
    """Give the lab back as it was found."""
    folder = started.learner.clone / "lessons"
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    yield started
    for path in [path for path in folder.iterdir() if path.is_file()]:
        path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def run_in_page(notebook):
    """Do to a notebook what the page does while a learner runs it: metadata, numbers, outputs."""
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook["metadata"]["kernelspec"] = spec
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13.0"}
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"trusted": True, "execution": {"iopub.status.busy": "2026"}}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": number, "outputs": [dict(OUTPUT)]}


def solve(notebook, answer=RIGHT, name="conv2d"):
    (cell,) = [one for one in notebook["cells"] if mark_of(one) == name]
    cell["source"] = answer


def mark_of(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


# ---- a lesson is a notebook, and stays a file ----------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_opens_as_a_notebook_and_is_saved_byte_for_byte_as_it_was(here, lesson):
    path, before = f"lessons/{lesson}.py", here.learner.read(here.learner.lesson(lesson))
    for _ in range(2):
        model = here.open(path)
        assert model["type"] == "notebook" and model["writable"]
        nbformat.validate(model["content"])
        run_in_page(model["content"])
        here.save(path, model["content"])
        assert here.learner.read(here.learner.lesson(lesson)) == before


@pytest.mark.parametrize("lesson", LESSONS)
def test_marks_and_tags_are_those_of_the_lesson(here, lesson):
    wanted = jupytext.read(here.learner.lesson(lesson), fmt="py:percent").cells
    notebook = here.open(f"lessons/{lesson}.py")["content"]
    found = notebook["cells"]
    assert [cell["metadata"] for cell in found] == [cell.metadata for cell in wanted]
    assert [cell["source"] for cell in found] == [cell.source for cell in wanted]
    run_in_page(notebook)
    here.save(f"lessons/{lesson}.py", notebook)
    after = jupytext.read(here.learner.lesson(lesson), fmt="py:percent").cells
    assert [cell.metadata for cell in after] == [cell.metadata for cell in wanted]


def test_what_was_printed_is_not_kept_and_no_file_appears_beside(here):
    folder = here.learner.clone / "lessons"
    before = sorted(path.name for path in folder.iterdir())
    notebook = here.open(FILE)["content"]
    solve(notebook)
    run_in_page(notebook)
    here.save(FILE, notebook)
    text = here.learner.read()
    assert SOLVED in text and "what was printed" not in text and "trusted" not in text
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        name for name in before if not name.startswith(".")
    ]


def test_the_page_opens_python_files_as_notebooks_and_asks_for_no_news(here):
    found = here.ask("settings", base="lab/api")["settings"]
    settings = {one["id"]: one["schema"].get("properties", {}) for one in found}
    viewers = settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
    assert viewers["default"] == {"python": "Jupytext Notebook"}
    news = settings["@jupyterlab/apputils-extension:notification"]["fetchNews"]
    assert news["default"] == "false"


def test_links_of_a_lesson_lead_to_files_that_the_lab_serves(here):
    cells = here.open(FILE)["content"]["cells"]
    links = re.findall(r"\]\(\.\./([^)]+)\)", "".join(cell["source"] for cell in cells))
    assert links
    for link in links:
        assert here.ask(f"contents/{link}?content=0")["path"] == link


# ---- pairing never brings answers back -----------------------------------------------------------


def put_back_by_hand(learner, pristine):
    learner.lesson().write_bytes(pristine.encode())


def put_back_by_command(learner, pristine):
    done = learner.run("reset", "conv2d")
    assert done.returncode == 0, done.stderr


put_back = pytest.mark.parametrize("put_back", [put_back_by_hand, put_back_by_command])


def answers_in(here, path=FILE):
    """Return what the page shows of conv2d, now that the file is opened again."""
    cells = here.open(path)["content"]["cells"]
    assert not any(SOLVED in cell["source"] for cell in cells)
    (source,) = [cell["source"] for cell in cells if mark_of(cell) == "conv2d"]
    return source


def solve_and_save(here, **metadata):
    pristine, notebook = here.learner.read(), here.open(FILE)["content"]
    solve(notebook)
    run_in_page(notebook)
    notebook["metadata"]["jupytext"] |= metadata
    here.save(FILE, notebook)
    assert SOLVED in here.learner.read()
    return pristine


def save_again(here):
    """Save what is shown, as the page does by itself every two minutes; look at the file."""
    here.save(FILE, here.open(FILE)["content"])
    assert SOLVED not in here.learner.read()


@put_back
def test_an_answer_that_was_put_back_is_gone(here, put_back):
    put_back(here.learner, solve_and_save(here))
    assert "raise NotImplementedError" in answers_in(here)
    save_again(here)


@put_back
@pytest.mark.parametrize("newer", [False, True])
def test_a_notebook_that_lies_beside_brings_nothing_back(here, put_back, newer):
    pristine = solve_and_save(here)
    beside = here.learner.lesson().with_suffix(".ipynb")
    jupytext.write(jupytext.read(here.learner.lesson()), beside)
    put_back(here.learner, pristine)
    if newer:
        os.utime(beside, (time.time() + 60,) * 2)
    assert "raise NotImplementedError" in answers_in(here)
    save_again(here)


@put_back
def test_a_learner_who_pairs_by_the_menu_gets_nothing_back_either(here, put_back):
    pristine = solve_and_save(here, formats=BOTH)
    beside = here.learner.lesson().with_suffix(".ipynb")
    assert SOLVED in beside.read_text(), "this one was asked for"
    assert "formats" not in here.learner.read(), "the next session would pair them again"
    put_back(here.learner, pristine)
    assert "raise NotImplementedError" in answers_in(here)
    save_again(here)


def test_the_command_puts_the_notebook_beside_back_too(here):
    put_back_by_command(here.learner, solve_and_save(here, formats=BOTH))
    assert "raise NotImplementedError" in answers_in(here, FILE.replace(".py", ".ipynb"))


def test_what_the_user_pairs_everywhere_is_not_paired_here(tmp_path_factory):
    learner = make_learner(tmp_path_factory.mktemp("pairs"))
    pair_everywhere(learner.home)
    with lab(learner) as here:
        put_back_by_hand(learner, solve_and_save(here))
        assert not list(learner.clone.glob("lessons/*.ipynb"))
        assert "raise NotImplementedError" in answers_in(here)


def pair_everywhere(home):
    settings = home / ".config" / "jupytext" / "jupytext.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'formats = "{BOTH}"\n')


# ---- the kernel ----------------------------------------------------------------------------------


def strange_kernel(data):
    """Write a kernel of the same name that does not work."""
    folder = data / "kernels" / "python3"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-c", "raise SystemExit('the wrong kernel')", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Somebody's", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    return data


@pytest.mark.parametrize("where", ["nowhere", "in the home", "in JUPYTER_PATH"])
def test_the_kernel_is_that_of_the_course(tmp_path_factory, where):
    learner, env = make_learner(tmp_path_factory.mktemp("kernel")), {}
    if where == "in the home":
        strange_kernel(learner.home / ".local" / "share" / "jupyter")
        strange_kernel(learner.home / ".ipython")
    elif where == "in JUPYTER_PATH":
        env["JUPYTER_PATH"] = strange_kernel(learner.home / "elsewhere")
    with lab(learner, **env) as here:
        name = here.open(FILE)["content"]["metadata"]["kernelspec"]["name"]
        found = here.ask("kernels", "POST", {"name": name, "path": FILE})
        said = answer_of(
            learner, found["id"],
            "import os, sys, autograder; print([sys.prefix, autograder.__file__, os.getcwd()])",
        )  # fmt: skip
    home = learner.clone / "lessons"
    assert said == [sys.prefix, str(learner.clone / "autograder" / "__init__.py"), str(home)]


def answer_of(learner, kernel, code):
    """Run code in a kernel, and return the list that it prints."""
    client = BlockingKernelClient()
    client.load_connection_file(
        str(Path(learner.env["JUPYTER_RUNTIME_DIR"]) / f"kernel-{kernel}.json")
    )
    client.start_channels()
    client.hb_channel.time_to_dead = 60.0  # a busy machine is not a dead kernel
    try:
        client.wait_for_ready(timeout=60)
        printed = []
        client.execute_interactive(
            code, timeout=60, output_hook=lambda message: printed.append(message["content"])
        )
    finally:
        client.stop_channels()
    (text,) = [content["text"] for content in printed if "text" in content]
    return json.loads(text.replace("'", '"'))
