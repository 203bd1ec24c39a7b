"""How people get the networks of lesson 7 wrong, and what can be seen of it."""

# ruff: noqa: ARG001, D102, D103 (the sentence that goes with each explains it)

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mnist_course import capstone
from mnist_course.training import train_step

Seen = Mapping[str, Any]


# ---- build_model -------------------------------------------------------------------------------


def probabilities() -> nn.Module:
    return nn.Sequential(capstone.build_model(), nn.Softmax(dim=1))


def looks_like_probabilities(seen: Seen) -> bool:
    logits = seen["logits"]["together"]
    sums = logits.sum(dim=1)
    return bool((logits >= 0).all() and torch.allclose(sums, torch.ones_like(sums), atol=1e-4))


def over_budget() -> nn.Module:
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(21632, 10))


def is_over_budget(seen: Seen) -> bool:
    return bool(seen["parameters"] > capstone.BUDGET)


class LayersInAList(nn.Module):
    """Keeps a layer where nn.Module does not look for it."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = [nn.Linear(784, 40)]
        self.last = nn.Linear(40, 10)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.last(self.hidden[0](x.flatten(1)).relu())
        return logits


def is_not_handed_on(seen: Seen) -> bool:
    one, other = seen["weights can be kept and loaded"].values()
    return not torch.allclose(one, other, atol=1e-3)


class ByTheBatch(nn.Module):
    """Normalises by the batch that is read, so that what is read beside a picture matters."""

    def __init__(self) -> None:
        super().__init__()
        self.network = capstone.build_model()

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.network((x - x.mean()) / (x.std() + 1e-5))
        return logits


def depends_on_the_batch(seen: Seen) -> bool:
    logits = seen["logits"]
    return not torch.allclose(torch.cat(logits["alone"]), logits["together"], atol=1e-3)


# ---- train -------------------------------------------------------------------------------------


def trains_a_copy(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> None:
    capstone.train(copy.deepcopy(model), images, labels, seed)


def never_changed(seen: Seen) -> bool:
    first, *later = seen["repeats with its seed"]
    return all(torch.equal(first, one) for one in later)


def ignores_the_seed(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    return capstone.train(model, images, labels, int(torch.randint(10**6, ())))


def does_not_repeat(seen: Seen) -> bool:
    pairs = [seen[f"repeats with its seed{more}"][1:] for more in ("", ", with dropout")]
    return not all(torch.allclose(one, other, atol=1e-4) for one, other in pairs)


def normalises_outside(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    return capstone.train(model, (images - images.mean()) / images.std(), labels, seed)


def reads_only_normalised(seen: Seen) -> bool:
    before, after = (_share_read(seen, name) for name in ("own", "own_normalised"))
    return after > 0.8 and before < after - 0.05


def normalises_in_place(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    images.sub_(images.mean()).div_(images.std())
    return capstone.train(model, images, labels, seed)


def has_changed_images(seen: Seen) -> bool:
    images = seen["images and labels stay as they were"][0]
    return bool(images.min() < 0 or images.max() > 1)


def one_step(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:64]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        train_step(model, torch.optim.Adam(model.parameters(), 1e-3), images[order], labels[order])
    return model


def has_hardly_learned(seen: Seen) -> bool:
    own = _share_read(seen, "own")
    return not never_changed(seen) and own < 0.8 and _share_read(seen, "own_normalised") < 0.8


def blows_up(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(float("nan"))
    return one_step(model, images, labels, seed)


def has_blown_up(seen: Seen) -> bool:
    return not bool(seen["reads digits"]["logits"].isfinite().all())


def _share_read(seen: Seen, which: str) -> float:
    found = seen["reads digits"]
    return float((found[which].argmax(dim=1) == found["own_labels"]).float().mean())
