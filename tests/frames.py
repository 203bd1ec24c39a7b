"""Frames of the wire, read and checked, for its tests."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import settings

from autograder.sandbox import wire

settings.register_profile("wire", deadline=None, max_examples=150, derandomize=True)
own = settings(settings.get_profile("wire"))


def crossed(value):
    frame = wire.pack(value)
    found = wire.receive(reader(frame), 2**31, 2**31)
    demand_exact(found)
    return found


def reader(data):
    rest = memoryview(bytes(data))

    def read(size):
        nonlocal rest
        found, rest = bytearray(rest[:size]), rest[size:]
        return found

    return read


def decode(data):
    """Return what it decodes to, checked, or None for a WireError; anything else is a fault."""
    try:
        value = wire.receive(reader(data))
    except wire.WireError:
        return None
    demand_exact(value)
    return value


def unpack(said, body=b""):
    header = said if isinstance(said, str) else json.dumps(said)
    return wire.unpack(header.encode(), bytearray(body))


def demand_exact(value):
    if type(value) in (list, tuple):
        for part in value:
            demand_exact(part)
    elif type(value) is dict:
        demand_exact([*value, *value.values()])
    elif type(value) is torch.Tensor:
        assert not value.requires_grad
        assert value.dtype != torch.bool or bool((value.view(torch.uint8) <= 1).all())
    elif type(value) is np.ndarray:
        assert value.dtype != bool or (value.view(np.uint8) <= 1).all()
    else:
        assert type(value) in (type(None), bool, int, float, str, bytes) or (
            type(value).__base__ is wire.Handle
        )


def demand_refusal(said, body=b""):
    with pytest.raises(wire.WireError):
        unpack(said, body)


LIES = {
    "shape too large": ["uint8", [9], 0, 8], "shape too small": ["uint8", [7], 0, 8],
    "wrong size of a number": ["float32", [8], 0, 8], "beyond the end": ["uint8", [9], 0, 9],
    "start beyond the end": ["uint8", [8], 1, 8], "nothing beyond the end": ["uint8", [0], 9, 0],
    "negative start": ["uint8", [4], -4, 4], "negative length": ["uint8", [4], 4, -4],
    "negative sizes": ["uint8", [-2, -4], 0, 8], "one negative size": ["uint8", [-8], 0, -8],
    "bool as a size": ["uint8", [True, 8], 0, 8], "bool as a start": ["uint8", [7], True, 7],
    "bool as a length": ["uint8", [1], 0, True], "NaN as a size": ["uint8", [math.nan], 0, 8],
    "NaN as a start": ["uint8", [8], math.nan, 8], "NaN as a length": ["uint8", [8], 0, math.nan],
    "float as a size": ["uint8", [8.0], 0, 8], "float as a length": ["uint8", [8], 0, 8.0],
    "infinity as a length": ["uint8", [8], 0, math.inf], "text as a size": ["uint8", ["8"], 0, 8],
    "text as a shape": ["uint8", "", 0, 1], "dict as a shape": ["uint8", {}, 0, 1],
    "number as a shape": ["uint8", 8, 0, 8], "no shape": ["uint8", None, 0, 8],
    "unknown dtype": ["object", [1], 0, 8], "no dtype": [None, [8], 0, 8],
    "list as a dtype": [["uint8"], [8], 0, 8], "attribute as a dtype": ["load", [8], 0, 8],
    "too many axes": ["uint8", [1] * 17, 0, 1], "vast and empty": ["uint8", [0, 2**40], 0, 0],
    "vast in all": ["uint8", [2**26] * 3, 0, 2**63],
    "product wraps": ["uint8", [2**32] * 2, 0, 0],
    "three parts": ["uint8", [8], 0], "five parts": ["uint8", [8], 0, 8, 0],
}  # fmt: skip
