# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson 1: From files to tensors
#
# A network reads neither files nor pictures: it reads tensors of floats, a batch at a time. Here
# you build the whole way there: nothing about your data shall be a black box.
#
# **You will build** six functions: one reads MNIST's own files, one makes tensors of them, two
# bring the numbers into a good range, one sets images aside, and one serves batches.
# **Time:** about 75 minutes. **You need:** Python, and a first idea of numpy arrays.

# %%
import gzip
import math
import tempfile
import zlib
from collections.abc import Sized
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from autograder import check, working
from mnist_course.data import load
from mnist_course.plots import show_digits, with_alt

# %% tags=["experiment"]
mnist = load("mnist")
images, labels = mnist.train_images, mnist.train_labels
print(f"images {tuple(images.shape)}, labels {tuple(labels.shape)}")
shown = ", ".join(str(label) for label in labels[:8].tolist())
with_alt(show_digits(images[:8], labels[:8]), f"Eight handwritten digits in a row: {shown}.")

# %% [markdown]
# ## 1. A file is a row of bytes
#
# MNIST comes in the IDX format. Here is a whole file, which holds 2 rows of 3 bytes:
#
# ```
# 00 00 08 02   two zeros, the type (08: unsigned bytes), the number of dimensions
# 00 00 00 02   the first size: 2       the byte that counts most comes first ("big-endian")
# 00 00 00 03   the second size: 3
# 0a 14 1e      the data, row by row: 10 20 30
# 28 32 3c                            40 50 60
# ```
#
# **Predict:** how many bytes long is the file of 60,000 pictures of 28 x 28? Then run this.

# %% tags=["experiment"]
tiny = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60])
print(len(tiny), "bytes:", tiny.hex(" ", -4))
print(f"MNIST's: {4 + 3 * 4 + 60_000 * 28 * 28:,} bytes, of which the header has {4 + 3 * 4}")

# %% [markdown]
# Such files are often gzipped, and names lie: a browser may have unzipped what is still called
# `.gz`. A gzip shows by its first two bytes, `1f 8b`. Two helpers are given: one that unzips, and
# one for all that takes images and labels: with one picture lost, each has its neighbour's label.


# %%
UNSIGNED_BYTES = b"\0\0\x08"  # how an IDX file of them begins


def unzipped(path: str | Path) -> bytes:
    """Return what a file holds; whether it is gzipped is told by its first bytes, not its name."""
    raw = Path(path).read_bytes()
    try:
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} is a damaged gzip file ({error})") from error


def check_lengths(images: Sized, labels: Sized) -> None:
    """Refuse images and labels that are not equally many."""
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")


# %% [markdown]
# Write `read_idx`: any number of dimensions; the result is a numpy array of uint8. What cannot be
# right is a `ValueError`, never a wrong picture: a wrong magic number (the first four bytes),
# values that are not unsigned bytes, more or fewer bytes than announced. (`unzipped` refuses a cut
# gzip.) `np.frombuffer(raw, dtype=">u4")` reads big-endian numbers of four bytes each.


# %% nbgrader={"grade": false, "grade_id": "read_idx", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_idx(path: str | Path) -> npt.NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes, gzipped or plain: the format that MNIST comes in."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-read_idx", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("read_idx")

# %% tags=["experiment"]
# Digits go into a file under a name that lies, and come back. Is anything lost?
pixels = (images[:1000, 0] * 255).round().byte().numpy()
header = bytes([0, 0, 8, 3]) + np.array(pixels.shape, dtype=">u4").tobytes()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "plain-says-the-name"
    print(pixels.nbytes, "->", path.write_bytes(gzip.compress(header + pixels.tobytes())), "bytes")
    back = working("read_idx")(path)
print("All came back:", np.array_equal(pixels, back), back.shape, back.dtype)

# %% [markdown]
# ## 2. Bytes become tensors
#
# Bytes save room, but a network multiplies by 0.37 and the like, so it needs floats; and it counts
# channels, of which a grey picture has one. By hand, for one picture of one row:
#
# ```
# bytes (1, 1, 3): [[[0 51 255]]]    ->    tensor (1, 1, 1, 3): [[[[0.0 0.2 1.0]]]]
# ```
#
# ### Broken: mend it
# Somebody wants brighter pictures, and adds 100 while they are still bytes. Run it, explain the
# result to yourself, and mend the first line. No pixel may get darker, and 255 is the most.

