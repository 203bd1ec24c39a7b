"""Lesson 1: the files that read_idx is tried on, good ones and bad ones."""

import gzip
import struct

import numpy as np

from autograder.draw import Draw
from autograder.probes import Inputs


def file_of(
    content: bytes, name: str = "some-file", as_text: bool = False, ails: str = ""
) -> Inputs:
    """Describe a file; its bytes travel as an array."""
    array = np.frombuffer(content, dtype=np.uint8).copy()
    return {"name": name, "content": array, "as_text": as_text, "ails": ails}


def idx(draw: Draw, *shape: int, kind: int = 8, magic: int = 0) -> bytes:
    """Write the bytes of an IDX file."""
    header = struct.pack(f">HBB{len(shape)}I", magic, kind, len(shape), *shape)
    return header + bytes(draw.bytes(*shape))


def labels_file(draw: Draw) -> Inputs:
    """Draw a file of labels."""
    # 65,792 reads the same from either end: what else goes wrong with the order of bytes is told.
    return {"file": file_of(idx(draw, 65_792), "labels-idx1-ubyte")}


def images_file(draw: Draw) -> Inputs:
    """Draw a zipped file of images, with more of them than a byte could count."""
    content = gzip.compress(idx(draw, draw.integer(260, 300), 4, 3))
    return {"file": file_of(content, "images-idx3-ubyte.gz", as_text=True)}


def misleading_names(draw: Draw) -> Inputs:
    """Draw a plain file with the name of a zipped one, and a zipped one with a plain name."""
    plain, zipped = idx(draw, 3, draw.integer(4, 9), 2), gzip.compress(idx(draw, 2, 5, 3))
    return {"files": [file_of(plain, "plain.gz"), file_of(zipped, "zipped", as_text=True)]}


def four_dimensions(draw: Draw) -> Inputs:
    """Draw a file with a dimension more than images have."""
    return {"file": file_of(idx(draw, draw.integer(2, 5), 2, 3, 4), "colours", as_text=True)}


def bad_magic(draw: Draw) -> Inputs:
    """Draw files that do not begin as they must."""
    good = idx(draw, 3, 4, 5)
    return {
        "files": [
            file_of(b"", ails="an empty file"),
            file_of(b"label,pixel0,pixel1\n5,0,0\n" * 4, ails="a file of text"),
            file_of(good[3::-1] + good[4:], ails="a magic number that is turned around"),
            file_of(idx(draw, 3, 4, 5, magic=draw.integer(1, 255)), ails="a wrong second byte"),
            file_of(idx(draw, 3, 4, 5, magic=256), ails="a wrong first byte"),
            file_of(bytes([0, 0, 8]), ails="a file of three bytes"),
        ]
    }


def bad_types(draw: Draw) -> Inputs:
    """Draw files of values that are not unsigned bytes."""
    return {
        "files": [
            file_of(idx(draw, 4, 6, kind=0x09), ails="signed bytes (type 0x09)"),
            file_of(idx(draw, 4)[:2] + b"\x0d\x01\0\0\0\x01" + bytes(4), ails="floats (type 0x0d)"),
            file_of(idx(draw, 8, kind=0), ails="type 0x00"),
        ]
    }


def bad_lengths(draw: Draw) -> Inputs:
    """Draw files that hold more or less than they announce."""
    good, flat = idx(draw, 3, 4, 5), idx(draw, 20)
    return {
        "files": [
            file_of(good[:-1], ails="a file that is one byte too short"),
            file_of(good + b"\0", ails="a file that is one byte too long"),
            file_of(
                gzip.compress(flat + b"\0\0"), ails="a gzip of a file that is two bytes too long"
            ),
            file_of(good[:10], ails="a file that ends within its header"),
            file_of(good[:3] + b"\x03" + bytes(4), ails="a header that lacks two of three sizes"),
        ]
    }


def cut_gzips(draw: Draw) -> Inputs:
    """Draw zipped files that are not whole."""
    zipped = gzip.compress(idx(draw, 9, 8, 7))
    return {
        "files": [
            file_of(zipped[: len(zipped) // 2], "half.gz", ails="half of a gzip"),
            file_of(zipped[:-4], "end.gz", as_text=True, ails="a gzip without its last bytes"),
        ]
    }
