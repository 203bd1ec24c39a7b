# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson 2: Look before you train
#
# A network will learn from whatever it is given: also from pictures that stand on their heads, or
# from labels that belong to other pictures. Nobody will warn you. So look first.
#
# **You will build** six small functions: a contact sheet, a labelled grid, counts and a chart of
# them, the mean of each digit, and then, out of those means, your first classifier.
# **Time:** about 75 minutes. **You need:** tensors and their shapes; lesson 1 need not be solved.

# %%
import math

import torch
from matplotlib.figure import Figure
from torch import Tensor

from autograder import check, working
from mnist_course.data import load
from mnist_course.plots import with_alt

# %% tags=["experiment"]
mnist = load("mnist")
images, labels = mnist.train_images, mnist.train_labels
print(f"images {tuple(images.shape)}, labels {tuple(labels.shape)}")

# %% [markdown]
# An image is nothing but numbers. Here is the first one, each pixel as one character: the more ink,
# the darker the character. Can you read it?

# %% tags=["experiment"]
for row in images[0, 0]:
    print("".join(" .:+#@"[round(5 * float(pixel))] for pixel in row))
print("The label says:", labels[0].item())

# %% [markdown]
# ## 1. A contact sheet
#
# One image at a time is slow; photographers print a whole film on one sheet. By hand, with three
# images of 2 x 2 pixels and two columns:
#
# ```
# image 0   image 1   image 2          the sheet
#  1  2      5  6      9 10             1  2  5  6
#  3  4      7  8     11 12             3  4  7  8
#                                       9 10  0  0
#                                      11 12  0  0
# ```
#
# **Predict:** how high and how wide is a sheet of 7 images of 4 x 6 pixels in 3 columns?
#
# Write `tile`. It takes (N, H, W) or (N, 1, H, W); the sheet is always `columns` images wide, also
# when there are fewer images than that. `columns` below 1 is a `ValueError`.


