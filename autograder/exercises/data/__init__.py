"""Lesson 1: from files to tensors, and from tensors to batches."""

from typing import Any

from autograder.cases import kinds, refuses, untouched, values
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.data import files, mistakes
from autograder.exercises.data.facts import all_refused
from autograder.exercises.data.serving import make_loader, train_val_split
from autograder.probes import Inputs, arguments
from autograder.probes.data import read_file, read_files, refused_calls, refused_files
from mnist_course.data import tensors

# ---- read_idx ------------------------------------------------------------------------------------


def _refuses_files(name: str, draw: Any) -> Case:
    return Case(f"refuses {name}", draw, probe=refused_files, judge=all_refused, care=True)


read_idx = Exercise(
    name="read_idx",
    asks="Read an IDX file of unsigned bytes into a numpy array of the shape that it announces.",
    difficulty="medium",
    reference=tensors.read_idx,
    hints=(
        "Print the first 16 bytes of a file, and find the number of images among them.",
        "Four bytes of magic number, of which the last counts the dimensions; then four bytes a "
        "size, the largest part first (big-endian); then the data, one byte a value.",
        "start = 4 + 4 * raw[3]; the sizes are np.frombuffer(raw[4:start], '>u4'); then their "
        "product must be what is left of raw after start.",
    ),
    cases=(
        Case("labels: one dimension", files.labels_file, probe=read_file),
        Case("images: three dimensions, gzipped", files.images_file, probe=read_file),
        Case("four dimensions", files.four_dimensions, probe=read_file),
        Case("gzipped or plain, whatever the name says", files.misleading_names, probe=read_files),
        kinds(files.images_file, probe=read_file),
        _refuses_files("a wrong magic number", files.bad_magic),
        _refuses_files("what is not unsigned bytes", files.bad_types),
        _refuses_files("a wrong length", files.bad_lengths),
        _refuses_files("a cut gzip", files.cut_gzips),
    ),
    misconceptions=(
        Misconception("little-endian", "The sizes are read with the smallest byte first; in an IDX "
                      "file the largest comes first.", mistakes.little_endian,
                      next="the bytes 00 00 00 1c are 28: numpy calls that '>u4'."),
        Misconception("always-three-dimensions", "Every file is read as if it had three sizes; "
                      "labels have one.", mistakes.three_dimensions,
                      next="the fourth byte says how many sizes follow."),
        Misconception("data-at-byte-8", "The data is taken from byte 8 on, where labels begin; "
                      "with more dimensions the header is longer.", mistakes.data_at_8,
                      next="where the data starts: 4 bytes, and 4 more for each size."),
        Misconception("columns-first", "The values are laid out column by column.",
                      mistakes.columns_first,
                      next="the last index runs fastest: numpy's own order, reshape(shape)."),
        Misconception("told-by-name", "Whether a file is zipped is told by its name; names lie.",
                      mistakes.told_by_name, next="a gzip begins with the bytes 1f 8b."),
        Misconception("magic-unchecked", "Any file is read, whatever its first bytes are.",
                      mistakes.any_magic, next="the first two bytes must be 0, the third 8."),
        Misconception("type-unchecked", "The type of the values, which is the third byte, is not "
                      "looked at: floats would come out as bytes.", mistakes.any_type,
                      next="the third byte of unsigned bytes is 0x08."),
        Misconception("rest-ignored", "What the file holds beyond the data that it announces is "
                      "left unread.", mistakes.rest_ignored,
                      next="compare what is left after the header with the product of the sizes."),
        Misconception("gzip-error-escapes", "A damaged gzip raises an error of the gzip module, "
                      "which no caller expects.", mistakes.gzip_error_escapes,
                      next="catch EOFError, OSError and zlib.error, and raise a ValueError."),
    ),
)  # fmt: skip


# ---- to_tensors ----------------------------------------------------------------------------------


def _bytes(draw: Draw, n: int, height: int, width: int) -> Inputs:
    return arguments(draw.bytes(n, height, width), draw.bytes(n))


