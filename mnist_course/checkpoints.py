"""Networks and runs as files: safetensors with JSON inside, written whole or not at all."""

import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from mnist_course.errors import CourseError
from mnist_course.files import write_atomically
from mnist_course.recipes import RECIPES

SHIPPED = Path(__file__).parent / "weights" / "digits.safetensors"
MODEL_FILE = "model.safetensors"


class CheckpointError(CourseError):
    """A file of weights that is not there, damaged, or of another network."""


def write_json(path: Path, content: Any) -> None:
    """Write JSON for people and other programs; a loss that blew up is null, for NaN is no JSON."""
    write_atomically(path, json.dumps(_finite(content), indent=2).encode())


def _finite(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def write_tensors(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write tensors, and beside them in the same file whatever JSON can hold."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {"about": json.dumps(about), "checksum": _checksum(plain)}
    write_atomically(path, save(plain, metadata=metadata))


def _checksum(tensors: Mapping[str, Tensor]) -> str:
    """Sum up what a disk may garble: safetensors itself notices only a file that is cut."""
    total = 0
    for name in sorted(tensors):
        total = zlib.crc32(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes(), total)
    return f"{total:08x}"


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_tensors` wrote; CheckpointError says what is wrong with anything else."""
    if not path.is_file():
        raise CheckpointError(f"There is no file {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            about = json.loads(metadata.get("about", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if "checksum" in metadata and metadata["checksum"] != _checksum(tensors):
            raise ValueError("its values do not fit its checksum")
        return tensors, about if isinstance(about, dict) else {}
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} is not a whole safetensors file ({error}).") from error


def save_network(path: Path, network: nn.Module, about: Mapping[str, Any]) -> None:
    """Write the weights of a recipe's network; `about` names at least the recipe."""
    write_tensors(path, network.state_dict(), about)


def load_network(path: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Build the network that a file was trained as, fill it, and return it with what it says."""
    if path.is_dir() and not (path / MODEL_FILE).exists():
        raise CheckpointError(f"There is no finished training in {path}; train --resume ends one.")
    path = path / MODEL_FILE if path.is_dir() else path
    tensors, about = read_tensors(path)
    if str(about.get("recipe")) not in RECIPES:
        raise CheckpointError(
            f"{path} does not say which of the course's recipes it was trained by."
        )
    network = RECIPES[about["recipe"]].network()
    restore(network, tensors, path)
    return network.eval(), about


def restore(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copy tensors into a network, or say that they are those of another one."""
    try:
        network.load_state_dict(dict(tensors))
    except RuntimeError as error:
        raise CheckpointError(f"The weights in {path} are those of another network.") from error


def shipped_model() -> nn.Module:
    """Return the network that comes with the course, trained and ready to read photos."""
    return load_network(SHIPPED)[0]


def with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Name tensors so that several dictionaries fit into one file."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def without_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Take one dictionary out again."""
    start = f"{prefix}."
    return {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Flatten the state of an optimizer: "3.exp_avg" is that of the fourth parameter."""
    state = optimizer.state_dict()["state"]
    return {
        f"{i}.{key}": v for i, values in state.items() for key, v in values.items() if v is not None
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Undo `optimizer_tensors`."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, key = name.split(".", 1)
        state.setdefault(int(index), {})[key] = _laid_out_like(parameters[int(index)], tensor)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _laid_out_like(parameter: Tensor, tensor: Tensor) -> Tensor:
    """Give a tensor the memory layout of its parameter: fused optimizers pair them by address."""
    return torch.empty_like(parameter).copy_(tensor) if tensor.shape == parameter.shape else tensor
