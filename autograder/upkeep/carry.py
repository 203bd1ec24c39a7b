"""Carries a learner's work, cell by cell, into a lesson that has changed. Nothing of it is lost.

Three lists of cells go in: the lesson as it was when the learner began (`base`, if that is known),
as it is now (`new`), and what the learner has (`mine`). The cells of the new lesson give the order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.upkeep.pairing import defines, pairs, renames, with_name
from autograder.upkeep.parts import Part

BEGIN = "# ---- The lesson has changed: the exercise now begins as follows; your answer is below."
END = "# ---- Delete these lines once you have compared the two."


@dataclass
class Carried:
    """The cells that come out, and what is to be said of them."""

    parts: list[Part] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # the exercises whose answers were carried
    added: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)  # what it is called now, and was
    removed: list[str] = field(default_factory=list)  # with an answer, which is kept at the end
    conflicts: list[tuple[str, int]] = field(default_factory=list)  # what, and which part


def carry(base: Sequence[Part] | None, new: Sequence[Part], mine: Sequence[Part]) -> Carried:
    """Merge three lists of cells; without a base, what differs may be anybody's."""
    return _Merge(base, new, _marked_again(new, mine)).result()


def _marked_again(new: Sequence[Part], mine: Sequence[Part]) -> list[Part]:
    """Return the learner's cells with the marks that some of them lost on the way."""
    there = {part.grade_id for part in mine}
    found = list(mine)
    for wanted in (part for part in new if part.is_solution and part.grade_id not in there):
        places = [i for i, part in enumerate(mine) if defines(part, wanted.grade_id)]
        if len(places) == 1 and not mine[places[0]].grade_id:
            found[places[0]] = replace(
                mine[places[0]], marks=wanted.marks, tags=wanted.tags, head=wanted.head
            )
    return found


