"""What crosses the door: plain data, as a frame of JSON and the bytes of tensors; never code.

A frame is two lengths (header, bytes), a header in JSON, and the bytes that it speaks of. Values
are exactly None, bool, int, float, str, bytes, list, tuple, dict, tensor, array; anything else
stays where it is, and its name alone crosses. What comes is measured before room is made for it.
"""

import json
import math
import struct
from collections.abc import Callable
from typing import Any

LENGTHS = struct.Struct("!IQ")
MOST_HEADER, MOST_BYTES = 2 * 2**20, 64 * 2**20  # of what a guest says
MOST_DEPTH, MOST_TEXT, MOST_NAME = 24, 2**20, 60
SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
    "uint16": 2, "uint32": 4, "uint64": 8,
}  # fmt: skip
PLAIN = (bool, int, float, str)


class WireError(Exception):
    """What came is not a frame, or is more than is taken."""


class Handle:
    """Stands for an object that stayed inside; its class is named after that of the object."""


# ---- out -----------------------------------------------------------------------------------------


def pack(value: Any) -> bytes:
    """Return the frame of a value."""
    parts: list[bytes] = []
    header = json.dumps(_out(value, parts, 0), separators=(",", ":")).encode()
    body = b"".join(parts)
    return LENGTHS.pack(len(header), len(body)) + header + body


def _out(value: Any, parts: list[bytes], depth: int) -> Any:
    if depth > MOST_DEPTH:
        return {"object": "something very deep"}
    if value is None or isinstance(value, PLAIN):
        return _plain(value)
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_out(part, parts, depth + 1) for part in value]}
    if isinstance(value, dict):
        pairs = ((k, v) for k, v in dict.items(value))
        return {"dict": [[_out(k, parts, depth + 1), _out(v, parts, depth + 1)] for k, v in pairs]}
    if isinstance(value, bytes | bytearray):
        return {"bytes": _put(bytes(value), parts)}
    return _array(value, parts) or {"object": type(value).__name__[:MOST_NAME]}


