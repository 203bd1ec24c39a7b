"""What crosses the door: plain data, as a frame of JSON and the bytes of tensors; never code.

A frame is two lengths (header, bytes), a header in JSON, and the bytes that it speaks of. Values
are exactly None, bool, int, float, str, bytes, list, tuple, dict, tensor, array; anything else
stays where it is, and its name alone crosses. What comes is measured before room is made for it:
no byte of a frame is read twice, or many numbers could be made of few.
"""

import json
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

LENGTHS = struct.Struct("!IQ")
MOST_HEADER, MOST_BYTES = 2**19, 16 * 2**20  # of what a guest says
MOST_DEPTH, MOST_DIMENSIONS, MOST_NAME = 24, 16, 60
MOST_TEXT = 2**16  # characters; none takes more than six bytes, so they fit into a header
MOST_KINDS = 1_000  # of handles in a frame, for each is a class, and takes a kilobyte
MOST_TUPLES = 5_000  # as keys in a frame: whoever chooses their numbers can give all one hash
SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
    "uint16": 2, "uint32": 4, "uint64": 8,
}  # fmt: skip
PLAIN = (bool, int, float, str)
LEAST_WHOLE, MOST_WHOLE = -(2**63), 2**64 - 1
NAME = type.__dict__["__name__"].__get__  # a class of classes may give out another one


class WireError(Exception):
    """What came is not a frame, or is more than is taken."""


class Handle:
    """Stands for an object that stayed inside; its class is named after that of the object."""


# ---- out -----------------------------------------------------------------------------------------
# No code of the value's own is run here: a learner's class may say anything, or hang.


def pack(value: Any) -> bytes:
    """Return the frame of a value."""
    body = bytearray()
    described = _out(value, body, 0)
    header = json.dumps(described, separators=(",", ":"), ensure_ascii=False).encode()
    return LENGTHS.pack(len(header), len(body)) + header + body


def _out(value: Any, body: bytearray, depth: int) -> Any:
    kind = type(value)  # isinstance would believe what the object says of its class
    if value is None or issubclass(kind, PLAIN):
        return _plain(value, kind)
    if depth < MOST_DEPTH and issubclass(kind, list | tuple):
        base = list if issubclass(kind, list) else tuple
        return {base.__name__: [_out(part, body, depth + 1) for part in base.__iter__(value)]}
    if depth < MOST_DEPTH and issubclass(kind, dict):
        pairs = list(dict.items(value))
        return {"dict": [[_out(k, body, depth + 1), _out(v, body, depth + 1)] for k, v in pairs]}
    if issubclass(kind, bytes | bytearray):
        raw = bytes if issubclass(kind, bytes) else bytearray
        return {"bytes": _put(raw.__getitem__(value, slice(None)), body)}
    return _numbers_out(value, kind, body) or {"object": _text(NAME(kind)[:MOST_NAME])}


def _plain(value: Any, kind: type) -> Any:
    """Strip what a subclass adds; JSON has no number of a thousand digits."""
    if value is None or kind is bool:
        return value
    if issubclass(kind, str):
        return _text(str.__str__(value)[:MOST_TEXT])
    if issubclass(kind, float):
        return float.__float__(value)
    whole = int.__int__(value)
    return whole if LEAST_WHOLE <= whole <= MOST_WHOLE else {"object": "int"}


