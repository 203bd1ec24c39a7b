"""Probes of lesson 5: a network, a loader and a photo are built here, from plain data."""

import io
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.probes import Inputs, UnusableError

ORIENTATION = 0x0112  # where EXIF notes how a camera was held
HIDDEN = 12


def network(plain: Inputs) -> nn.Module:
    """Build a network whose answers depend on its mode: it has batch norm and dropout."""
    classes = len(plain["state"]["4.bias"])
    inside = nn.Sequential(nn.BatchNorm1d(HIDDEN), nn.ReLU(), nn.Dropout(0.5))
    first = [nn.BatchNorm2d(1, affine=False), nn.Flatten(), nn.Linear(784, HIDDEN)]
    model = nn.Sequential(*first, inside, nn.Linear(HIDDEN, classes))
    model.load_state_dict(plain["state"], strict=False)
    model.train(plain["mode"] != "eval")
    if plain["mode"] == "mixed":  # a frozen batch norm, as in fine-tuning
        inside[0].eval()
    return model


def loader(plain: Inputs) -> Any:
    """Build a loader of batches; the last one may be short."""
    return DataLoader(TensorDataset(plain["images"], plain["labels"]), plain["batch_size"])


def many_calls(function: Any, inputs: Inputs) -> Any:
    """Call it several times; return what each call returned."""
    return [function(*args) for args in inputs["calls"]]


def many_refusals(function: Any, inputs: Inputs) -> dict[str, str]:
    """Call it with what it should refuse; return what each call raised."""
    return {name: raised(function, *args) for name, args in inputs["calls"].items()}


def raised(function: Any, *args: Any) -> str:
    """Call it; return the name of what it raised."""
    try:
        function(*args)
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing was raised"


def with_network(function: Any, inputs: Inputs) -> Any:
    """Call it with a network and the other arguments; return what it returns."""
    return _called(function, network(inputs["network"]), inputs)


def network_after(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Call it; return the mode of every module afterwards, and what else of the network changed."""
    model = network(inputs["network"])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    result = _called(function, model, inputs)
    if result is None:
        raise UnusableError("nothing was returned")
    after = model.state_dict()
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    return {"modes": modes(model), "changed": ", ".join(changed)}


def modes(model: nn.Module) -> dict[str, str]:
    """Return the mode of every module."""
    return {
        f"{name or 'model'} ({type(module).__name__})": "train" if module.training else "eval"
        for name, module in model.named_modules()
    }


def _called(function: Any, model: nn.Module, inputs: Inputs) -> Any:
    if "loader" in inputs:
        return function(model, loader(inputs["loader"]))
    return function(model, *inputs["args"])


# ---- photos -------------------------------------------------------------------------------------


def picture(plain: Inputs) -> Any:
    """Return an array as it is, or make a PIL image of it; a turned one comes out of a file."""
    from PIL import Image

    pixels, mode = plain["pixels"], plain["mode"]
    if mode == "array":
        return pixels
    image = Image.fromarray(pixels).convert(mode)
    return image if plain["orientation"] is None else _from_file(image, plain["orientation"])


def _from_file(image: Any, orientation: int) -> Any:
    from PIL import Image

    exif, file = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = orientation
    image.save(file, "JPEG", quality=95, exif=exif)
    return Image.open(io.BytesIO(file.getvalue()))


def prepared(function: Any, inputs: Inputs) -> Any:
    """Call it with a picture; return what it returns."""
    return function(picture(inputs["photo"]))


def prepared_each(function: Any, inputs: Inputs) -> list[Any]:
    """Call it with each picture; return what it returns."""
    return [function(picture(photo)) for photo in inputs["photos"]]


def pictures_after(function: Any, inputs: Inputs) -> list[Any]:
    """Call it with each picture; return what the pictures look like afterwards."""
    pictures = [picture(photo) for photo in inputs["photos"]]
    for one in pictures:
        function(one)
    return [np.asarray(one) for one in pictures]


def photo_refusals(function: Any, inputs: Inputs) -> dict[str, str]:
    """Call it with pictures that it should refuse; return what each call raised."""
    return {name: raised(function, picture(photo)) for name, photo in inputs["photos"].items()}