# %% nbgrader={"grade": false, "grade_id": "tile", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tile(images: Tensor, columns: int) -> Tensor:
    """Lay images out row by row in one large picture; empty places are zero."""
    ### BEGIN SOLUTION
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    height, width = images.shape[-2:]
    rows = -(-len(images) // columns)
    grid = images.new_zeros(rows * columns, height, width)
    grid[: len(images)] = images.reshape(-1, height, width)
    return (
        grid.view(rows, columns, height, width)
        .transpose(1, 2)
        .reshape(rows * height, columns * width)
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-tile", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("tile")

# %% tags=["experiment"]
lay_out = working("tile")
sheet = lay_out(images[:96], 16)
figure = Figure(figsize=(8, 3), layout="constrained")
figure.subplots().imshow(sheet, cmap="gray")
print("Seven images of 4 x 6 in 3 columns make", tuple(lay_out(torch.zeros(7, 4, 6), 3).shape))
with_alt(figure, f"A sheet of {len(images[:96])} handwritten digits, {tuple(sheet.shape)} pixels.")

# %% [markdown]
# **Something broken to mend.** A shortcut? Six images have as many pixels as a sheet of 2 x 3, so
# why not simply reshape? Run the cell, look, and mend the line with `sheet =`. (In memory, which
# pixel follows the last one of an image's *first row*? And on the sheet?)

# %% tags=["experiment"]
six = images[:6].reshape(2, 3, 28, 28)  # rows, columns, height, width
sheet = six.reshape(2 * 28, 3 * 28)
mended = torch.equal(sheet, torch.as_tensor(lay_out(images[:6], 3)))
figure = Figure(figsize=(4, 2.6), layout="constrained")
figure.subplots().imshow(sheet, cmap="gray")
print("Mended." if mended else "Still broken: the axes are in the wrong order for a sheet.")
with_alt(figure, "Six digits on a sheet." if mended else "Each digit thrice, pressed flat.")

# %% [markdown]
# ## 2. Digits with their labels
#
# Labels can be wrong, and a sheet does not show them. `show_digits` gives each image (1, 28, 28) an
# *axes* of its own: its label as title, a grey colour map, no ticks. There are `columns` axes in
# a row; those that the last row has to spare are removed or hidden. It returns a `Figure`.
#
# ```
# figure = Figure()                                        # a sheet of paper
# axes = figure.subplots(2, 3, squeeze=False)              # an array of 2 x 3 axes to draw in
# axes[0, 1].imshow(image)                                 # a picture: (height, width)
# axes[0, 1].set(title="five", xticks=[1, 2], yticks=[])   # and what stands around it
# axes[1, 2].remove()
# ```
#
# **Predict:** what does `str(labels[0])` look like as a title?


# %% nbgrader={"grade": false, "grade_id": "show_digits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def show_digits(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    """Draw each digit in an axes of its own, with its label as title."""
    ### BEGIN SOLUTION
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(1.2 * columns, 1.5 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for place in axes[len(images) :]:
        place.remove()
    for place, image, label in zip(axes[: len(images)], images, labels.tolist(), strict=True):
        place.imshow(image.reshape(image.shape[-2:]).detach().cpu().numpy(), cmap="gray")
        place.set(title=str(label), xticks=[], yticks=[])
    return figure
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-show_digits", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check("show_digits")

# %% [markdown]
# Look at many of *one* digit. Change `digit`: which of them do people write in two different ways?

# %% tags=["experiment"]
digit = 7
chosen = (labels == digit).nonzero()[:14, 0]
print(f"As a title, str(labels[0]) is {str(labels[0])!r}; a plain number is {labels[0].item()!r}.")
figure = working("show_digits")(images[chosen], labels[chosen], columns=7)
with_alt(figure, f"{len(chosen)} images of the digit {digit}, each with its label above it.")

# %% [markdown]
# ## 3. How many of each?
#
# If nine of ten images were ones, a program that always says "one" would be right nine times in
# ten, and would have learned nothing. So count. By hand: the labels 3, 0, 3, 3 with five classes
# make `[1, 0, 0, 3, 0]`: a place for every class, also for those that never occur.
#
# `class_counts` returns int64 of shape (num_classes,). A label out of range is a `ValueError`: both
# one that is too large and one below zero.


# %% nbgrader={"grade": false, "grade_id": "class_counts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def class_counts(labels: Tensor, num_classes: int = 10) -> Tensor:
    """Count how often each class occurs."""
    ### BEGIN SOLUTION
    if len(labels) and not 0 <= labels.min() <= labels.max() < num_classes:
        raise ValueError(
            f"labels must lie in 0..{num_classes - 1}, not in {labels.min()}..{labels.max()}"
        )
    return torch.bincount(labels, minlength=num_classes)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-class_counts", "locked": true, "points": 11, "schema_version": 3, "solution": false, "task": false}
check("class_counts")

# %% tags=["experiment"]
counts = working("class_counts")(labels)
commonest = int(counts.argmax())
share = (mnist.test_labels == commonest).float().mean()
print("counts:", counts.tolist())
print(f"Always saying {commonest}, the commonest, is right for {share:.1%} of the test images.")

# %% [markdown]
# That number is the floor: whatever you train must beat it.
#
# **Something broken to mend.** Four labels go in, but the counts do not add up to four. Python does
# not complain. What does `counts[few] += 1` do where `few` names one place three times?

# %% tags=["experiment"]
few = torch.tensor([3, 0, 3, 3])
counts = torch.zeros(5, dtype=torch.int64)
counts[few] += 1
mended = counts.tolist() == [1, 0, 0, 3, 0]
verdict = "mended." if mended else "still broken: counts[3] + 1 is computed once and kept thrice."
print(f"{len(few)} labels, counts {counts.tolist()}: {verdict}")

# %% [markdown]
# ## 4. A chart of the counts
#
# Ten numbers are easier to compare as ten bars. `plot_class_counts` returns a `Figure` with a bar
# for each digit from 0 to 9, as high as its count; a digit that never occurs has its bar, too, of
# height 0. You may call your `class_counts`; `axes.bar(places, heights)` draws bars.
#
# **Predict:** labels from 1 to 8 only, and `axes.hist(labels, bins=10)`. How wide is a bin?


# %% nbgrader={"grade": false, "grade_id": "plot_class_counts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def plot_class_counts(labels: Tensor) -> Figure:
    """Draw one bar a class."""
    ### BEGIN SOLUTION
    counts = class_counts(labels)
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(len(counts)), counts.tolist())
    axes.set(xlabel="digit", ylabel="images", xticks=range(len(counts)))
    return figure
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-plot_class_counts", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("plot_class_counts")

# %% tags=["experiment"]
edges = torch.histogram(torch.arange(1.0, 9.0), bins=10).bin_edges
print(f"Labels from 1 to 8: each of the ten bins is {edges[1] - edges[0]:.2f} wide.")
counts = working("class_counts")(labels)
figure = working("plot_class_counts")(labels)
with_alt(figure, f"Ten bars, one a digit, from {counts.min():,} to {counts.max():,} images high.")

# %% [markdown]
# ## 5. The mean of each digit
#
# What do all threes have in common? Lay them on top of each other: average each pixel over all of
# them. By hand, with two images of 2 x 2 pixels:
#
# ```
# 0 1     1 1     mean:  0.5  1
# 0 0     0 1             0  0.5
# ```
#
# **Predict:** which mean will be the sharpest, and which a blur? Why?
#
# `mean_digits` takes images (N, 1, 28, 28) and their labels, and returns (10, 28, 28).


# %% nbgrader={"grade": false, "grade_id": "mean_digits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_digits(images: Tensor, labels: Tensor) -> Tensor:
    """Average all images of each digit: (10, 28, 28)."""
    ### BEGIN SOLUTION
    pictures = images.reshape(len(images), *images.shape[-2:])
    return torch.stack([pictures[labels == digit].mean(dim=0) for digit in range(10)])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-mean_digits", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("mean_digits")

# %% tags=["experiment"]
means = working("mean_digits")(images, labels)
ink = means.flatten(1).amax(dim=1)
print("The brightest pixel of each mean:", [round(value, 2) for value in ink.tolist()])
figure = working("show_digits")(means[:, None], torch.arange(10), columns=5)
with_alt(figure, f"The ten mean digits; brightest pixels from {ink.min():.2f} to {ink.max():.2f}.")

# %% [markdown]
# A bright pixel of a mean is one that nearly all writers fill. On MNIST the means can be read. On
# the embedded digits, which lie somewhere else in each picture, all ten are much the same fog.
# Remember that: you will meet it again in a minute.
#
# ## 6. The first classifier
#
# To read a new image, find the mean that it is nearest to. The Euclidean distance takes all pixels
# together: square their differences, add them up, take the root. By hand, with two pixels:
#
# ```
# image (1, 1)     mean 0 = (0, 0): root of 1 + 1 = 1.41     <- nearest: the label is 0
#                  mean 1 = (3, 0): root of 4 + 1 = 2.24
#                  mean 2 = (0, 4): root of 1 + 9 = 3.16
# ```
#
# `nearest_mean` takes images (N, 1, 28, 28) and means (10, 28, 28), and returns int64 labels (N,).
# It is checked on given distances, and it has to read at least 80% of digits that it has not seen.


# %% nbgrader={"grade": false, "grade_id": "nearest_mean", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nearest_mean(images: Tensor, means: Tensor) -> Tensor:
    """Classify by the nearest mean digit: the first classifier, and the one to beat."""
    ### BEGIN SOLUTION
    distances = torch.cdist(images.flatten(1), means.flatten(1))
    return distances.nan_to_num(nan=math.inf).argmin(dim=1)  # NaN: a digit that never occurred
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-nearest_mean", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
check("nearest_mean")

# %% [markdown]
# **Predict:** how many test images will it read? Always saying the commonest digit was your floor.

# %% tags=["experiment"]
read = working("nearest_mean")(mnist.test_images, means)
right = read == mnist.test_labels
print(f"{mnist.name}: {right.float().mean():.1%} of {len(read):,} test images are read correctly.")
misread = (~right).nonzero()[:14, 0]
figure = working("show_digits")(mnist.test_images[misread], read[misread], columns=7)
with_alt(figure, f"{len(misread)} images that were misread; the titles say what was read.")

# %% [markdown]
# ## When the digit moves
#
# MNIST puts each digit in the middle of its picture. The embedded digits lie anywhere. Here is the
# same classifier on those, first as they lie, then with every digit pushed to the middle.

# %% tags=["experiment"]
digits = load("digits", say=lambda _: None)
classify, average, results = working("nearest_mean"), working("mean_digits"), {}
for kind in ("anywhere", "in the middle"):
    parts = [digits.train_images, digits.test_images]
    if kind == "in the middle":
        for part, scattered in enumerate(parts):
            centres = [image[0].nonzero().float().mean(dim=0) for image in scattered]
            pushes = [(14 - centre).round().int().tolist() for centre in centres]
            moved = [i.roll(p, (1, 2)) for i, p in zip(scattered, pushes, strict=True)]
            parts[part] = torch.stack(moved)
    read = classify(parts[1], average(parts[0], digits.train_labels))
    results[kind] = (read == digits.test_labels).float().mean().item()
    print(f"Digits {kind}: {results[kind]:.1%} are read correctly.")

# %% [markdown]
# Only the place of the digits differs. Why so bad, then? The distance compares pixel with pixel: a
# seven that has moved covers other pixels, and may be as far from the mean seven as from any mean.
# Pushing to the middle helps while there is one digit on a clean background. What helps always is
# to look for the same stroke *everywhere*: convolution, which you will build in lesson 3.
#
# ## Recap
#
# - Look at sheets, labels and counts first; the share of the commonest class is the floor.
# - A mean digit shows what its images share, pixel by pixel; distances to it make a classifier.
# - It fails where digits move. All six functions stand in [plots.py](../mnist_course/plots.py).