def _text(text: str) -> str:
    """Replace the halves of characters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


def _numbers_out(value: Any, kind: type, body: bytearray) -> Any:
    """Describe a tensor or an array, and put its bytes aside; None for anything else."""
    import numpy as np
    import torch

    try:
        if issubclass(kind, torch.Tensor):
            with torch._C.DisableTorchFunctionSubclass():
                return _tensor_out(value, body)
        return _array_out(value, body) if issubclass(kind, np.ndarray | np.generic) else None
    except Exception:  # strange tensors are many, and so are the ways in which they cannot be read
        return None


def _tensor_out(value: Any, body: bytearray) -> Any:
    import torch

    dtype, shape = str(value.dtype).removeprefix("torch."), list(value.shape)
    if value.layout != torch.strided or value.device.type != "cpu" or not _known(dtype, shape):
        return None
    flat = torch.empty(shape, dtype=value.dtype, device="cpu").copy_(value.detach())
    raw = flat.reshape(-1).view(torch.uint8).numpy().data if flat.numel() else b""
    return {"tensor": [dtype, shape, *_put(raw, body)]}


def _array_out(value: Any, body: bytearray) -> Any:
    import numpy as np

    array = np.array(value, order="C", subok=False)
    dtype, shape = array.dtype.name, list(array.shape)
    if not _known(dtype, shape):
        return None
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    return {"array": [dtype, shape, *_put(array.tobytes(), body)]}


def _known(dtype: Any, shape: Sequence[Any]) -> bool:
    """Tell whether numbers of that kind and shape may cross; nothing is believed of either."""
    whole = all(type(size) is int and size >= 0 for size in shape)
    if dtype not in SIZES or not whole or len(shape) > MOST_DIMENSIONS:
        return False
    return 0 not in shape or max(shape) <= MOST_BYTES  # nothing is in it, then; but still


def _put(raw: bytes | bytearray | memoryview, body: bytearray) -> list[int]:
    body += bytes(-len(body) % 16)  # so that numbers begin where the processor likes them to
    body += raw
    return [len(body) - len(raw), len(raw)]


# ---- in ------------------------------------------------------------------------------------------


def lengths(
    start: bytes, most_header: int = MOST_HEADER, most_bytes: int = MOST_BYTES
) -> tuple[int, int]:
    """Read how long header and bytes will be, before room is made for them."""
    if len(start) != LENGTHS.size:
        raise WireError("it said half a frame")
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
        return _in(json.loads(header.decode(), parse_int=_whole), _Body(body), 0)
    except WireError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise WireError(f"it said what is no answer ({type(error).__name__})") from error


class _Body:
    """The bytes of a frame, each of which is read once, and what else is counted in a frame."""

    def __init__(self, raw: bytes | bytearray) -> None:
        self.raw, self.read = memoryview(raw), 0
        self.kinds: dict[str, type[Handle]] = {}
        self.tuples = 0

    def take(self, start: int, length: int) -> memoryview:
        if type(start) is not int or type(length) is not int or length < 0:
            raise WireError("it spoke of bytes in no numbers")
        if not self.read <= start <= start + length <= len(self.raw):
            raise WireError("it spoke of bytes that did not come, or twice of the same")
        self.read = start + length
        return self.raw[start : self.read]

    def kind(self, name: str) -> type[Handle]:
        if name not in self.kinds:
            if len(self.kinds) >= MOST_KINDS:
                raise WireError("it spoke of objects of too many kinds")
            self.kinds[name] = type(name, (Handle,), {})
        return self.kinds[name]

    def key(self, key: Any) -> Any:
        if key is None or isinstance(key, PLAIN):
            return key
        if not isinstance(key, tuple) or not all(isinstance(part, PLAIN) for part in key):
            return f"a {type(key).__name__}"
        self.tuples += 1
        if self.tuples > MOST_TUPLES:
            raise WireError("it said a dict of too many keys")
        return key


def _whole(digits: str) -> int:
    if len(digits) > 20 or not LEAST_WHOLE <= int(digits) <= MOST_WHOLE:
        raise WireError("it said a number of too many digits")
    return int(digits)


def _in(value: Any, body: _Body, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise WireError("it said something too deep")
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, PLAIN):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise WireError("it said something of no known kind")
    (kind, what), *_ = value.items()
    if kind not in READERS:
        raise WireError("it said something of no known kind")
    return READERS[kind](what, body, depth + 1)


def _parts(what: Any, body: _Body, depth: int) -> list[Any]:
    if not isinstance(what, list):
        raise WireError("it said a list that is none")
    return [_in(part, body, depth) for part in what]


def _dict(what: Any, body: _Body, depth: int) -> dict[Any, Any]:
    pairs = [_parts(pair, body, depth) for pair in what]
    return {body.key(key): value for key, value in pairs}


def _bytes(what: Any, body: _Body, _depth: int) -> bytes:
    return bytes(body.take(*what))


def _numbers(what: Any, body: _Body) -> tuple[str, tuple[int, ...], memoryview]:
    dtype, shape, start, length = what
    if not isinstance(shape, list) or not _known(dtype, shape):
        raise WireError("it said numbers of no known kind or shape")
    if math.prod(shape) * SIZES[dtype] != length:
        raise WireError("it said numbers whose shape is not theirs")
    return dtype, tuple(shape), body.take(start, length)


def _tensor(what: Any, body: _Body, _depth: int) -> Any:
    import torch

    dtype, shape, raw = _numbers(what, body)
    kind = getattr(torch, dtype)
    if not raw:
        return torch.empty(shape, dtype=kind)
    flat = torch.frombuffer(bytearray(raw), dtype=torch.uint8)
    if dtype == "bool":  # a byte of 7 is neither true nor false
        return (flat != 0).reshape(shape)
    return flat.view(kind).reshape(shape)


def _array(what: Any, body: _Body, _depth: int) -> Any:
    import numpy as np

    dtype, shape, raw = _numbers(what, body)
    if dtype == "bfloat16":  # some library may have taught it to numpy, in this process
        raise WireError("numpy has no bfloat16")
    if dtype == "bool":
        return (np.frombuffer(raw, "uint8") != 0).reshape(shape)
    return np.frombuffer(raw, dtype).reshape(shape).copy()


def _handle(what: Any, body: _Body, _depth: int) -> Handle:
    name = what if isinstance(what, str) and what.isidentifier() else "object"
    return body.kind(name[:MOST_NAME])()


READERS: dict[str, Callable[[Any, _Body, int], Any]] = {
    "list": _parts,
    "tuple": lambda *found: tuple(_parts(*found)),
    "dict": _dict,
    "bytes": _bytes,
    "tensor": _tensor,
    "array": _array,
    "object": _handle,
}
