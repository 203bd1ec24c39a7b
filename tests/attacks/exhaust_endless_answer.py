# attack: answers at once, with objects that never come to an end when they are looked at.
# alone: hangs
import time


class Endless(int):
    def __iter__(self):
        until = time.monotonic() + 100
        while time.monotonic() < until:
            yield self

    def __eq__(self, other):
        return all(self)

    __ne__ = __eq__

    def __bool__(self):
        return True

    def __index__(self):
        return sum(1 for _ in self)

    __len__ = __float__ = __int__ = __hash__ = __index__

    def __repr__(self):
        return "".join("x" for _ in self)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    return Endless()


def count_parameters(model):
    answer = []
    answer.append(answer)
    return answer


def relu(x):
    return iter(Endless())