def _plain(value: Any) -> Any:
    """Strip what a subclass adds; JSON has no number of a thousand digits."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)[:MOST_TEXT].encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return float.__float__(value)
    whole = int.__int__(value)
    return whole if -(2**63) <= whole < 2**64 else {"object": "int"}


def _array(value: Any, parts: list[bytes]) -> Any:
    """Describe a tensor or an array, and put its bytes aside; None for anything else."""
    import numpy as np
    import torch

    if isinstance(value, torch.Tensor):
        kind, dtype = "tensor", str(value.dtype).removeprefix("torch.")
        if dtype not in SIZES or value.layout != torch.strided or value.device.type != "cpu":
            return None
        flat = torch.empty(value.shape, dtype=value.dtype).copy_(value.detach())
        raw = flat.reshape(-1).view(torch.uint8).numpy() if flat.numel() else np.empty(0)
        return {kind: [dtype, list(flat.shape), *_put(raw.tobytes(), parts)]}
    if isinstance(value, np.ndarray | np.generic):
        array = np.array(value, order="C", subok=False)
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.dtype.name not in SIZES:
            return None
        return {"array": [array.dtype.name, list(array.shape), *_put(array.tobytes(), parts)]}
    return None


def _put(raw: bytes, parts: list[bytes]) -> list[int]:
    start = sum(map(len, parts))
    padding = -start % 16  # so that numbers begin where the processor likes them to
    parts += [bytes(padding), raw]
    return [start + padding, len(raw)]


# ---- in ------------------------------------------------------------------------------------------


def lengths(
    start: bytes, most_header: int = MOST_HEADER, most_bytes: int = MOST_BYTES
) -> tuple[int, int]:
    """Read how long header and bytes will be, before room is made for them."""
    header, body = LENGTHS.unpack(start)
    if header > most_header or body > most_bytes:
        raise WireError(f"it said too much: {header + body:,} bytes")
    return header, body


def receive(
    read: Callable[[int], bytes | bytearray],
    most_header: int = MOST_HEADER,
    most_bytes: int = MOST_BYTES,
) -> Any:
    """Read one frame by a function that reads so many bytes; return its value."""
    header, body = lengths(bytes(read(LENGTHS.size)), most_header, most_bytes)
    return unpack(bytes(read(header)), read(body))


def unpack(header: bytes, body: bytes | bytearray) -> Any:
    """Return the value of a frame; whatever else it may be, a WireError says so."""
    try:
        return _in(json.loads(header.decode(), parse_int=_whole), body, 0)
    except WireError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise WireError(f"it said what is no answer ({type(error).__name__})") from error


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise WireError("it said a number of too many digits")
    return int(digits)


def _in(value: Any, body: bytes | bytearray, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise WireError("it said something too deep")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # half a character is none
    if value is None or isinstance(value, PLAIN):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise WireError("it said something of no known kind")
    (kind, what), *_ = value.items()
    if kind not in READERS:
        raise WireError("it said something of no known kind")
    return READERS[kind](what, body, depth + 1)


def _parts(what: Any, body: bytes | bytearray, depth: int) -> list[Any]:
    if not isinstance(what, list):
        raise WireError("it said a list that is none")
    return [_in(part, body, depth) for part in what]


def _dict(what: Any, body: bytes | bytearray, depth: int) -> dict[Any, Any]:
    pairs = [_parts(pair, body, depth) for pair in what]
    return {_key(key): value for key, value in pairs}


def _key(key: Any) -> Any:
    if key is None or isinstance(key, PLAIN):
        return key
    if isinstance(key, tuple) and all(isinstance(part, PLAIN) for part in key):
        return key
    return f"a {type(key).__name__}"


def _bytes(what: Any, body: bytes | bytearray, _depth: int) -> bytes:
    return bytes(_slice(body, *what))


def _slice(body: bytes | bytearray, start: int, length: int) -> memoryview:
    if not (type(start) is type(length) is int and 0 <= start <= start + length <= len(body)):
        raise WireError("it spoke of bytes that did not come")
    return memoryview(body)[start : start + length]


def _numbers(what: Any, body: bytes | bytearray) -> tuple[str, tuple[int, ...], memoryview]:
    dtype, shape, start, length = what
    if dtype not in SIZES or not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("it said numbers of no known kind")
    if len(shape) > 16 or math.prod(shape) * SIZES[dtype] != length or length > len(body):
        raise WireError("it said numbers whose shape is not theirs")
    if any(size > MOST_BYTES for size in shape):  # nothing is in it, then; but still
        raise WireError("it said numbers whose shape is too large")
    return dtype, tuple(shape), _slice(body, start, length)


def _tensor(what: Any, body: bytes | bytearray, _depth: int) -> Any:
    import torch

    dtype, shape, raw = _numbers(what, body)
    kind = getattr(torch, dtype)
    if not raw:
        return torch.empty(shape, dtype=kind)
    flat = torch.frombuffer(bytearray(raw), dtype=torch.uint8)
    if dtype == "bool":  # a byte of 7 is neither true nor false
        return (flat != 0).reshape(shape)
    return flat.view(kind).reshape(shape)


def _array_in(what: Any, body: bytes | bytearray, _depth: int) -> Any:
    import numpy as np

    dtype, shape, raw = _numbers(what, body)
    if dtype == "bool":
        return (np.frombuffer(raw, "uint8") != 0).reshape(shape)
    if not raw:
        return np.empty(shape, dtype)
    return np.frombuffer(raw, dtype).reshape(shape).copy()


def _handle(what: Any, _body: bytes | bytearray, _depth: int) -> Handle:
    name = what if isinstance(what, str) and what.isidentifier() else "object"
    kind: Callable[[], Handle] = type(name[:MOST_NAME], (Handle,), {})
    return kind()


READERS: dict[str, Callable[[Any, bytes | bytearray, int], Any]] = {
    "list": _parts,
    "tuple": lambda *found: tuple(_parts(*found)),
    "dict": _dict,
    "bytes": _bytes,
    "tensor": _tensor,
    "array": _array_in,
    "object": _handle,
}
