"""What can be seen of pictures that were varied or split, whichever way they came about."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.compare import same_values
from autograder.exercise import Judge
from mnist_course.augmentation import shift

Facts = Callable[[Mapping[str, Any], Mapping[str, Any]], str | None]


def by_facts(facts: Facts) -> Judge:
    """Return a judge of (inputs, what came); beside a wrong answer's values it compares values."""

    def judge(expected: Any, got: Any) -> str | None:
        if isinstance(expected, Mapping) and "judged by" in expected:
            return facts(expected["judged by"], got)
        return same_values(expected, got)

    return judge


def judged_by(inputs: Any) -> dict[str, Any]:
    """Hand the inputs to a judge of facts."""
    return {"judged by": inputs}


# ---- pictures that were varied -----------------------------------------------------------------


def shifts_of(images: Tensor, moved: Any) -> Tensor:
    """Tell which of the 25 shifts by up to two pixels each picture is: bool (N, 25)."""
    if not isinstance(moved, Tensor) or moved.shape != images.shape:
        raise ValueError(f"pictures of shape {tuple(images.shape)} were expected")
    n, _, height, width = images.shape
    windows = F.pad(images, (2, 2, 2, 2)).unfold(2, height, 1).unfold(3, width, 1)
    windows = windows.reshape(n, 25, height, width)
    return (windows - moved).abs().amax(dim=(2, 3)) < 1e-5


def only_moved(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """Every picture is one of its own shifts."""
    if torch.equal(inputs["images"], torch.as_tensor(got["first"])):
        return "every picture is as it was"
    strangers = int((~shifts_of(inputs["images"], got["first"]).any(dim=1)).sum())
    if not strangers:
        return None
    return f"{strangers} of {len(inputs['images'])} pictures are not what came in, moved"


def moved_every_way(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """Each of the 25 shifts occurs, and the next call draws others."""
    shifts = [shifts_of(inputs["images"], got[name]) for name in ("first", "second")]
    missing = int((~shifts[0].any(dim=0)).sum())
    if missing:
        return f"{missing} of the 25 shifts by up to two pixels never occurred"
    return "the next call moved every picture the same way" if shifts[0].equal(shifts[1]) else None


def drawn_from_generator(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:  # noqa: ARG001
    """The same generator, the same pictures."""
    return same_values(got["first"], got["again"])


# ---- pictures that were split ------------------------------------------------------------------


def sources(inputs: Mapping[str, Any], pictures: Any) -> list[tuple[int, bool]]:
    """Tell which picture each one is, and whether it is the moved copy."""
    images = inputs["args"][0]
    known = {_key(image): (i, False) for i, image in enumerate(images)}
    known |= {_key(image): (i, True) for i, image in enumerate(shift(images, 1, 0))}
    found = [known.get(_key(picture)) for picture in pictures]
    if None in found:
        raise ValueError(f"picture {found.index(None)} is none of those given, and no copy of one")
    return [source for source in found if source]


def _key(picture: Tensor) -> bytes:
    return (picture * 1e4).round().to(torch.int32).numpy().tobytes()


def parts_apart(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """No picture is learned from and judged by, in whichever place."""
    train, val = ({i for i, _ in sources(inputs, got["parts"][place])} for place in (0, 2))
    if not train or not val:
        return "one of the two parts is empty"
    if len(train | val) < len(inputs["args"][0]) / 2:
        return "most pictures are in neither part"
    if common := len(train & val):
        return f"{common} of {len(val)} pictures that it is judged by are learned from, too"
    return None


def training_enlarged(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """Every training picture is there once as it was, and once moved."""
    counts = Counter(sources(inputs, got["parts"][0]))
    whole = {(i, moved) for i, _ in counts for moved in (False, True)}
    if set(counts) != whole:
        return "in the training part, not every picture stands beside its moved copy"
    return None if set(counts.values()) == {1} else "some pictures are there twice"


def a_fifth_held_out(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """A fifth of every class is held out, each picture once; no picture is lost."""
    labels, found = inputs["args"][1], sources(inputs, got["parts"][2])
    held_out = {i for i, _ in found}
    if {(i, False) for i in held_out} - set(found) or len(set(found)) != len(found):
        return "in the validation part, not every picture is there as it was, once"
    for label in labels.unique().tolist():
        members = set((labels == label).nonzero().flatten().tolist())
        if abs(len(members & held_out) - 0.2 * len(members)) > 1:
            held = len(members & held_out)
            return f"of {len(members)} pictures of class {label}, {held} are held out"
    lost = set(range(len(labels))) - held_out - {i for i, _ in sources(inputs, got["parts"][0])}
    return f"{len(lost)} pictures are in neither part" if lost else None


def labels_go_along(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:
    """Every picture has its own label."""
    for name, place in (("training", 0), ("validation", 2)):
        which = [i for i, _ in sources(inputs, got["parts"][place])]
        if fault := same_values(inputs["args"][1][which], got["parts"][place + 1]):
            return f"the labels of the {name} part: {fault}"
    return None


def seed_decides(inputs: Mapping[str, Any], got: Mapping[str, Any]) -> str | None:  # noqa: ARG001
    """The same seed, the same split; another seed, another one."""
    if fault := same_values(got["parts"], got["again"]):
        return f"with the same seed it split another way: {fault}"
    alike = same_values(got["parts"], got["other"]) is None
    return "another seed made the same split" if alike else None
