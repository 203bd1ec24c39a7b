"""What runs beside the answers of lesson 3: layers and models are built, and looked into, here."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.probes import Inputs, UnusableError, refusal

# ---- functions -----------------------------------------------------------------------------------


def calls(function: Any, inputs: Inputs) -> list[Any]:
    """Call it with each of the lists of arguments."""
    return [function(*args) for args in inputs["calls"]]


def refusals(function: Any, inputs: Inputs) -> list[str]:
    """Call it with each list of arguments, none of which makes sense; return what it raised."""
    return [refusal(function, {"args": args, "keywords": {}}) for args in inputs["calls"]]


# ---- dropout -------------------------------------------------------------------------------------


def dropped(function: Any, inputs: Inputs) -> dict[str, list[Tensor]]:
    """Return what goes into each call, and what comes back."""
    given = [args[0].clone() for args in inputs["calls"]]
    came = [_tensor_like(function(*args), args[0]) for args in inputs["calls"]]
    return {"given": given, "came": came}


def dropped_gradient(function: Any, inputs: Inputs) -> dict[str, list[Tensor]]:
    """Return what goes in, what comes back, and the gradient of its sum."""
    x = inputs["args"][0].requires_grad_()
    out = _with_graph(_tensor_like(function(*inputs["args"]), x))
    out.sum().backward()
    gradient = torch.zeros_like(x) if x.grad is None else x.grad
    return {"given": [x], "came": [out, gradient]}


def _tensor_like(out: Any, x: Tensor) -> Tensor:
    if not isinstance(out, Tensor):
        raise UnusableError(f"a tensor was expected, but a {type(out).__name__} came")
    if out.shape != x.shape:
        raise UnusableError(f"shape {tuple(x.shape)} was expected, but {tuple(out.shape)} came")
    return out


def _with_graph(out: Tensor) -> Tensor:
    if not out.requires_grad:
        raise UnusableError("no gradient flows back: something on the way left torch")
    return out


# ---- Conv2d --------------------------------------------------------------------------------------


def layer_output(make: Any, inputs: Inputs) -> Any:
    """Build a layer, put given numbers into its parameters, and let it convolve."""
    return _loaded(make, inputs)[0](inputs["x"])


def layer_gradients(make: Any, inputs: Inputs) -> list[Tensor]:
    """Do as above; return the gradients of x and of the layer's parameters."""
    layer, parameters = _loaded(make, inputs)
    x = inputs["x"].requires_grad_()
    (_with_graph(layer(x)) * inputs["upstream"]).sum().backward()
    wanted = zip([x, *parameters], [x, *_given(inputs)], strict=True)
    return [_gradient(p).reshape(given.shape) for p, given in wanted]


def parameter_counts(make: Any, inputs: Inputs) -> list[list[int]]:
    """Build layers; return the sizes of the parameters of each, the largest first."""
    layers = [make(*args) for args in inputs["calls"]]
    return [sorted((p.numel() for p in layer.parameters()), reverse=True) for layer in layers]


def first_weights(make: Any, inputs: Inputs) -> list[Tensor]:
    """Return the weights of two new layers."""
    return [_largest(make(*inputs["args"])).detach() for _ in range(2)]


def first_biases(make: Any, inputs: Inputs) -> list[Tensor]:
    """Return the biases of two new layers."""
    return [_sized(make(*inputs["args"]), inputs["args"][1]).detach() for _ in range(2)]


def _loaded(make: Any, inputs: Inputs) -> tuple[Any, list[Tensor]]:
    layer = make(*inputs["args"], **inputs["keywords"])
    parameters = [_sized(layer, given.numel()) for given in _given(inputs)]
    with torch.no_grad():
        for parameter, given in zip(parameters, _given(inputs), strict=True):
            parameter.copy_(given.reshape(parameter.shape))
    return layer, parameters


def _given(inputs: Inputs) -> list[Tensor]:
    return [part for part in (inputs["weight"], inputs["bias"]) if part is not None]


def _sized(layer: Any, size: int) -> Tensor:
    """Find a parameter by its size: what it is called is the learner's own choice."""
    found = [p for p in layer.parameters() if p.numel() == size]
    if not found:
        sizes = [tuple(p.shape) for p in layer.parameters()]
        raise UnusableError(
            f"the layer has no parameter of {size} numbers; it has {sizes or 'none'}"
        )
    parameter: Tensor = found[0]
    return parameter


def _largest(layer: Any) -> Tensor:
    return _sized(layer, max((p.numel() for p in layer.parameters()), default=-1))


def _gradient(parameter: Tensor) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


# ---- count_parameters ----------------------------------------------------------------------------


def count_of_model(function: Any, inputs: Inputs) -> Any:
    """Build the model that the inputs describe, and have its parameters counted."""
    return function(_model(inputs["model"]))