class _Merge:
    """One merge: which cell is which, and then each cell of the new lesson in its turn."""

    def __init__(
        self, base: Sequence[Part] | None, new: Sequence[Part], mine: Sequence[Part]
    ) -> None:
        self.known = base is not None
        self.base, self.new, self.mine = list(base or ()), list(new), list(mine)
        self.out = Carried()
        self.names = renames(self.base, self.new, self.mine)
        self.now = pairs(self.base, self.new, self.names)  # from base to new
        self.was = {there: here for here, there in self.now.items()}
        self.origin = pairs(self.mine, self.base, {})
        self.place = self._placed()

    def _placed(self) -> dict[int, int]:
        """Return where each of the learner's cells belongs in the new lesson."""
        place = pairs(self.mine, self.new, self.names, alike=not self.known)
        taken = set(place.values())
        for here, there in self.origin.items():
            now = self.now.get(there)
            if here not in place and now is not None and now not in taken:
                place[here] = now
                taken.add(now)
        return place

    def result(self) -> Carried:
        """Put the cells together, and find where those are that need a look."""
        at = {there: here for here, there in self.place.items()}
        behind, ends = self._own_cells()
        chosen = list(behind.get(-1, []))
        looks: list[tuple[str, Part]] = []
        for number, part in enumerate(self.new):
            mine = self.mine[at[number]] if number in at else None
            cells = self._cells(number, part, mine, looks)
            chosen += [*cells, *behind.get(number, [])]
        self.out.parts = [*chosen, *ends]
        position = {id(part): i for i, part in enumerate(self.out.parts)}
        self.out.conflicts = [(what, position[id(part)]) for what, part in looks]
        return self.out

    # ---- what is the learner's alone -------------------------------------------------------------

    def _own_cells(self) -> tuple[dict[int, list[Part]], list[Part]]:
        """Return additional cells by the cell that they stand behind, and those for the end."""
        behind: dict[int, list[Part]] = {}
        ends: list[Part] = []
        last = -1
        for number, part in enumerate(self.mine):
            if number in self.place:
                last = self.place[number]
            elif self._is_gone(part):
                ends += self._kept(number, part)
            elif part.is_check and part.grade_id not in self._ids(self.new):
                behind.setdefault(last, []).extend(self._beside(part, self._check_of(part)))
            elif not self._is_the_courses(number, part):
                behind.setdefault(last, []).append(self._renamed(part))
        return behind, ends

    def _renamed(self, part: Part) -> Part:
        """Return a cell, if it is another part of an answer, with the name that this has now."""
        was, name = part.grade_id, self.names.get(part.grade_id)
        if not name or not part.is_solution:
            return part
        source, head = (with_name(text, was, name) for text in (part.source, part.head))
        return replace(part, source=source, head=head, marks={**part.marks, "grade_id": name})

    def _is_the_courses(self, number: int, part: Part) -> bool:
        """Tell whether the course took out a cell that the learner left as it was."""
        there = self.origin.get(number)
        if there is None or there in self.now:
            return False
        return part.text == self.base[there].text

    def _check_of(self, part: Part) -> str:
        """Return what the course had in a check that is no longer there."""
        name = part.grade_id.removeprefix("check-")
        texts = [there.text for there in self.base if there.grade_id == part.grade_id]
        return "\n".join([*texts, f'check("{name}")'])

    def _is_gone(self, part: Part) -> bool:
        """Tell whether a cell is of an exercise that is no longer in the lesson."""
        if not part.is_solution or part.grade_id in {*self._ids(self.new), *self.names}:
            return False
        return part.grade_id in self._ids(self.base) or not self.known

    def _kept(self, number: int, part: Part) -> list[Part]:
        """Return an answer to what is asked no more, for the end; nothing if there is none."""
        there = self.origin.get(number)
        if there is not None and part.text == self.base[there].text:
            return []
        self.out.removed.append(part.grade_id)
        words = f"## {part.grade_id} is no longer asked for\n\nYour answer is kept here, ungraded."
        return [Part(words, "markdown"), replace(part, tags=("experiment",), marks={}, head="")]

    @staticmethod
    def _ids(parts: Sequence[Part]) -> set[str]:
        return {part.grade_id for part in parts if part.is_solution or part.is_check}

    # ---- cell by cell ----------------------------------------------------------------------------

    def _cells(
        self, number: int, new: Part, mine: Part | None, looks: list[tuple[str, Part]]
    ) -> list[Part]:
        """Return what stands in the place of one cell of the new lesson."""
        base = self.base[self.was[number]] if number in self.was else None
        if mine is None or (new.is_solution and not mine.text):
            return self._without_mine(new, base)
        if new.is_solution:
            return [self._answer(base, new, mine, looks)]
        if mine.text == new.text:
            return [_as(new, mine)]
        if base and mine.text == base.text:
            return [new]
        if new.is_check or new.kind == "top":
            return self._courses(base, new, mine)
        if base and base.text == new.text:
            return [_as(new, mine)]
        looks.append(("a cell that both you and the course changed", new))
        return [new, mine] if mine.text else [new]

    def _without_mine(self, new: Part, base: Part | None) -> list[Part]:
        """Bring a cell that the learner does not have, unless what it asks for is elsewhere."""
        name = new.grade_id
        if new.is_solution and any(defines(part, name) and part.is_solution for part in self.mine):
            return []
        if new.is_solution and base is None:
            self.out.added.append(name)
        return [new]

    def _courses(self, base: Part | None, new: Part, mine: Part) -> list[Part]:
        """Return a check, or the top; a line of code that the learner put there stays beside it."""
        if new.kind == "top" and (base is None or base.text == new.text):
            return [mine]
        return [new, *self._beside(mine, f"{new.text}\n{base.text if base else ''}")]

    @staticmethod
    def _beside(mine: Part, courses: str) -> list[Part]:
        """Return a cell with the code that a learner put where the course stands alone."""
        theirs = {*courses.split("\n"), ""}
        lines = [line for line in mine.text.split("\n") if line not in theirs]
        code = [line for line in lines if mine.is_check or not line.startswith("#")]
        tags = ("experiment",) if mine.is_check else ()
        return [Part("\n".join(lines), tags=tags)] if code else []

    def _answer(
        self, base: Part | None, new: Part, mine: Part, looks: list[tuple[str, Part]]
    ) -> Part:
        """Return a cell with the learner's answer, if there is one."""
        name, was = new.grade_id, mine.grade_id
        if mine.text == new.text:
            return _as(new, mine)
        if base.text == mine.text if base else _lines(mine.text) <= _lines(new.text):
            self.out.added += [name] * (was != name)
            return new
        self.out.answers.append(name)
        answer = mine
        if was != name:
            self.out.renamed[name] = was
            answer = self._with_new_name(mine, name)
        block = _block(new)
        if _fits(base, new, answer, was) or block in mine.source:
            return _as(new, answer)
        found = _as(new, replace(answer, source=_below(block, _without_block(answer.source))))
        looks.append((f"{name}, which both you and the course changed", found))
        return found

    def _with_new_name(self, mine: Part, name: str) -> Part:
        """Return an answer under its new name; the old one stays where others call it so."""
        was, source = mine.grade_id, with_name(mine.source, mine.grade_id, name)
        if any(
            with_name(part.source, was, name) != part.source
            for number, part in enumerate(self.mine)
            if part.kind == "code" and part.grade_id != was and self._is_the_learners(number, part)
        ):
            source = source.rstrip("\n") + f"\n\n\n{was} = {name}  # as you call it elsewhere\n"
        return replace(mine, source=source)

    def _is_the_learners(self, number: int, part: Part) -> bool:
        there = self.origin.get(number)
        return not part.is_check and (there is None or part.text != self.base[there].text)


def _as(new: Part, mine: Part) -> Part:
    """Return a learner's cell with the marks that the new lesson gives it."""
    if (mine.marks, mine.tags, mine.kind) == (new.marks, new.tags, new.kind):
        return mine
    return replace(mine, marks=new.marks, tags=new.tags, kind=new.kind, head=new.head)


def _fits(base: Part | None, new: Part, answer: Part, was: str) -> bool:
    """Tell whether an answer still belongs to what is asked."""
    if base:
        return with_name(base.text, was, new.grade_id) == new.text
    names = re.findall(r"^(?:def|class) +(\w+)", new.text, re.MULTILINE)
    return all(defines(answer, name) for name in names)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.split("\n")} - {""}


def _block(new: Part) -> str:
    """Return how an exercise begins now, as comments; not at the margin, where `%%` has a sense."""
    lines = [f"#     {line}".rstrip() for line in new.text.split("\n")]
    return "\n".join([BEGIN, *lines, END]) + "\n"


def _without_block(source: str) -> str:
    """Take out how an exercise began before, unless the learner wrote into it."""
    lines = rf"^{re.escape(BEGIN)}\n(?:#(?:     .*)?\n)*{re.escape(END)}\n"
    return re.sub(lines, "", source, flags=re.MULTILINE)


def _below(block: str, source: str) -> str:
    """Put an answer below; a cell magic must stay the first line."""
    first, end, rest = source.partition("\n")
    return f"{first}{end}{block}{rest}" if first.startswith("%%") else block + source
