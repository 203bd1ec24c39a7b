"""What runs beside the answers of lesson 6: generators and networks are built here, from data."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.probes import Inputs, UnusableError, call


def _tensor_like(out: Any, images: Tensor) -> Tensor:
    if not isinstance(out, Tensor):
        raise UnusableError(f"a tensor was expected, but a {type(out).__name__} came")
    if out.shape != images.shape:
        raise UnusableError(f"shape {tuple(images.shape)} went in, {tuple(out.shape)} came back")
    return out.detach()


# ---- rotate and random_affine --------------------------------------------------------------------


def certain_pixels(function: Any, inputs: Inputs) -> Tensor:
    """Return the result, with zeros where "certain" is not true: good answers differ there."""
    out = _tensor_like(call(function, inputs), inputs["args"][0])
    return torch.where(inputs["certain"], out, 0)


def drawn(function: Any, inputs: Inputs) -> Any:
    """Call it with a new generator."""
    return function(*inputs["args"], _generator(inputs["seed"]))


def drawn_images_after(function: Any, inputs: Inputs) -> Tensor:
    """Call it with a new generator; return what the images look like afterwards."""
    drawn(function, inputs)
    images: Tensor = inputs["args"][0]
    return images


def drawn_for_each(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Distort several batches, each with the same draws, if it draws from the generator alone."""
    came = [
        _tensor_like(function(images, *inputs["ranges"], _generator(inputs["seed"])), images)
        for images in inputs["pictures"]
    ]
    return {"ranges": inputs["ranges"], "pictures": inputs["pictures"], "came": came}


def drawn_again(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Distort as above; then again with the seed, with the same generator, with another seed."""
    images, seed = inputs["pictures"][1], inputs["seed"]
    generator = _generator(seed)

    def distorted(generator: torch.Generator) -> Tensor:
        return _tensor_like(function(images, *inputs["ranges"], generator), images)

    first, second = distorted(generator), distorted(generator)
    again, other = distorted(_generator(seed)), distorted(_generator(seed + 1))
    more = {"first": first, "second": second, "again": again, "other": other}
    return {**drawn_for_each(function, inputs), **more}


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# ---- batch_norm ----------------------------------------------------------------------------------


def running_figures(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Train on batch after batch; return the running figures, which should have moved in place."""
    _, weight, bias, mean, var, _ = inputs["args"]
    for x in inputs["batches"]:
        function(x, weight, bias, mean, var, True, **inputs["keywords"])
    return {"running_mean": mean, "running_var": var}


def first_arguments_after(function: Any, inputs: Inputs) -> Any:
    """Call it; return x, weight and bias as they are afterwards."""
    call(function, inputs)
    return inputs["args"][:3]


# ---- learning_rate_sweep -------------------------------------------------------------------------


def sweep(function: Any, inputs: Inputs) -> Any:
    """Let it sweep over networks that all begin with the same weights."""
    return function(_factory(inputs["weights"]), inputs["batches"], inputs["rates"])


def sweep_from_anywhere(function: Any, inputs: Inputs) -> dict[str, str]:
    """Let it sweep over networks with weights of their own, at rates at which nothing moves."""
    features, hidden, classes = inputs["sizes"]
    losses = function(lambda: _mlp(features, hidden, classes), inputs["batches"], inputs["rates"])
    values = [float(losses[rate]) for rate in inputs["rates"]]
    near = max(values) - min(values) < 1e-4
    return {"losses at rates too small to move a weight": "equal" if near else "different"}


def _mlp(features: int, hidden: int, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, classes)
    )


def _factory(weights: Mapping[str, Tensor]) -> Callable[[], nn.Module]:
    hidden, features = weights["1.weight"].shape

    def make_model() -> nn.Module:
        model = _mlp(features, hidden, len(weights["3.weight"]))
        model.load_state_dict(dict(weights))
        return model

    return make_model


# ---- train_robust_cnn ----------------------------------------------------------------------------


def trained(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Train, and return what the network makes of each set of pictures."""
    model = function(inputs["train_images"], inputs["train_labels"], seed=inputs["seed"])
    if not isinstance(model, nn.Module):
        raise UnusableError(f"a trained network was expected, but a {type(model).__name__} came")
    model.cpu().eval()
    with torch.no_grad():
        seen = {name: _logits(model, images) for name, images in inputs["looks"].items()}
    return {**seen, "labels": inputs["labels"]}


def _logits(model: nn.Module, images: Tensor) -> Tensor:
    out = model(images)
    if not isinstance(out, Tensor) or out.shape != (len(images), 10):
        raise UnusableError(f"ten numbers for each of {len(images)} images were expected")
    return out
