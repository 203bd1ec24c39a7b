"""What was drawn, recovered from pictures of blobs, and put into words that can be compared."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.compare import same_values
from mnist_course.augmentation import fetch

SIDE, WIDTH = 28, 1.8  # of the picture; of a blob
Facts = dict[str, str]


def blobs(n: int, radius: float, turn: float) -> list[Tensor]:
    """Return n pictures of a soft blob in the centre, and n each of two blobs beside it.

    From the centre, these lie at a right angle. How far away, and how the angle is turned, is drawn
    anew each time, so that no old answer fits.
    """
    x, y = radius * math.cos(turn), radius * math.sin(turn)
    places = torch.arange(SIDE) - (SIDE - 1) / 2

    def blob(x: float, y: float) -> Tensor:
        down, across = (places[:, None] + y) ** 2, (places - x) ** 2
        return torch.exp(-(down + across) / (2 * WIDTH**2)).repeat(n, 1, 1, 1)

    return [blob(0, 0), blob(x, y), blob(-y, x)]


def same_facts(expected: Any, got: Any) -> str | None:
    """Judge what was drawn, not the very numbers: everyone draws others."""
    ranges, pictures = expected["ranges"], expected["pictures"]
    right, left = (facts(ranges, pictures, value["came"]) for value in (expected, got))
    strange = next((fact for fact in left if fact not in right), None)
    return f"{strange}: {left[strange]}" if strange else same_values(right, left)


def facts(ranges: Sequence[Any], pictures: Sequence[Tensor], came: Sequence[Tensor]) -> Facts:
    """Put into words how the blobs were moved; only the first fact where that explains the rest."""
    if not all(torch.isfinite(out).all() and (out.sum((1, 2, 3)) > 1).all() for out in came):
        return {"the blob in each picture": "lost from some of them"}
    centre, right, up = (_centroids(out) for out in came)
    given = (_centroids(pictures[1]) - _centroids(pictures[0]))[0]
    radius, turn = given.norm(), torch.atan2(given[1], given[0])
    right, up = (right - centre) / radius, (up - centre) / radius
    lengths = right.norm(dim=1) - up.norm(dim=1)
    if (lengths.abs() > 0.1).any() or ((right * up).sum(dim=1).abs() > 0.1).any():
        return {
            "the blobs in the pictures": "moved in different ways by two calls with the same seed, "
            "or cut off at the border: moved too far"
        }
    draws = {
        "shifts": centre,
        "angles": torch.rad2deg(_turned_back(torch.atan2(right[:, 1], right[:, 0]), turn)),
        "scales": right.norm(dim=1),
    }
    if all((value - value[:1]).abs().max() < 1e-3 for value in draws.values()):
        return {"draws": "the same for every image"}
    mirrored = right[:, 0] * up[:, 1] - right[:, 1] * up[:, 0] < 0
    return {
        "mirrored pictures": "some" if mirrored.any() else "none",
        **_of_ranges(ranges, draws),
        "apart from that, the pictures": _otherwise(draws, pictures, came),
    }


def _turned_back(angles: Tensor, turn: Tensor) -> Tensor:
    """Return angles less the one at which they began, between -pi and pi."""
    return torch.remainder(angles - turn + math.pi, 2 * math.pi) - math.pi


def _centroids(images: Tensor) -> Tensor:
    """Return where the mass of each picture lies, right of the centre and above it: (N, 2)."""
    mass = images[:, 0].double() / images.sum(dim=(1, 2, 3))[:, None, None]
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    x, y = (mass.sum(1) * places).sum(1), -(mass.sum(2) * places).sum(1)
    return torch.stack([x, y], dim=1)


def _of_ranges(ranges: Sequence[Any], draws: Mapping[str, Tensor]) -> Facts:
    max_shift, max_degrees, (smallest, largest) = ranges
    alone = max_degrees == 0 and smallest == largest == 1
    reach = 1 if alone else 1.6  # shifted before it is turned or scaled, it comes further
    x, y = draws["shifts"].unbind(dim=1)
    radians = torch.deg2rad(draws["angles"])
    return {
        "shifts to the right": _around_zero(x, max_shift, 0.25, reach),
        "shifts down": _around_zero(-y, max_shift, 0.25, reach),
        "angles": _around_zero(draws["angles"], max_degrees, 2.0),
        **_of_scales(draws["scales"], smallest, largest),
        "shifts, angles and scales": _bonds(torch.stack([x, y, radians, draws["scales"]])),
    }


def _bonds(draws: Tensor) -> str:
    """Say whether two draws go hand in hand; what was not drawn at all does not count."""
    drawn = draws[draws.std(dim=1) > 0.02]
    together = torch.corrcoef(drawn) - torch.eye(len(drawn)) if len(drawn) > 1 else drawn[:0]
    return "bound to each other" if (together.abs() > 0.9).any() else "drawn one by one"


def _around_zero(values: Tensor, limit: float, tolerance: float, reach: float = 1) -> str:
    """Say how values lie in a range about zero."""
    if values.abs().max() > limit * reach + tolerance:
        return "beyond the range" if limit else "some, where none were asked for"
    if limit and values.abs().max() < 0.52 * limit:
        return "in less than half of the range"
    if limit and not values.min() < -tolerance < tolerance < values.max():
        return "to one side only"
    return "within the range"


def _of_scales(scales: Tensor, smallest: float, largest: float) -> Facts:
    room = 0.35 * (largest - smallest)
    least, most = scales.min(), scales.max()
    return {
        "the smallest scale": _placed(least, smallest - 0.04, smallest + room + 0.04),
        "the largest scale": _placed(most, largest - room - 0.04, largest + 0.04),
    }


def _placed(value: Tensor, low: float, high: float) -> str:
    return "too small" if value < low else "too large" if value > high else "as asked for"


def _otherwise(
    draws: Mapping[str, Tensor], pictures: Sequence[Tensor], came: Sequence[Tensor]
) -> str:
    """Make the same move with what was recovered: the result must be much the same."""
    x, y = draws["shifts"].float().unbind(dim=1)
    radians, scales = draws["angles"].float() * (math.pi / 180), draws["scales"].float()
    cos, sin = radians.cos() / scales, radians.sin() / scales
    back = (cos, -sin, -cos * x - sin * y), (sin, cos, cos * y - sin * x)
    worst = max(
        (fetch(images, *back) - out).abs().max().item()
        for images, out in zip(pictures, came, strict=True)
    )
    return "stay as they were" if worst < 0.25 else "change"


def same_repeats(expected: Any, got: Any) -> str | None:
    """Judge that the draws repeat with the seed, and only with it."""
    return same_facts(expected, got) or same_values(_repeats(expected), _repeats(got))


def _repeats(value: Mapping[str, Any]) -> Facts:
    """Compare what came of several generators."""

    def compared(name: str) -> str:
        same = torch.equal(value[name], value["first"])
        return "the same pictures" if same else "other pictures"

    return {
        "the same seed again": compared("again"),
        "the same generator, used a second time": compared("second"),
        "another seed": compared("other"),
    }


def same_rims(expected: Any, got: Any) -> str | None:
    """Judge what comes in from outside where pictures of one grey are shifted."""
    (pictures,) = expected["pictures"]
    grey = float(pictures.max())
    return same_values(_rims(grey, expected["came"][0]), _rims(grey, got["came"][0]))


def _rims(grey: float, images: Tensor) -> Facts:
    low, high = images.amin(dim=(1, 2, 3)), images.amax(dim=(1, 2, 3))
    fits = images.min() >= -1e-4 and images.max() <= grey + 1e-4 and high.min() > grey - 0.01
    zeros = (low.abs() < 0.01).float().mean() > 0.6  # with luck, a few are not moved at all
    return {
        "what comes in": "zeros" if zeros else "something else",
        "the rest of a grey picture": "as it was" if fits else "not as it was",
    }


def same_identity(expected: Any, got: Any) -> str | None:
    """Judge whether ranges of nothing leave the pictures as they were."""
    (pictures,) = expected["pictures"]
    right, left = (_changed(pictures, value["came"][0]) for value in (expected, got))
    strange = next((fact for fact in left if fact not in right), None)
    return f"{strange}: {left[strange]}" if strange else same_values(right, left)


def _changed(pictures: Tensor, came: Tensor) -> Facts:
    near = (pictures - came).abs().max() < 0.02
    return {"pictures that are not to be moved": "as they were" if near else "changed"}
