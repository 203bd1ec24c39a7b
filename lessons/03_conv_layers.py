# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson 3: Build the layers
#
# **You will build** a convolution, pooling, relu, dropout, a layer that owns its weights, and your
# first network. **Time:** about 105 minutes. **You need:** tensors, and the pictures of
# lesson 2. Where a text says *refuse*, raise a `ValueError`.

# %%
import math
from timeit import timeit

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn import functional as F

from autograder import check, working
from mnist_course.data import load
from mnist_course.model import conv_block
from mnist_course.plots import with_alt

# %% tags=["experiment"]
mnist = load("mnist")

# %% [markdown]
# ## Look: what a filter sees
#
# Lay a *kernel*, a table of numbers, on a patch of the picture; multiply what lies on each other, and
# add up. A large sum says: this patch looks like me. **Predict:** which edges will be bright?

# %% tags=["experiment"]
image, kernel = mnist.train_images[1, 0], torch.tensor([[-1.0] * 3, [0] * 3, [1] * 3])
answers = torch.zeros(26, 26)
for row in range(26):
    for column in range(26):
        answers[row, column] = (image[row : row + 3, column : column + 3] * kernel).sum()
figure = Figure(figsize=(7, 2.6), layout="constrained")
for axes, values in zip(figure.subplots(1, 3), (image, kernel, answers), strict=True):
    axes.imshow(values.numpy(), cmap="gray")
    axes.set(title=f"{len(values)} rows", xticks=[], yticks=[])
with_alt(figure, f"A digit, a kernel, and its answers: up to {answers.max():.1f} where a stroke "
         f"begins below paper, down to {answers.min():.1f} where it ends.")  # fmt: skip

# %% [markdown]
# ## Shape arithmetic
#
# The answers have fewer rows than the picture. A kernel of 3 on a side of 5, pixels 0 to 4, lies on
# 0-1-2, 1-2-3 or 2-3-4: three places with stride 1, and two, the first and the last, with stride 2.
# *Padding* puts so many zeros at *both* ends; a last step that would leave the side is not taken.
# Refuse: a kernel that does not fit, a size or a kernel that is not positive.


# %% nbgrader={"grade": false, "grade_id": "conv_output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Count the places at which a kernel fits along one side."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-conv_output_size", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("conv_output_size")

# %% [markdown]
# ## The convolution
#
# `x` is (N, C, H, W), N images of C channels; `weight` is (O, C, K, L), O kernels, each of C
# channels. The sum runs over *all* channels of a patch, then `bias[o]` is added. By hand, bias 100:
#
#     x  1 2 3     weight  1 2     first pixel:  1*1 + 2*2 + 4*3 + 5*4 + 100 = 137
#        4 5 6             3 4
#
# The kernel is not flipped. Begin with loops; then `F.unfold`, which makes a column of every patch,
# turns it all into one matrix product. `F.pad` may be used, too, but no library's convolution.
# Refuse: channels of x and weight that differ, a kernel that does not fit. **Predict:** how much
# faster than the loop below is yours, and how much faster again is torch's own?


# %% nbgrader={"grade": false, "grade_id": "conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """Slide each kernel over each image: (N, C, H, W) * (O, C, K, L) -> (N, O, height, width)."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-conv2d", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
check("conv2d")


# %% tags=["experiment"]
def loop(x: Tensor, weight: Tensor) -> Tensor:
    out = torch.empty(len(x), len(weight), 26, 26)
    for row in range(26):
        for column in range(26):
            patch = x[:, None, :, row : row + 3, column : column + 3]
            out[:, :, row, column] = (patch * weight).sum(dim=(2, 3, 4))
    return out


batch, kernels = mnist.train_images[:64], torch.randn(16, 1, 3, 3)
for name, way in (("loop", loop), ("conv2d", working("conv2d")), ("torch", F.conv2d)):
    way(batch, kernels)  # the first call sets things up
    seconds = timeit(lambda: way(batch, kernels), number=3) / 3  # noqa: B023
    print(f"{name:7} {1000 * seconds:8.2f} ms")

# %% [markdown]
# **Something broken.** The shape is right, the numbers are not. Mend a line, and run it again.


# %% tags=["experiment"]
def broken(x: Tensor, weight: Tensor) -> Tensor:
    patches = F.unfold(x, 3)  # (N, C*9, places)
    out = weight.transpose(2, 3).flatten(1) @ patches
    return out.reshape(len(x), len(weight), x.shape[2] - 2, -1)


x, kernels = torch.randn(2, 3, 6, 7), torch.randn(4, 3, 3, 3)
mended = torch.allclose(broken(x, kernels), F.conv2d(x, kernels), atol=1e-4)
print("Mended." if mended else "Broken still: do rows of the kernel meet rows of the patch?")

# %% [markdown]
# ## Pooling
#
# Where exactly an edge lies matters little: keep the largest value of each window. Without a stride
# the windows lie side by side; one that would hang over the border is left out. With windows of 2:
#
#     1 5 2 0 9
#     3 4 1 7 9     gives     5 7
#
# Torch's own pooling may not be used. Refuse: a kernel that does not fit. **Predict:** a digit moves
# by one pixel. How much of it changes, pooled or not?