def _model(parts: Sequence[Any]) -> nn.Module:
    """Build a model: each part is a name and its sizes, or a list of parts inside it."""
    model = nn.Sequential(*(_part(*part) for part in parts))
    tied = [layer for layer in model if getattr(layer, "tied", False)]
    for layer in tied:
        layer.weight = tied[0].weight
    return model


def _part(kind: str, *sizes: Any) -> nn.Module:
    kinds: dict[str, Callable[..., nn.Module]] = {
        "linear": nn.Linear, "conv": nn.Conv2d, "norm": nn.BatchNorm2d, "relu": nn.ReLU,
        "scale": _Scale, "tied": _tied, "inside": lambda *parts: _model(parts),
    }  # fmt: skip
    return kinds[kind](*sizes)


class _Scale(nn.Module):
    """Owns a single number, which is a parameter without dimensions, and layers inside."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.ones(()))
        self.inside = nn.Linear(size, size)


def _tied(size: int) -> nn.Module:
    layer = nn.Linear(size, size)
    layer.tied = True  # type: ignore[assignment]
    return layer


# ---- DigitCNN ------------------------------------------------------------------------------------


def gradients_of_network(make: Any, inputs: Inputs) -> dict[str, Any]:
    """Take one backward pass; name the parameters that no gradient reached."""
    network = make()
    loss = F.cross_entropy(_logits(network, inputs["images"]), inputs["labels"])
    _with_graph(loss).backward()
    named = list(network.named_parameters())
    reached = sum(p.grad.abs().sum().item() for _, p in named if p.grad is not None)
    return {"without": [name for name, p in named if p.grad is None], "any": reached > 0}


def shapes_of_network(make: Any, inputs: Inputs) -> list[Any]:
    """Return the shapes of the outputs for several batches, in evaluation and in training."""
    network = make()
    evaluated = [_shape(network.eval(), images) for images in inputs["batches"]]
    several = [images for images in inputs["batches"] if len(images) > 1]
    return evaluated + [_shape(network.train(), images) for images in several]


def size_of_network(make: Any, inputs: Inputs) -> int:
    """Return the number of parameters, or of convolutions."""
    network = make()
    network(torch.zeros(2, 1, 28, 28))  # lazy layers get their sizes
    parameters = list(nn.Module.parameters(network))  # whatever the network itself says of them
    named = sum(map(_named_convolution, nn.Module.modules(network)))
    kernels = sum(p.ndim == 4 for p in parameters)  # (out, in, height, width), whosever layer
    parts: dict[str, int] = {
        "parameters": sum(p.numel() for p in parameters),
        "convolutions": max(kernels, named),
    }
    return parts[inputs["of"]]


def _named_convolution(module: nn.Module) -> bool:
    owns = next(nn.Module.parameters(module, recurse=False), None) is not None
    return owns and "conv" in type(module).__name__.lower()


def outputs_of_network(make: Any, inputs: Inputs) -> list[Tensor]:
    """Return what a new network says of images, in evaluation and in training."""
    network = make()
    with torch.no_grad():
        return [_logits(network.train(mode), inputs["images"]) for mode in (False, True)]


def trained_outputs(make: Any, inputs: Inputs) -> Tensor:
    """Train a new network by the plain cross-entropy; return what it says of unseen images."""
    network = make().train()
    optimizer = torch.optim.Adam(network.parameters(), inputs["lr"])
    losses: list[float] = []
    while len(losses) < inputs["steps"] and not _settled(losses, inputs["enough"]):
        losses.append(_step(network, optimizer, inputs))
    optimizer.param_groups[0]["lr"] /= 10  # small steps, in which batch norm's figures catch up
    for _ in range(inputs["last_steps"]):
        _step(network, optimizer, inputs)
    with torch.no_grad():
        return _logits(network.eval(), inputs["images"])


def _step(network: Any, optimizer: torch.optim.Optimizer, inputs: Inputs) -> float:
    chosen = torch.randint(len(inputs["train_labels"]), (inputs["batch_size"],))
    optimizer.zero_grad()
    logits = _logits(network, inputs["train_images"][chosen])
    loss = F.cross_entropy(logits, inputs["train_labels"][chosen])
    loss.backward()
    optimizer.step()
    return loss.item()


def _settled(losses: Sequence[float], enough: float, window: int = 30) -> bool:
    """Tell whether more steps would show nothing new: honest networks need not wait."""
    return len(losses) >= window and sum(losses[-window:]) / window < enough


def _shape(network: Any, images: Tensor) -> list[int]:
    return list(_logits(network, images).shape)


def _logits(network: Any, images: Tensor) -> Tensor:
    out = network(images)
    if not isinstance(out, Tensor):
        raise UnusableError(f"a tensor was expected of forward, but a {type(out).__name__} came")
    return out
