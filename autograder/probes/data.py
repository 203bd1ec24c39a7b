"""What runs beside the answers of lesson 1: files are written, loaders are read, here."""

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader

from autograder.probes import Inputs, UnusableError, refusal

# ---- files ---------------------------------------------------------------------------------------


def read_file(function: Any, inputs: Inputs) -> Any:
    """Write the file that "file" describes, and return what the function reads from it."""
    with tempfile.TemporaryDirectory() as folder:
        return function(_written(folder, inputs["file"]))


def read_files(function: Any, inputs: Inputs) -> list[Any]:
    """Write each of the files, and return what the function reads from them."""
    with tempfile.TemporaryDirectory() as folder:
        return [function(_written(folder, file)) for file in inputs["files"]]


def refused_files(function: Any, inputs: Inputs) -> dict[str, str]:
    """Write each of the files, and return what the function raised on it, by what ails it."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            file["ails"]: refusal(function, {"args": [_written(folder, file)], "keywords": {}})
            for file in inputs["files"]
        }


def _written(folder: str, file: Mapping[str, Any]) -> Path | str:
    """Write one file; its path comes as text or as a Path, for both are asked for."""
    path = Path(folder) / str(file["name"])
    path.write_bytes(bytes(file["content"]))
    return str(path) if file["as_text"] else path


def refused_calls(function: Any, inputs: Inputs) -> dict[str, str]:
    """Make each of the calls, and return what the function raised, by what ails the call."""
    return {name: refusal(function, call) for name, call in inputs["calls"].items()}


# ---- splits --------------------------------------------------------------------------------------


def splits(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Split once for every seed in "seeds"; return the parts, and what was asked for."""
    asked = {name: inputs[name] for name in ("images", "labels", "fraction", "seeds")}
    return {"asked": asked, "parts": [_parts(function, asked, seed) for seed in asked["seeds"]]}


def _parts(function: Any, asked: Inputs, seed: int) -> list[Any]:
    given = asked["images"].clone(), asked["labels"].clone()
    parts = function(*given, asked["fraction"], seed)
    if not isinstance(parts, tuple | list) or len(parts) != 4:
        raise UnusableError(
            "four tensors were expected: train images and labels, val images and labels"
        )
    return list(parts)


# ---- loaders -------------------------------------------------------------------------------------


def epochs(function: Any, inputs: Inputs) -> dict[str, Any]:
    """Make a loader for every set of keywords in "loaders"; return two epochs of each.

    Unless "at_once" says otherwise, all are made before the first is read, and other random
    numbers are drawn in between, as in any real program.
    """
    asked = {name: inputs[name] for name in ("images", "labels", "batch_size", "loaders")}
    makers = [partial(_loader, function, asked, keywords) for keywords in asked["loaders"]]
    if inputs["at_once"]:
        return {"asked": asked, "epochs": [_two_epochs(maker()) for maker in makers]}
    loaders = [maker() for maker in makers]
    torch.rand(3)
    return {"asked": asked, "epochs": [_two_epochs(loader) for loader in loaders]}


def first_batch(function: Any, inputs: Inputs) -> Any:
    """Make a loader and return the first of its batches."""
    return next(iter(_demand_loader(function(*inputs["args"], **inputs["keywords"]))))


def after_an_epoch(function: Any, inputs: Inputs) -> Any:
    """Read an epoch of a loader; return what the arguments look like afterwards."""
    list(_demand_loader(function(*inputs["args"], **inputs["keywords"])))
    return {"args": inputs["args"], "keywords": inputs["keywords"]}


def _loader(function: Any, asked: Inputs, keywords: Mapping[str, Any]) -> Any:
    given = asked["images"].clone(), asked["labels"].clone()
    return _demand_loader(function(*given, asked["batch_size"], **keywords))


def _two_epochs(loader: Any) -> list[Any]:
    return [list(loader), list(loader)]


def _demand_loader(loader: Any) -> Any:
    if not isinstance(loader, DataLoader):
        raise UnusableError(f"a DataLoader was expected, but a {type(loader).__name__} came")
    return loader
