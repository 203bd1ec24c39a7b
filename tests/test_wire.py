"""What crosses the door is data: what goes in comes out, or stays inside by name."""

import math
import struct
from collections import OrderedDict
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from frames import crossed, decode, own, unpack
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.compare import kind
from autograder.sandbox import wire

SHAPES = [(), (1,), (0,), (0, 5), (2, 0, 3), (3, 2), (1, 2, 1, 3)]
DTYPES = sorted(wire.SIZES)
NUMPY_DTYPES = [name for name in DTYPES if name != "bfloat16"]


def same(left, right):
    """Whether both are of one type and, bit for bit, of one value; NaN is itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, float):
        return struct.pack("d", left) == struct.pack("d", right) or left != left != right != right
    if isinstance(left, torch.Tensor):
        return left.dtype == right.dtype and same(*(bits(each) for each in (left, right)))
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape, left.tobytes()) == (
            right.dtype, right.shape, right.tobytes(),
        )  # fmt: skip
    return left == right


def bits(tensor):
    flat = tensor.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    return list(tensor.shape), flat.view(torch.uint8).tolist() if flat.numel() else []


# ---- what goes in comes out ----------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), texts)
plain = keys | st.binary(max_size=40)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys | st.tuples(texts, texts), inner, max_size=4),
    ),
    max_leaves=15,
)


@own
@given(values)
@example([True, 1, 1.0, -0.0, float("nan"), -float("inf"), 2**64 - 1, -(2**63), "", b"", (), {}])
def test_plain_values_come_out_as_they_went_in(value):
    assert same(crossed(value), value)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_tensors_of_every_dtype_and_shape_come_out_as_they_went_in(dtype, shape):
    count = math.prod(shape) * wire.SIZES[dtype]
    raw = torch.arange(1, count + 1, dtype=torch.int64).to(torch.uint8)
    flat = raw % 2 == 1 if dtype == "bool" else raw.view(getattr(torch, dtype))
    assert same(crossed([b"x", flat.reshape(shape)])[1], flat.reshape(shape))


@own
@given(st.sampled_from(NUMPY_DTYPES).flatmap(
    lambda name: arrays.arrays(name, arrays.array_shapes(min_dims=0, min_side=0, max_side=4))
))  # fmt: skip
def test_arrays_come_out_as_they_went_in(array):
    assert same(crossed(array), array)
    other = array.astype(array.dtype.newbyteorder(">"))
    assert same(crossed(other), array)
    assert same(crossed(array.T), array.T.copy())


def odd_tensors():
    x = torch.randn(3, 4)
    z = torch.randn(3, dtype=torch.complex64)
    return {
        "transposed": x.T, "strided": x[:, ::2], "expanded": x[:1].expand(5, 4),
        "conjugate": z.conj(), "negative": z.conj().imag, "with gradient": x.requires_grad_(),
        "parameter": torch.nn.Parameter(x), "result": x.sum(), "own class": x.as_subclass(Tensor),
    }  # fmt: skip


class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args, **kwargs):
        raise SystemExit("a learner's code ran")


@pytest.mark.parametrize("name", odd_tensors())
def test_a_tensor_that_is_seen_otherwise_comes_out_as_its_numbers(name):
    value = odd_tensors()[name]
    came = crossed(value)
    with torch._C.DisableTorchFunctionSubclass():
        assert came.dtype == value.dtype
        assert came.tolist() == value.detach().tolist()


def test_bytes_lie_where_numbers_may_begin():
    first, second = crossed([b"123", torch.arange(3.0, dtype=torch.float64)])
    assert first == b"123"
    assert second.tolist() == [0, 1, 2]
    header = wire.pack([b"123", torch.zeros(1)])[wire.LENGTHS.size :]
    assert b'{"tensor":["float32",[1],16,4]}' in header


# ---- what is stripped ----------------------------------------------------------------------------


def loud(base):
    """Make a subclass whose every method that a packer might call says that it was called."""

    def shout(self, *rest):
        raise SystemExit("a learner's code ran")

    special = "__iter__ __getitem__ __len__ __str__ __repr__ __bytes__ __int__ __float__ __index__"
    special += " __bool__ __eq__ __lt__ __le__ __gt__ __ge__ __format__ items keys values encode"
    return type(base.__name__.title(), (base,), {
        **dict.fromkeys(special.split(), shout), "__hash__": base.__hash__,
        "__class__": property(shout),
    })  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [7, 2.5, "text", b"bytes", bytearray(b"12"), [1, "a"], (1, 2), {"a": 1, 2: "b"}],
    ids=repr,
)
def test_a_subclass_is_stripped_and_its_code_does_not_run(value):
    expected = bytes(value) if isinstance(value, bytearray) else value
    assert same(crossed(loud(type(value))(value)), expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.str_("a"), "a"),
        (np.bytes_(b"a"), b"a"),
        (np.float32(1.5), np.array(1.5, np.float32)),
        (np.int64(3), np.array(3)),
        (np.bool_(True), np.array(True)),
        (OrderedDict(a=1), {"a": 1}),
        (np.ma.masked_array([1, 2], [True, False]), np.array([1, 2])),
        (torch.Size([2, 3]), (2, 3)),
        ("a\ud800b", "a?b"),
        ({"\udfff": "\ud83d"}, {"?": "?"}),
    ],
    ids=repr,
)
def test_what_is_nearly_plain_becomes_plain(value, expected):
    assert same(crossed(value), expected)


@own
@given(st.text(max_size=30))
@example("\ud83d\ude00")
def test_half_a_character_becomes_a_question_mark(text):
    assert crossed(text) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("character", ["a", "\0", "\u20ac", "\U0001f600", "\ud800"], ids=ascii)
def test_a_long_text_is_cut_and_crosses(character):
    came = decode(wire.pack(character * 2**20))
    assert len(came) == wire.MOST_TEXT


# ---- what stays inside ---------------------------------------------------------------------------


class Liar:
    """An object whose class says that it is another."""

    __class__ = list


class Meta(type):
    __name__ = property(lambda _: 7)


def deep():
    value = "the ground"
    for _ in range(40):
        value = [value]
    return value


def cyclic():
    value = []
    value.append(value)
    return value


STAYS = {
    "object": object, "int": lambda: 10**30, "complex": lambda: 1j, "type": lambda: int,
    "function": lambda: crossed, "Linear": lambda: torch.nn.Linear(1, 1), "Liar": Liar,
    "Mock": lambda: Mock(spec=torch.Tensor), "Quiet": lambda: Meta("Quiet", (), {})(),
    "set": lambda: {1}, "longdouble": lambda: np.longdouble(1), "Generator": torch.Generator,
    "datetime64": lambda: np.datetime64("2020"), "void": lambda: structured()[0],
}  # fmt: skip
TENSORS = {
    "sparse": lambda: torch.eye(2).to_sparse(), "meta": lambda: torch.ones(2, device="meta"),
    "float8": lambda: torch.ones(2).to(torch.float8_e5m2), "long": lambda: torch.empty(0, 2**40),
    "vast": lambda: torch.zeros(1).expand(2**48), "many axes": lambda: torch.ones([1] * 20),
}  # fmt: skip
ARRAYS = {
    "structured": lambda: structured(), "objects": lambda: np.array([object()]),
    "texts": lambda: np.array(["a"]), "new texts": lambda: np.array(["a"], np.dtypes.StringDType()),
    "dates": lambda: np.array(["2020"], "datetime64"), "many axes": lambda: np.ones([1] * 20),
}  # fmt: skip


def structured():
    return np.zeros(2, [("a", "i4"), ("b", "f8")])


def demand_handle(value, name):
    came = crossed({"value": [value]})["value"][0]
    assert isinstance(came, wire.Handle)
    assert type(came).__name__ == name
    assert kind(came).split()[1] == name


@pytest.mark.parametrize("name", STAYS)
def test_what_cannot_cross_is_a_handle_named_after_its_class(name):
    demand_handle(STAYS[name](), name)


@pytest.mark.parametrize("name", TENSORS)
def test_a_tensor_without_plain_numbers_stays_inside(name):
    demand_handle(TENSORS[name](), "Tensor")


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_without_plain_numbers_stays_inside(name):
    demand_handle(ARRAYS[name](), "ndarray")


@pytest.mark.parametrize("value", [deep(), cyclic()], ids=["deep", "cyclic"])
def test_what_is_too_deep_is_cut_where_it_is(value):
    came = crossed(value)
    for _ in range(wire.MOST_DEPTH):
        (came,) = came
    assert type(came).__name__ == "list"
    assert isinstance(came, wire.Handle)


@pytest.mark.parametrize("name", ["a b", "1a", "", "x\0", 7, None, ["a"], "\ud800"], ids=ascii)
def test_a_handle_with_a_name_that_is_none_is_an_object(name):
    assert type(unpack({"object": name})).__name__ == "object"
