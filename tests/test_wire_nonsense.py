"""What is no frame is a WireError, whatever it is, and nothing else comes of it."""

import json

import numpy as np
import pytest
import torch
from frames import LIES, decode, demand_exact, demand_refusal, own, reader, unpack
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.sandbox import wire


@own
@given(st.binary(max_size=200))
@example(b"")
@example(b"\0" * wire.LENGTHS.size)
def test_arbitrary_bytes_are_data_or_a_wire_error(data):
    decode(data)
    decode(wire.LENGTHS.pack(len(data), 0) + data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*wire.READERS, "other"]), inner, min_size=1, max_size=1),
        st.tuples(
            st.sampled_from([*wire.SIZES, "object"]), st.lists(inner, max_size=2), inner, inner
        ),
    ),
    max_leaves=20,
)


@own
@given(json_values, st.binary(max_size=40))
def test_any_json_is_data_or_a_wire_error(said, body):
    header = json.dumps(said).encode()
    decode(wire.LENGTHS.pack(len(header), len(body)) + header + body)


TYPICAL = wire.pack({
    "to": "0123456789abcdef", "value": [torch.ones(2, 3), (np.zeros(2), b"abc", 1.5)],
    "flags": torch.tensor([True, False]), 7: object(),
})  # fmt: skip


@own
@given(st.data())
def test_a_frame_that_was_mutated_is_data_or_a_wire_error(data):
    frame = bytearray(TYPICAL)
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    decode(frame)


@own
@given(st.data())
def test_a_header_whose_digits_were_changed_is_data_or_a_wire_error(data):
    header, body = wire.lengths(TYPICAL[: wire.LENGTHS.size])
    text = bytearray(TYPICAL[wire.LENGTHS.size :][:header])
    places = [place for place, byte in enumerate(text) if chr(byte) in '0123456789[]",:']
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.sampled_from(places))] = ord(
            data.draw(st.sampled_from('0123456789-[]",'))
        )
    decode(wire.LENGTHS.pack(len(text), body) + text + TYPICAL[-body:])


def test_every_truncated_frame_is_a_wire_error():
    for length in range(len(TYPICAL)):
        with pytest.raises(wire.WireError):
            wire.receive(reader(TYPICAL[:length]))


@pytest.mark.parametrize(
    "said",
    [
        '{"list":' * 30 + "[]" + "}" * 30, "[" * 100_000, '{"list":[' * 40 + "]}" * 40,
        '{"a":' * 10_000, "7" * 1_000_000, "-" + "9" * 25, f"{2**64}", f"{-(2**63) - 1}", "[]",
        '{"list":[],"tuple":[]}', '{"strange":[]}', '{"list":{}}', '{"list":"ab"}', '{"list":null}',
        '{"tuple":7}', '{"dict":[[1,2,3]]}', '{"dict":[[1]]}', '{"dict":["ab"]}', '{"dict":7}',
        '{"dict":{"a":1}}', '{"bytes":7}', '{"bytes":[0]}', '{"bytes":[0,1,2]}', '{"tensor":[]}',
        '{"tensor":null}', '{"object":', "nul", "", "\0", "{}",
    ],
    ids=lambda said: said[:20],
)  # fmt: skip
def test_a_header_that_is_no_value_is_a_wire_error(said):
    demand_refusal(said, b"0123456789abcdef")


def test_a_header_that_is_no_text_is_a_wire_error():
    with pytest.raises(wire.WireError):
        wire.unpack(b'"\xff\xfe"', b"")


@pytest.mark.parametrize("kind_said", ["tensor", "array"])
@pytest.mark.parametrize("lie", LIES)
def test_numbers_that_lie_are_a_wire_error(kind_said, lie):
    assert unpack({kind_said: ["uint8", [8], 0, 8]}, b"01234567").shape == (8,)
    demand_refusal({kind_said: LIES[lie]}, b"01234567")


@pytest.mark.parametrize("slice_said", [[0, 9], [9, 0], [-1, 1], [0, True], [2, -1], [0.0, 1]])
def test_bytes_that_lie_are_a_wire_error(slice_said):
    assert unpack({"bytes": [1, 2]}, b"01234567") == b"12"
    demand_refusal({"bytes": slice_said}, b"01234567")


def test_numpy_has_no_bfloat16_even_where_a_library_taught_it():
    pytest.importorskip("ml_dtypes", reason="needs ml_dtypes, which onnx brings")
    demand_refusal({"array": ["bfloat16", [4], 0, 8]}, b"01234567")
    demand_refusal({"array": ["bfloat16", [0], 0, 0]})


@pytest.mark.parametrize("second", [0, 3])
@pytest.mark.parametrize("first", [0, 4])
def test_no_byte_is_read_twice_or_out_of_order(first, second):
    said = [{"bytes": [first, 4]}, {"tensor": ["uint8", [4], second, 4]}]
    demand_refusal({"list": said}, b"01234567")
    assert unpack({"list": [{"bytes": [0, 4]}, {"bytes": [4, 4]}]}, b"01234567") == [
        b"0123",
        b"4567",
    ]


def test_a_key_said_twice_is_one_key():
    assert unpack('{"list":[1],"list":[2]}') == [2]
    assert unpack({"dict": [["a", 1], ["a", 2]]}) == {"a": 2}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"list": []}, "a list"), ({"dict": []}, "a dict"), ({"bytes": [0, 0]}, "a bytes"),
        ({"tensor": ["int8", [0], 0, 0]}, "a Tensor"), ({"object": "Strange"}, "a Strange"),
        ({"tuple": [{"list": []}]}, "a tuple"), ({"tuple": [1, "a"]}, (1, "a")), (None, None),
    ],
    ids=str,
)  # fmt: skip
def test_a_key_is_plain(key, expected):
    assert list(unpack({"dict": [[key, 1]]})) == [expected]


@pytest.mark.parametrize("kind_said", ["tensor", "array"])
def test_a_byte_of_seven_is_true_and_nothing_else(kind_said):
    came = unpack({kind_said: ["bool", [4], 0, 4]}, bytes([0, 1, 7, 255]))
    assert came.tolist() == [False, True, True, True]
    demand_exact(came)
    assert int(came.sum()) == 3
