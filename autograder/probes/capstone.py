"""Beside the learner's code of lesson 7: networks built here, and what became of them."""

import copy
import sys
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.probes import Inputs, UnusableError

STEPS, RATES = 60, (1e-2, 2e-3)  # in which any network learns a few pictures by heart


# ---- build_model -------------------------------------------------------------------------------


def built(build: Any, images: Tensor) -> nn.Module:
    """Build a network, and let it see a picture: lazy layers have no weights before."""
    model = build()
    if not isinstance(model, nn.Module):
        kind = "a class" if isinstance(model, type) else f"a {type(model).__name__}"
        raise UnusableError(f"build_model() should return a network, an nn.Module, but {kind} came")
    model.eval()
    read(model, images[:1])
    return model


@torch.no_grad()
def read(model: nn.Module, images: Tensor) -> Tensor:
    """Return the logits of a network that is switched to evaluation."""
    logits = model.eval()(images)
    if not isinstance(logits, Tensor):
        raise UnusableError(
            f"the network should return a tensor, but a {type(logits).__name__} came"
        )
    return logits


def logits_of(build: Any, inputs: Inputs) -> Any:
    """Read pictures together, and one by one."""
    images = inputs["images"]
    model = built(build, images)
    return {
        "together": read(model, images),
        "alone": [read(model, image[None]) for image in images],
    }


def learned(build: Any, inputs: Inputs) -> list[Tensor]:
    """Let fresh networks learn a few pictures by heart, each at a rate; return what they read."""
    return [_learned(built(build, inputs["images"]), inputs, lr) for lr in RATES]


def _learned(model: nn.Module, inputs: Inputs, lr: float) -> Tensor:
    images, labels = inputs["images"], inputs["labels"]
    optimizer = torch.optim.Adam(model.parameters(), lr)
    model.train()
    for _ in range(STEPS):
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return read(model, inputs["again"])


def size_of(build: Any, inputs: Inputs) -> int:
    """Count all parameters, those that training may not change too."""
    return sum(p.numel() for p in built(build, inputs["images"]).parameters())


def unreached(build: Any, inputs: Inputs) -> list[str]:
    """Name the parameters that get no gradient."""
    model = built(build, inputs["images"]).train()
    F.cross_entropy(model(inputs["images"]), inputs["labels"]).backward()
    return [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]


def handed_on(build: Any, inputs: Inputs) -> Any:
    """Load the weights of one network into another one; return what both make of the pictures."""
    first, second = (built(build, inputs["images"]) for _ in range(2))
    second.load_state_dict(first.state_dict())
    return {"first": read(first, inputs["images"]), "second": read(second, inputs["images"])}


# ---- train -------------------------------------------------------------------------------------


def reader(dropout: float = 0.0) -> nn.Module:
    """Build the small network that `train` is tried on."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 16, 3), nn.MaxPool2d(2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Flatten(), nn.Dropout(dropout), nn.Linear(32 * 3 * 3, 10),
    )  # fmt: skip


def trained(train: Any, model: nn.Module, inputs: Inputs) -> nn.Module:
    """Train; return the network that came back, or the one that went in where none did."""
    came = train(model, inputs["train_images"], inputs["train_labels"], inputs["seed"])
    return came if isinstance(came, nn.Module) else model


def trained_reader(train: Any, inputs: Inputs) -> Any:
    """Train on all images; return the logits of fresh ones, and of some that were trained on."""
    before = reader()
    own, labels = inputs["train_images"][:300].clone(), inputs["train_labels"][:300].clone()
    mean, std = inputs["train_images"].mean(), inputs["train_images"].std()
    model = trained(train, before, inputs)
    return {
        "logits": read(model, inputs["images"]),
        "own": read(model, own),
        "own_normalised": read(model, (own - mean) / std),
        "own_labels": labels,
    }


def trained_twice(train: Any, inputs: Inputs) -> list[Any]:
    """Train the same first weights twice; return both networks' logits, and the first ones."""
    first = reader(inputs["dropout"])
    weights = {name: value.clone() for name, value in first.state_dict().items()}
    found = [read(first, inputs["train_images"])]
    for luck in (1, 2):
        model = reader(inputs["dropout"])
        model.load_state_dict(weights)
        torch.manual_seed(luck)  # whose luck may not matter: the seed is given
        own = copy.deepcopy(dict(inputs))  # so that changing them in place is another fault
        found.append(read(trained(train, model.train(), own), inputs["train_images"]))
    return found