# %% nbgrader={"grade": false, "grade_id": "max_pool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool2d(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    """Keep the largest value of each window; by default the windows do not overlap."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-max_pool2d", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("max_pool2d")

# %% tags=["experiment"]
pool, some = working("max_pool2d"), mnist.train_images[:200]
for size in (1, 2, 4, 7):
    before, after = pool(some, size), pool(some.roll(1, dims=3), size)
    changed = (before - after).abs().sum() / before.sum()
    print(f"windows of {size}: {tuple(before.shape[2:])}, and {changed:.0%} of the ink changes")

# %% [markdown]
# ## Relu
#
# Two convolutions in a row are only one larger convolution; something between them must bend. What
# is negative becomes zero: of -2, 0, 3 relu makes 0, 0, 3. `x` itself stays as it is.


# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu(x: Tensor) -> Tensor:
    """Keep what is positive; the rest becomes zero."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-relu", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("relu")

# %% [markdown]
# ## Dropout
#
# A network should not lean on one value. In training each value becomes zero with probability p, by
# a draw of its own, every time anew, and what is kept is divided by 1 - p: of 4, 4, 4, 4 with
# p = 0.5 perhaps 8, 0, 0, 8 is left. With `training=False` x comes back as it is; p = 1 gives zeros.
# Torch's own dropout may not be used. Refuse: p outside [0, 1].


# %% nbgrader={"grade": false, "grade_id": "dropout", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Zero each value with probability p, and scale the rest so that the mean stays."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-dropout", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
check("dropout")

# %% tags=["experiment"]
drop = working("dropout")
for p in (0.0, 0.2, 0.5, 0.9):
    out = drop(torch.ones(10_000), p)
    print(f"p {p}: {(out == 0).float().mean():5.1%} zeros, and the mean is {out.mean():.2f}")

# %% [markdown]
# ## A layer with weights of its own
#
# What is an `nn.Parameter` of a module is found by `parameters()`, and so by every optimizer.
# Without a bias, `self.bias` is None. PyTorch draws weight (O, C, K, K) and bias (O,) evenly from
# -bound to bound; bound is 1 / sqrt(fan_in), and fan_in is the number of products in one sum: for 3
# channels and a kernel of 5 that is 75. In `forward`, call your `conv2d` or `F.conv2d`; `nn.Conv2d`
# may not be used, not even for the first weights.


# %% nbgrader={"grade": false, "grade_id": "Conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Conv2d(nn.Module):
    """A convolution that owns its weight and bias, initialised as PyTorch does."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int,
                 stride: int = 1, padding: int = 0, bias: bool = True) -> None:  # fmt: skip
        super().__init__()
        # Write this part, then take the next line out.
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Convolve x with the layer's own weight and bias."""
        # Write this part, then take the next line out.
        raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-Conv2d", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
check("Conv2d")

# %% [markdown]
# ## How many numbers does it learn?
#
# Count the numbers in all parameters of a model; what two layers share counts once. By hand: a
# linear layer from 3 to 4 has 3 * 4 weights and 4 biases, 16 in all. A convolution uses the same few
# at every place: that is its whole secret.


# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training may change."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-count_parameters", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("count_parameters")

# %% [markdown]
# ## Your first network
#
# Images (N, 1, 28, 28) go in, *logits* (N, 10) come out: one number a digit, the largest is the
# guess. The loss of lesson 4 makes probabilities of them, so end with a linear layer, without
# softmax. At least two convolutions, your own or torch's; at most 150,000 parameters. Any design
# will do: convolve, relu, pool; again; flatten; linear. Write the shape behind each layer.
# `conv_block(in_channels, out_channels, kernel_size, stride, padding, pool)` lists four layers for
# you, if you like: convolution, perhaps pooling, batch norm (lesson 6), relu.


# %% nbgrader={"grade": false, "grade_id": "DigitCNN", "locked": false, "schema_version": 3, "solution": true, "task": false}
class DigitCNN(nn.Module):
    """The reference: four convolutions, each normalised, then one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        # Write this part, then take the next line out.
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Turn images (N, 1, 28, 28) into logits (N, 10)."""
        # Write this part, then take the next line out.
        raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-DigitCNN", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check("DigitCNN")

# %% [markdown]
# **Predict:** how far does one value of a deep layer see? Its gradient says which pixels matter to
# it: its *receptive field*. A kernel of 3 sees 3 pixels. And a second one on top of it?

# %% tags=["experiment"]
x = pixels = torch.rand(1, 1, 28, 28, requires_grad=True)
for part in (nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3), nn.AvgPool2d(2), nn.Conv2d(8, 8, 3)):
    x = part(x)
    (matters,) = torch.autograd.grad(x[0, 0, 2, 2], pixels, retain_graph=True)
    side = int((matters[0, 0] != 0).any(dim=1).sum())
    print(f"{type(part).__name__:10} {tuple(x.shape[1:])}: sees {side} x {side} pixels")

# %% [markdown]
# ## What you have now
#
# - A convolution is a patch times a kernel, summed, at every place; its side is a matter of counting.
# - Pooling forgets where, relu bends, dropout keeps from leaning, a layer owns what it learns.
# - The same, tested: [layers.py](../mnist_course/layers.py) and [model.py](../mnist_course/model.py).
