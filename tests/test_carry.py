"""The merge of three lists of cells: what is the learner's stays, what is the course's is new."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_lessons import (
    IMPORTS,
    RAISE,
    SHOW,
    TOP,
    WORDS,
    answered,
    check,
    exercise,
    marks,
    small,
    stub,
    text_of,
)

from autograder.upkeep.carry import BEGIN, END, Carried, carry
from autograder.upkeep.pairing import most_alike
from autograder.upkeep.parts import Part, script_of, sheet_of, taken_apart

OLD = small()
MINE = answered(OLD, relu="return x * (x > 0)", conv2d="return 'mine'")


def merged(base: str | None, new: str, mine: str) -> tuple[Carried, str]:
    """Carry, and return what is to be said and the text; a second time nothing changes."""
    sheet = script_of(mine)
    found = carry(base and script_of(base).parts, script_of(new).parts, sheet.parts)
    text = sheet.written(found.parts).decode()
    for again in (new, base):
        once_more = carry(again and script_of(again).parts, script_of(new).parts, parts(text))
        said = [(part.text, part.marks) for part in once_more.parts]
        assert said == [(part.text, part.marks) for part in parts(text)]
    return found, text


def parts(text: str) -> list[Part]:
    return script_of(text).parts


def cell(text: str, name: str) -> str:
    (found,) = [part.text for part in parts(text) if part.grade_id == name]
    return found


def test_nothing_changes_where_the_lesson_did_not():
    found, text = merged(OLD, OLD, MINE)
    assert text == MINE
    assert (found.added, found.renamed, found.removed, found.conflicts) == ([], {}, [], [])


def test_a_lesson_that_was_not_begun_becomes_the_new_one():
    new = small("conv2d", "dropout").replace("a picture", "a nicer picture")
    assert merged(OLD, new, OLD)[1].split() == new.split()


def test_answers_are_carried_and_texts_are_new():
    new = OLD.replace("and why that is so", "and why it must be so")
    found, text = merged(OLD, new, MINE)
    assert text == MINE.replace("and why that is so", "and why it must be so")
    assert found.answers == ["conv2d", "relu"]


def test_a_stub_that_was_not_touched_becomes_the_new_stub():
    new = OLD.replace("def dropout(x, p)", "def dropout(x, p, training)")
    found, text = merged(OLD, new, MINE)
    assert "def dropout(x, p, training)" in text
    assert found.conflicts == []


def test_where_both_changed_an_answer_it_stays_live_below_the_new_stub():
    new = OLD.replace("def relu(x):", "def relu(x, slope):")
    found, text = merged(OLD, new, MINE)
    assert [what for what, _ in found.conflicts] == ["relu, which both you and the course changed"]
    lines = cell(text, "relu").split("\n")
    assert (lines[0], lines[1]) == (BEGIN, "#     def relu(x, slope):")
    live = lines[lines.index(END) + 1 :]
    assert "\n".join(live) == cell(MINE, "relu")
    assert all(line.startswith("#") for line in lines[: lines.index(END) + 1])
    assert found.parts[found.conflicts[0][1]].grade_id == "relu"


def test_of_several_changes_only_the_last_stands_above_an_answer():
    texts = [OLD, *(OLD.replace("Keep what is positive", f"Bend {n}") for n in (1, 2))]
    _, once = merged(texts[0], texts[1], MINE)
    found, twice = merged(texts[1], texts[2], once)
    assert [what[:4] for what, _ in found.conflicts] == ["relu"]
    assert twice.count(BEGIN) == twice.count(END) == 1
    assert "Bend 2" in twice and "Bend 1" not in twice
    noted = once.replace(END, f"note = 'mine'\n{END}")  # not the course's alone: it stays
    assert "note = 'mine'" in merged(texts[1], texts[2], noted)[1]


def test_a_cell_magic_stays_the_first_line():
    mine = MINE.replace("def relu(x):", "%%time\ndef relu(x):")
    new = OLD.replace("def relu(x):", "def relu(x, slope):")
    assert cell(merged(OLD, new, mine)[1], "relu").startswith(f"%%time\n{BEGIN}\n")


def test_half_an_answer_is_an_answer():
    half = OLD.replace(RAISE, f"    begun = 1\n{RAISE}", 1)
    new = OLD.replace("def conv2d(x, weight)", "def conv2d(x, weight, bias)")
    _, text = merged(OLD, new, half)
    assert "begun = 1" in text and "weight, bias" in text


def test_an_exercise_that_is_new_comes_as_a_stub():
    found, text = merged(small("conv2d", "relu"), OLD, answered(small("conv2d", "relu"), relu="x"))
    assert found.added == ["dropout"]
    assert "dropout(x, p)" in text and cell(text, "check-dropout")


def test_the_answer_to_what_is_asked_no_more_is_kept_at_the_end_and_not_graded():
    found, text = merged(OLD, small("conv2d", "dropout"), MINE)
    assert found.removed == ["relu"]
    heading, answer = parts(text)[-2:]
    assert heading.kind == "markdown"
    assert heading.text.startswith("# ## relu is no longer asked for")
    assert (answer.tags, answer.marks) == (("experiment",), {})
    assert answer.text == cell(MINE, "relu")
    assert "check-relu" not in text


def test_what_is_asked_no_more_and_was_not_begun_goes():
    found, text = merged(OLD, small("conv2d", "relu"), MINE)
    assert found.removed == [] and "dropout" not in text


def renamed_to(name: str, text: str = OLD) -> str:
    return text.replace("relu", name)


def test_a_renamed_exercise_takes_its_answer_along():
    mine = MINE.replace("x * (x > 0)", "x * (x > 0) or relu(x) or relu6")
    found, text = merged(OLD, renamed_to("rectified"), mine)
    assert found.renamed == {"rectified": "relu"}
    assert cell(text, "rectified").endswith("return x * (x > 0) or rectified(x) or relu6")
    assert not found.removed and not found.conflicts and "check-relu" not in text


def test_what_another_library_calls_by_that_name_stays():
    mine = answered(OLD, relu="return torch.relu(x) + F.relu(x)")
    _, text = merged(OLD, renamed_to("rectified"), mine)
    assert cell(text, "rectified").endswith("return torch.relu(x) + F.relu(x)")


def test_a_renamed_exercise_can_still_be_called_by_its_old_name():
    mine = answered(OLD, relu="return x * (x > 0)", dropout="return relu(x)")
    found, text = merged(OLD, renamed_to("rectified"), mine)
    assert "return relu(x)" in cell(text, "dropout") and not found.conflicts
    assert cell(text, "rectified").split("\n")[-1].startswith("relu = rectified  # ")
    _, text = merged(OLD, renamed_to("rectified"), MINE)  # where nothing of the learner's calls it
    assert "relu" not in cell(text, "rectified")


def test_an_answer_in_two_cells_that_are_both_marked_stays_together_when_it_is_renamed():
    helper = f"# %% nbgrader={marks('relu')}\ndef helper(x):\n    return x\n\n"
    for mine in (
        MINE.replace(f"# %% nbgrader={marks('relu')}", f"{helper}# %% nbgrader={marks('relu')}"),
        MINE.replace(check("relu"), helper + check("relu")),
    ):
        found, text = merged(OLD, renamed_to("rectified"), mine)
        assert not found.removed and "no longer asked for" not in text
        assert text.count(f"nbgrader={marks('rectified')}") == 2 and marks("relu") not in text
        assert "def helper" in text and text.count("def rectified") == 1
        assert text.index("def helper") < text.index('check("rectified")')


def test_a_renamed_exercise_is_known_elsewhere_too():
    cells = [*exercise("dropout"), *exercise("conv2d"), SHOW, *exercise("relu")]
    new = renamed_to("rectified", text_of(IMPORTS, WORDS, *cells))
    found, _ = merged(OLD, new, MINE)
    assert found.renamed == {"rectified": "relu"} and not found.conflicts


def test_an_exercise_in_the_same_place_is_taken_for_the_renamed_one():
    begin = "def bend(values, mode, strength):\n    '''Quite other words stand here.'''\n"
    cells = [*exercise("conv2d"), SHOW, *exercise("bend", begin), *exercise("dropout")]
    found, text = merged(OLD, text_of(IMPORTS, WORDS, *cells), MINE)
    assert found.renamed == {"bend": "relu"}
    assert "return x * (x > 0)" in cell(text, "bend")
    assert [what[:4] for what, _ in found.conflicts] == ["bend"]  # for the stub is another one


def test_an_exercise_elsewhere_that_is_not_alike_is_another_one():
    begin = "def bend(values, mode, strength):\n    '''Quite other words stand here.'''\n"
    cells = [*exercise("bend", begin), *exercise("conv2d"), *exercise("dropout")]
    found, _ = merged(OLD, text_of(IMPORTS, WORDS, *cells), MINE)
    assert (found.renamed, found.removed, found.added) == ({}, ["relu"], ["bend"])


OWN = "# %%\nmine = 1\n"


@pytest.mark.parametrize("before", [IMPORTS, check("conv2d"), SHOW, check("dropout")])
def test_a_cell_of_ones_own_stays_behind_the_cell_that_it_stood_behind(before):
    mine = MINE.replace(before, f"{before}\n{OWN}\n# %%\nand_this = 2\n")
    begin = [*exercise("relu"), SHOW, IMPORTS, *exercise("conv2d")]
    new = text_of(*begin, WORDS, *exercise("dropout"))
    _, text = merged(OLD, new, mine)
    texts = [part.text for part in parts(text)]
    at = texts.index("mine = 1")
    assert texts[at - 1] == parts(TOP + before)[1].text
    assert texts[at + 1] == "and_this = 2"


def test_a_cell_of_ones_own_at_the_top_stays_there():
    mine = MINE.replace(IMPORTS, f"{OWN}\n{IMPORTS}")
    assert parts(merged(OLD, OLD + "\n" + SHOW, mine)[1])[1].text == "mine = 1"


def test_another_cell_that_one_changed_stays_changed():
    mine = MINE.replace("import math", "import math\nimport json").replace("and another", "mine")
    new = OLD.replace("that is so", "this is so")
    assert merged(OLD, new, mine)[1] == mine.replace("that is so", "this is so")


@pytest.mark.parametrize(
    ("old", "yours", "theirs"),
    [("import math", "import math, json", "import math, sys"),
     ("why that is so", "why that is so. I see!", "why that must be so"),
     ('print("and another")', 'print("mine")', 'print("theirs")')],
)  # fmt: skip
def test_another_cell_that_both_changed_is_there_twice(old, yours, theirs):
    found, text = merged(OLD, OLD.replace(old, theirs), MINE.replace(old, yours))
    (what, number) = found.conflicts[0]
    assert theirs in found.parts[number].source and yours in found.parts[number + 1].source
    assert what == "a cell that both you and the course changed"
    assert theirs in text and yours in text


def test_cells_that_were_deleted_come_back():
    mine = MINE.replace(WORDS, "").replace(check("relu"), "").replace(stub("dropout"), "")
    assert merged(OLD, OLD, mine)[1].split() == MINE.split()


def test_a_cell_that_the_course_took_out_goes_unless_one_changed_it():
    new = OLD.replace(SHOW, "").replace(WORDS, "")
    mine = MINE.replace("a picture", "my picture")
    _, text = merged(OLD, new, mine)
    assert "my picture" in text and "What a filter sees" not in text


def test_checks_are_always_the_new_ones_and_what_one_wrote_there_is_kept():
    mine = MINE.replace('check("relu")\n', 'check("relu")\nprint(relu(3))\n')
    new = OLD.replace(check("relu"), check("relu", 7))
    new = new.replace('check("conv2d")', 'check("conv2d")  #')
    _, text = merged(OLD, new, mine)
    assert cell(text, "check-relu") == 'check("relu")'
    assert cell(text, "check-conv2d") == 'check("conv2d")  #'
    (relu,) = [part for part in parts(text) if part.grade_id == "check-relu"]
    assert relu.marks["points"] == 7
    (kept,) = [part for part in parts(text) if part.text == "print(relu(3))"]
    assert (kept.marks, kept.tags) == ({}, ("experiment",))


def test_an_answer_whose_marks_were_lost_is_found_by_what_it_defines():
    mine = MINE.replace(f"# %% nbgrader={marks('relu')}", "# %%")
    _, text = merged(OLD, OLD, mine)
    assert text == MINE


def test_answers_that_were_merged_into_one_cell_are_not_put_over_by_a_stub():
    both = cell(MINE, "conv2d") + "\n\n" + cell(MINE, "relu")
    mine = answered(text_of(IMPORTS, WORDS, *exercise("conv2d"), SHOW, check("relu"),
                            *exercise("dropout"))).replace(cell(OLD, "conv2d"), both)  # fmt: skip
    _, text = merged(OLD, OLD, mine)
    assert text.count("def relu") == 1 and "return x * (x > 0)" in text


def test_code_that_cannot_be_parsed_does_not_matter():
    mine = MINE.replace("return 'mine'", "return ((( 'mine\n\tdef )") + "\n# %%\nif if if\n"
    new = OLD.replace("that is so", "this is so")
    assert merged(OLD, new, mine)[1].split() == mine.replace("that is so", "this is so").split()


# ---- no base -------------------------------------------------------------------------------------


def test_without_a_base_answers_are_carried_and_what_differs_is_there_twice():
    new = OLD.replace('print("and another")', 'print("theirs")').replace(
        "def dropout(x, p)", "def dropout(x, p=0.5)"
    )
    found, text = merged(None, new, MINE.replace("Keep what is positive", "Keep"))
    assert "return x * (x > 0)" in cell(text, "relu")
    assert found.conflicts[0][0].startswith("a cell that both")
    assert text.count("and another") == 1 and text.count("theirs") == 1


def test_without_a_base_an_answer_to_another_question_is_below_the_new_stub():
    new = OLD.replace("def relu(x):", "def relu(x):\n    pass\n\ndef relu6(x):")
    found, text = merged(None, new, MINE)
    assert BEGIN in cell(text, "relu") and len(found.conflicts) == 1


def test_without_a_base_an_answer_to_what_is_not_asked_is_kept_at_the_end():
    found, text = merged(None, small("conv2d", "dropout"), MINE)
    assert found.removed == ["relu"] and "return x * (x > 0)" in parts(text)[-1].text


def test_the_base_is_the_version_that_has_most_lines_in_common():
    middle = OLD.replace("that is so", "this is so")
    latest = middle.replace("a picture", "a drawing")
    for version in (OLD, middle, latest):
        assert most_alike(answered(version, relu="return 1"), [latest, middle, OLD]) == version
    assert most_alike(OLD, []) is None
    assert most_alike("what?", [latest, OLD]) == latest  # of equals the newest


# ---- notebooks -----------------------------------------------------------------------------------


def test_a_notebook_keeps_the_outputs_of_cells_that_did_not_change():
    sheet = sheet_of(MINE, ".ipynb")
    for part in sheet.parts:
        if part.cell["cell_type"] == "code":
            part.cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["seen\n"]}]
    new = OLD.replace("a picture", "a drawing").replace("def relu(x):", "def relu(x, slope):")
    base = sheet_of(OLD, ".ipynb").parts
    found = carry(base, sheet_of(new, ".ipynb").parts, sheet.parts)
    after = taken_apart(sheet.written(found.parts), ".ipynb").parts
    seen = {part.grade_id for part in after if part.cell.get("outputs")}
    assert {"conv2d", "check-conv2d", "check-relu", "dropout"} <= seen
    assert "relu" not in seen and BEGIN in cell_of(after, "relu").text
    (drawing,) = [part for part in after if "a drawing" in part.text]
    assert drawing.cell["outputs"] == [] and drawing.cell["execution_count"] is None
    ids = [part.cell["id"] for part in after]
    assert len({*ids}) == len(ids)


def cell_of(found: list[Part], name: str) -> Part:
    return next(part for part in found if part.grade_id == name)


def test_the_base_of_a_notebook_is_found_by_its_texts_too():
    later = OLD.replace("What a filter sees, and why that is so.", "Quite other words.")
    text = "\n".join(part.text for part in sheet_of(later, ".ipynb").parts)
    assert most_alike(text, [OLD, later]) == later


def test_no_two_cells_of_a_notebook_have_one_name():
    sheet = sheet_of(OLD, ".ipynb")
    twice = [*sheet.parts, *sheet.parts, replace(sheet.parts[0], cell=None)]
    ids = [part.cell["id"] for part in taken_apart(sheet.written(twice), ".ipynb").parts]
    assert len({*ids}) == len(ids)


# ---- nothing is lost, whatever happens -----------------------------------------------------------

NAMES = ["conv2d", "relu", "dropout", "tile", "shift"]
LINES = st.sampled_from([f"line_{i} = {i}" for i in range(60)])
BODY = st.lists(LINES, min_size=1, max_size=3, unique=True).map("\n".join)
PLAIN = st.builds(lambda kind, body: (kind, body), st.sampled_from(["code", "experiment"]), BODY)


@st.composite
def lessons(draw):
    """A lesson: exercises in any order and form, with other cells between them."""
    found = [Part(TOP, "top")]
    numbers = iter(draw(st.permutations(range(10))))  # no lesson says the same twice
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5)):
        for kind, body in draw(st.lists(PLAIN, max_size=2)):
            body = f"cell_{next(numbers)} = 1\n{body}"
            found.append(Part(body, tags=("experiment",) if kind == "experiment" else ()))
        begin = f"def {name}(x{draw(st.sampled_from(['', ', y', ', z, size']))}):\n{RAISE}"
        found.append(Part(begin, marks={"grade_id": name, "solution": True}))
        found.append(Part(f'check("{name}")', marks={"grade_id": f"check-{name}", "grade": True}))
    return found


@st.composite
def learners(draw, base):
    """What a learner makes of a lesson: answers, changes, new cells; some are deleted, or moved."""
    found = []
    for number, part in enumerate(base):
        does = draw(st.sampled_from(["leaves", "leaves", "changes", "deletes", "adds", "doubles"]))
        if part.kind == "top" or does in ("leaves", "adds", "doubles"):
            found.append(part)
        if does == "changes" and part.kind != "top":
            lines = [line for line in part.source.split("\n") if "raise" not in line]
            lines.insert(draw(st.integers(0, len(lines))), f"    mine_{number} = {draw(LINES)}")
            found.append(replace(part, source="\n".join(lines)))
        if does == "adds":
            found.append(Part(f"own_{number} = 1\n{draw(LINES)}"))
        if does == "doubles" and part.kind != "top":
            found.append(replace(part, source=f"{part.source}\ndoubled_{number} = 1"))
    return found


def lines_of(found: list[Part]) -> set[str]:
    return {line.strip() for part in found for line in part.source.split("\n") if line.strip()}


def live(found: list[Part]) -> set[str]:
    return {line for line in lines_of(found) if not line.startswith("#")}


@settings(max_examples=120)
@given(st.data())
def test_no_line_of_the_learners_is_ever_lost_and_a_second_time_nothing_changes(data):
    base, new = data.draw(lessons()), data.draw(lessons())
    mine = data.draw(learners(base))
    known = data.draw(st.booleans())
    found = carry(base if known else None, new, mine)
    own = live(mine) - live(base)
    for was in found.renamed.values():
        own = {line for line in own if was not in line}
    assert own <= live(found.parts)
    if not known:
        kept = {line for line in live(mine) if line.startswith("line_")}
        assert kept <= live(found.parts)
    first = [(part.text, part.marks, part.tags) for part in found.parts]
    second = carry(new, new, found.parts)
    assert [(part.text, part.marks, part.tags) for part in second.parts] == first
    assert second.conflicts == [] and second.removed == []


@given(st.data())
def test_every_exercise_of_the_new_lesson_is_there_once_and_in_its_order(data):
    base, new = data.draw(lessons()), data.draw(lessons())
    found = carry(base, new, data.draw(learners(base)))
    asked = [part.grade_id for part in new if part.is_check]
    assert [p.grade_id for p in found.parts if p.is_check and p.grade_id in asked][:1] == asked[:1]
    for part in new:
        if part.is_solution:
            assert any(part.grade_id == other.grade_id for other in found.parts)