def _black_and_white(draw: Draw) -> Inputs:
    return arguments(draw.bytes(4, 5, 5) // 128 * 255, draw.bytes(4))


to_tensors = Exercise(
    name="to_tensors",
    asks="Turn bytes into what a network takes: float32 (N, 1, H, W) in [0, 1] and int64 (N,).",
    difficulty="easy",
    reference=tensors.to_tensors,
    hints=(
        "White is 255 in the file, and shall be 1 in the tensor. How many axes has the result?",
        "A network multiplies, so pixels must be floats; and it counts channels, so one axis is "
        "put in at place 1. Labels are used as indices: they must be int64.",
        "torch.tensor(images, dtype=torch.float32) / 255, then unsqueeze(1).",
    ),
    cases=(
        values("digits", lambda d: _bytes(d, 5, 28, 28)),
        values("pictures that are not square", lambda d: _bytes(d, 3, 5, 9)),
        values("one picture in black and white", _black_and_white),
        kinds(lambda d: _bytes(d, 3, 6, 4)),
        untouched(lambda d: _bytes(d, 3, 6, 4)),
        refuses("different lengths", lambda d: arguments(d.bytes(4, 5, 6), d.bytes(1))),
    ),
    misconceptions=(
        Misconception("not-scaled", "The pixels still run from 0 to 255.", mistakes.not_scaled,
                      next="divide by the largest value that a byte can have."),
        Misconception("whole-division", "All greys are lost: the division is done in whole "
                      "numbers.", mistakes.whole_division,
                      next="make floats first, then divide with /, not //."),
        Misconception("divided-by-256", "White is 255/256, not 1.", mistakes.by_256,
                      next="a byte goes from 0 to 255; 256 is how many values it has."),
        Misconception("no-channel", "The axis of channels is missing.", mistakes.no_channel,
                      next="(N, H, W) becomes (N, 1, H, W) with unsqueeze(1)."),
        Misconception("channel-last", "The axis of channels stands last; PyTorch wants it second.",
                      mistakes.channel_last, next="unsqueeze(1) puts it at place 1."),
        Misconception("labels-stay-bytes", "The labels are still unsigned bytes; PyTorch's losses "
                      "and indexing want int64.", mistakes.labels_stay_bytes,
                      next="dtype=torch.int64, or .long()."),
        Misconception("float64", "The pixels are float64, which dividing a numpy array gives; "
                      "networks have float32.", mistakes.doubles,
                      next="dtype=torch.float32, or .float()."),
        Misconception("lengths-unchecked", "More images than labels, or fewer, go through.",
                      mistakes.to_tensors_any_lengths, next="compare the two lengths first."),
    ),
)  # fmt: skip


# ---- channel_stats -------------------------------------------------------------------------------


def _digits(draw: Draw, n: int, height: int, width: int) -> Inputs:
    """Draw pictures of many pixels, mostly black, each of its own brightness."""
    brightness = draw.uniform(n, 1, 1, 1, low=0.2)
    ink = draw.uniform(n, 1, height, width) > 0.7
    return arguments(draw.images(n, height, width) * ink * brightness)


channel_stats = Exercise(
    name="channel_stats",
    asks="Return the mean and the standard deviation over all pixels of all images, as floats.",
    difficulty="easy",
    reference=tensors.channel_stats,
    hints=(
        "Two numbers for the whole set: there is no axis that is left over.",
        "The standard deviation is the root of the mean squared distance from the mean.",
        "A tensor has mean() and std(); .item() takes the number out of a tensor of one.",
    ),
    cases=(
        values("digits", lambda d: _digits(d, d.integer(30, 40), 28, 28)),
        values("pictures that are not square", lambda d: _digits(d, 9, 60, 40)),
        values("one picture", lambda d: _digits(d, 1, 150, 120)),
        values("pixels about zero", lambda d: arguments(2 * d.normal(30, 1, 28, 28))),
        kinds(lambda d: _digits(d, 20, 28, 28)),
        untouched(lambda d: _digits(d, 20, 28, 28)),
    ),
    misconceptions=(
        Misconception("variance", "That is the variance; its square root is asked for.",
                      mistakes.variance, next="the unit: is it that of a pixel, or its square?"),
        Misconception("mean-of-stds", "That is the mean of every image's own standard deviation: "
                      "how images differ from one another is lost.", mistakes.mean_of_stds,
                      next="take all pixels as one long row."),
        Misconception("std-of-means", "That is how much the images' means differ, not the pixels.",
                      mistakes.std_of_means, next="take all pixels as one long row."),
        Misconception("over-images-only", "The deviation is taken pixel by pixel, over the images, "
                      "and averaged.", mistakes.over_images_only,
                      next="take all pixels as one long row; std() without dim does that."),
        Misconception("mean-not-taken-away", "That is the root of the mean square: the mean was "
                      "not taken away first.", mistakes.root_mean_square,
                      next="distances are taken from the mean, not from zero."),
        Misconception("ink-only", "Only pixels above zero are counted; black ones are pixels too.",
                      mistakes.ink_only, next="count how many pixels go into the mean."),
        Misconception("std-first", "The two come in the wrong order.", mistakes.std_first,
                      next="(mean, std)."),
        Misconception("tensors-returned", "The numbers are right, but they are still tensors.",
                      mistakes.stats_as_tensors, next=".item() makes a float of each."),
    ),
)  # fmt: skip


# ---- normalize -----------------------------------------------------------------------------------


def _to_normalize(draw: Draw, n: int, height: int, width: int) -> Inputs:
    return arguments(draw.images(n, height, width), draw.number(0.1, 0.4), draw.number(0.2, 0.6))


def _bad_stds(draw: Draw) -> Inputs:
    images = draw.images(2, 5, 4)
    stds = (0.0, -draw.number(0.1, 2))
    return {"calls": {f"std = {std:g}": arguments(images, 0.2, std) for std in stds}}


normalize = Exercise(
    name="normalize",
    asks="Shift and scale images, so that this mean becomes 0 and this deviation becomes 1.",
    difficulty="easy",
    reference=tensors.normalize,
    hints=(
        "A pixel that equals the mean becomes 0. One that lies a deviation above it becomes 1.",
        "First take the mean away, then divide; and nothing can be divided by a deviation of 0.",
        "if std <= 0: raise ValueError(...); then (images - mean) / std.",
    ),
    cases=(
        values("digits", lambda d: _to_normalize(d, 4, 28, 28)),
        values("one picture that is not square", lambda d: _to_normalize(d, 1, 5, 9)),
        values("a mean below zero, a large deviation",
               lambda d: arguments(d.normal(3, 1, 6, 7), -d.number(0.5, 2), d.number(2, 5))),
        kinds(lambda d: _to_normalize(d, 2, 4, 5)),
        untouched(lambda d: _to_normalize(d, 2, 4, 5)),
        Case("refuses a deviation that is not positive", _bad_stds, probe=refused_calls,
             judge=all_refused, care=True),
    ),
    misconceptions=(
        Misconception("by-the-variance", "It divides by the square of the deviation.",
                      mistakes.by_the_variance, next="a distance of one std must become 1."),
        Misconception("mean-not-taken-away", "It divides, but the mean is not taken away.",
                      mistakes.mean_not_taken_away, next="what becomes of a pixel at the mean?"),
        Misconception("divided-first", "It divides first, and takes the mean away afterwards.",
                      mistakes.divided_first, next="brackets: (images - mean) / std."),
        Misconception("only-the-mean-divided", "Only the mean is divided: / binds closer than -.",
                      mistakes.only_the_mean_divided, next="brackets: (images - mean) / std."),
        Misconception("multiplied", "It multiplies by the deviation in place of dividing.",
                      mistakes.multiplied, next="a distance of one std must become 1."),
        Misconception("own-statistics", "It uses the mean and deviation of these images, not those "
                      "it was given: test images would be scaled unlike training images.",
                      mistakes.own_stats, next="use the arguments mean and std."),
        Misconception("clipped", "What falls outside 0 to 1 is cut off; it belongs there.",
                      mistakes.clipped, next="black becomes negative, and stays so."),
        Misconception("in-place", "It changes the images that it was given.", mistakes.in_place,
                      next="operators such as - and / make new tensors; -= and sub_ do not."),
        Misconception("std-unchecked", "A deviation of zero gives infinity, or worse, silently.",
                      mistakes.any_std, next="raise a ValueError before dividing."),
    ),
)  # fmt: skip

EXERCISES = (read_idx, to_tensors, channel_stats, normalize, train_val_split, make_loader)