# %% tags=["experiment"]
brighter = np.array([0, 51, 200, 255], dtype=np.uint8) + np.uint8(100)
print(brighter.tolist())
print("Mended." if brighter.max() == 255 else "Still broken: past 255, a byte starts again at 0.")

# %% [markdown]
# **Predict:** which shape do 60,000 pictures of 28 x 28 get? Write `to_tensors`: images become
# float32 (N, 1, H, W) in [0, 1], labels become int64 (N,). Different lengths are a
# `ValueError`: call `check_lengths`.


# %% nbgrader={"grade": false, "grade_id": "to_tensors", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_tensors(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]
) -> tuple[Tensor, Tensor]:
    """Turn bytes into what a network takes: float32 (N, 1, H, W) in [0, 1], and int64 (N,)."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-to_tensors", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("to_tensors")

# %% [markdown]
# ## 3. Two numbers that describe all pixels
#
# Where do pixels lie, and how far apart? The mean, and the standard deviation: the root of the mean
# squared distance from the mean. By hand, for the four pixels 0, 0, 0, 1:
#
# ```
# mean: (0 + 0 + 0 + 1) / 4 = 0.25         distances from it: -0.25  -0.25  -0.25  0.75
# deviation: root of (0.0625 + 0.0625 + 0.0625 + 0.5625) / 4 = root of 0.1875 = 0.433
# ```
#
# **Predict:** is the mean pixel of a handwritten digit nearer to 0 (black) or to 1 (white)?
# Write `channel_stats`: both over all pixels of all images, as two Python floats. (Dividing by n or
# by n - 1 is all the same here.)


# %% nbgrader={"grade": false, "grade_id": "channel_stats", "locked": false, "schema_version": 3, "solution": true, "task": false}
def channel_stats(images: Tensor) -> tuple[float, float]:
    """Return mean and standard deviation over all pixels of all images."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-channel_stats", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("channel_stats")

# %% tags=["experiment"]
mean, std = working("channel_stats")(images)
counts, edges = np.histogram(images.numpy(), bins=20, range=(0, 1))
figure = Figure(figsize=(6, 3), layout="constrained")
axes = figure.subplots()
axes.stairs(counts / counts.sum(), edges, fill=True)
axes.axvline(mean, color="tab:red")
axes.set(xlabel="pixel", ylabel="share of pixels", title=f"mean {mean:.3f}, deviation {std:.3f}")
black = (images == 0).float().mean()
with_alt(figure, f"Histogram of pixels: {black:.0%} are black; the mean is {mean:.3f}.")

# %% [markdown]
# ## 4. Centre and scale
#
# Learning goes faster with inputs around 0 that are spread by about 1. Take the mean away, divide
# by the deviation: with mean 0.25 and deviation 0.5, the pixel 0.25 becomes 0, and 1 becomes 1.5.
#
# Write `normalize`. It uses the mean and the deviation that it is given, leaves its images as they
# were, and refuses a deviation that is not positive with a `ValueError`. Test images are scaled by
# the numbers of the *training* images, so that the same pixel means the same wherever it comes
# from. **Predict:** will their mean be exactly 0 then?


