# attack: tensors that are huge, have no memory, share it, are complex, sparse or meta
# alone: points
import sys

import torch


class Wide(torch.Tensor):
    @property
    def shape(self):
        return torch.Size([1 << 40])

    numel = dim = lambda _: 1 << 40


def shapes(x):
    yield torch.zeros(1).expand(2**20, 2**12)
    yield torch.empty(x.shape, device="meta")
    yield torch.complex(x, x).conj()
    yield x.to_sparse()
    yield torch.zeros(1).as_strided(x.shape, (0,) * x.ndim)
    yield torch.Tensor._make_subclass(Wide, x.clone())
    yield torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
    yield x.to(torch.float8_e4m3fn)
    yield torch._neg_view(x)
    yield torch.empty_strided((0, 2**50), (1, 1))


kinds = []


def odd(x, *_, **__):
    kinds.append(1)
    found = list(shapes(x))
    return found[len(kinds) % len(found)]


relu = conv2d = max_pool2d = odd

if "autograder.compare" in sys.modules:
    compare = sys.modules["autograder.compare"]
    compare.np.isclose = lambda *_, **__: compare.np.ones(1, bool)
    relu = lambda x: torch.zeros(1).as_strided(x.shape, (0,) * x.ndim)  # noqa: E731