def images_after_training(train: Any, inputs: Inputs) -> Any:
    """Train a little; return what the images and labels look like afterwards."""
    trained(train, reader(), inputs)
    return [inputs["train_images"], inputs["train_labels"]]


# ---- the leaderboard ---------------------------------------------------------------------------


def raced(train: Any, inputs: Inputs) -> Any:
    """Build the network that stands beside `train`, train it, let it read, and measure it."""
    build = vars(sys.modules[inputs["module"]]).get("build_model")
    if build is None:
        raise UnusableError("there is no build_model beside train")
    model = trained(train, built(build, inputs["train_images"]).train(), inputs)
    parameters = sum(p.numel() for p in nn.Module.parameters(model))
    logits = torch.cat([read(model, some) for some in inputs["images"].split(500)])
    return {"logits": logits, "parameters": parameters, "kept": kept(model)}


def kept(model: nn.Module) -> int:
    """Count all numbers that it keeps: parameters, buffers, and what it would write to a file."""
    own = [*nn.Module.parameters(model), *nn.Module.buffers(model)]
    filed = {value.data_ptr(): value for value in model.state_dict().values()}  # tied ones once
    return max(sum(value.numel() for value in values) for values in (own, filed.values()))


# ---- the bug hunt ------------------------------------------------------------------------------


def linear_run(run: Any, inputs: Inputs) -> Any:
    """Run on a small linear network with given weights; return the losses and the weights after."""
    linear = nn.Linear(*reversed(inputs["weight"].shape))
    linear.load_state_dict({"weight": inputs["weight"], "bias": inputs["bias"]})
    norm = [nn.BatchNorm1d(linear.in_features)] if "val" in inputs else []
    model = nn.Sequential(nn.Flatten(), *norm, linear)
    batches = list(zip(inputs["images"], inputs["labels"], strict=True))
    val = [tuple(inputs["val"])] if "val" in inputs else []
    losses = run(model, batches, *val, inputs["epochs"], inputs["lr"])
    if not isinstance(losses, list | tuple | Tensor):
        raise UnusableError(f"a list of losses was expected, but a {type(losses).__name__} came")
    state = {name: value for name, value in model.state_dict().items() if "tracked" not in name}
    return {"losses": [_detached(loss) for loss in losses], **state}


def _detached(loss: Any) -> Any:
    return loss.detach() if isinstance(loss, Tensor) else loss


def batches_after(run: Any, inputs: Inputs) -> Any:
    """Run; return what the pictures and labels look like afterwards."""
    linear_run(run, inputs)
    return [inputs["images"], inputs["labels"], list(inputs.get("val", []))]


def varied(vary: Any, inputs: Inputs) -> Any:
    """Vary the same pictures: twice from one generator, then again from its seed."""
    generator = torch.Generator().manual_seed(inputs["seed"])
    first, second = (vary(inputs["images"], generator) for _ in range(2))
    again = vary(inputs["images"], torch.Generator().manual_seed(inputs["seed"]))
    return {"first": first, "second": second, "again": again, "images": inputs["images"]}


def pictures_after(vary: Any, inputs: Inputs) -> Any:
    """Vary pictures; return what they look like afterwards."""
    vary(inputs["images"], torch.Generator().manual_seed(inputs["seed"]))
    return inputs["images"]


def split_twice(split: Any, inputs: Inputs) -> Any:
    """Split twice with one seed, then with another one."""
    parts = [_four(split(*inputs["args"], seed)) for seed in inputs["seeds"]]
    return {"parts": parts[0], "again": parts[1], "other": parts[2]}


def _four(parts: Any) -> list[Tensor]:
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise UnusableError("four tensors were expected: images and labels of both parts")
    return list(parts)