# %% nbgrader={"grade": false, "grade_id": "normalize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def normalize(images: Tensor, mean: float, std: float) -> Tensor:
    """Shift and scale to mean 0 and standard deviation 1."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-normalize", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("normalize")

# %% tags=["experiment"]
normalized, stats = working("normalize"), working("channel_stats")
for name, part in (("training", images), ("test", mnist.test_images)):
    after = stats(normalized(part, mean, std))
    print(f"{name:9} mean {after[0]:+.4f}, deviation {after[1]:.4f}")

# %% [markdown]
# ## 5. Set some aside
#
# Who examines a learner with exercises that were practised, measures memory. So some training
# images are held out for validation. Two traps: files may be sorted (**predict:** which digits are
# the last tenth of a sorted file?), and chance may hold out many sevens and hardly a four. So each
# class gives the same share ("stratified"). By hand, with half of each held out:
#
# ```
# labels        7  4  7  7  4  7       four sevens, two fours
# held out         x  x        x       two sevens, one four: which ones, the seed decides
# ```
#
# Write `train_val_split`. Every image lands in exactly one part, with its label; each class gives
# its share to within one image; `torch.Generator().manual_seed(seed)` makes the same seed give the
# same split. A fraction not between 0 and 1, and different lengths, are a `ValueError`.


# %% nbgrader={"grade": false, "grade_id": "train_val_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_val_split(
    images: Tensor, labels: Tensor, val_fraction: float, seed: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Hold out the same share of every class: (train images, labels, val images, labels)."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-train_val_split", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("train_val_split")

# %% tags=["experiment"]
few, of_few = images[:300], labels[:300]
_, _, _, fair = working("train_val_split")(few, of_few, 0.2, seed=1)
by_chance = of_few[torch.randperm(300, generator=torch.Generator().manual_seed(1))[: len(fair)]]
for name, held in (("stratified", fair), ("by chance", by_chance)):
    share = held.bincount(minlength=10) / of_few.bincount(minlength=10)
    print(f"{name:10} held out, of each digit: {share.min():.0%} to {share.max():.0%}")

# %% [markdown]
# ## 6. A batch at a time
#
# Training takes a step after every batch. 10 images in batches of 4 make batches of 4, 4 and 2: the
# last one is short, and it is kept. For training the order is shuffled, anew every epoch.
#
# Write `make_loader` with torch's `TensorDataset`, which keeps pairs together, and `DataLoader`.
# The same seed gives the same orders, whatever else draws random numbers: give the loader a
# generator of its own. Different lengths are a `ValueError`. **Predict:** which of the three lines
# that the experiment prints will be equal?


# %% nbgrader={"grade": false, "grade_id": "make_loader", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_loader(
    images: Tensor, labels: Tensor, batch_size: int, shuffle: bool = False, seed: int = 0
) -> DataLoader[tuple[Tensor, ...]]:
    """Serve (images, labels) in batches; shuffled, the order is new every epoch but repeatable."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-make_loader", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
check("make_loader")

# %% tags=["experiment"]
make = working("make_loader")
loader, again = (make(images[:10], torch.arange(10), 4, shuffle=True, seed=3) for _ in range(2))
for name, served in (("epoch 1", loader), ("epoch 2", loader), ("again, epoch 1", again)):
    print(f"{name:15}", [batch.tolist() for _, batch in served])

# %% [markdown]
# ## 7. When data is a folder of pictures
#
# Your own data will hardly be IDX files. The usual way is a folder for each class, with pictures in
# it, which torchvision's `ImageFolder` reads. Here some digits are written that way, and read.
# **Predict:** they are grey; will they come back grey? Which of the folders 1, 2, 10 is label 1?

# %% tags=["experiment"]
from mnist_course.data.download import torchvision_datasets
from mnist_course.data.folders import write_image_folder

with tempfile.TemporaryDirectory() as folder:
    root = Path(folder) / "digits"
    write_image_folder(root, {"train": (images[:200], labels[:200])}, mnist.classes)
    print([str(path.relative_to(root)) for path in sorted(root.rglob("*.png"))[:3]])
    dataset = torchvision_datasets().ImageFolder(str(root / "train"))
    print(f"{len(dataset)} pictures; the first: {dataset[0][0].mode}, label {dataset[0][1]}")
    grey = np.stack([np.asarray(picture.convert("L")) for picture, _ in dataset])
x, y = working("to_tensors")(grey, np.array(dataset.targets, dtype=np.uint8))
print("The same digits as before:", torch.equal(y, labels[:200].sort().values), tuple(x.shape))
print("Labels follow the alphabet:", {name: i for i, name in enumerate(sorted(["1", "2", "10"]))})

# %% [markdown]
# ## What you have now
#
# - You can read a binary format, and what is damaged is refused before it costs you a week.
# - Your images are float32 (N, 1, 28, 28) around a known mean, split fairly, served in batches.
# - It is all in [mnist_course/data/tensors.py](../mnist_course/data/tensors.py). Next: look at it.
