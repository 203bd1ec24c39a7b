"""Draws pictures of digits as people make them, from strokes and never from MNIST.

    python tests/drawn_photos.py FOLDER --count 200 --seed 0

writes image files named with their digit, and labels.csv. From Python, `draw_photo(seed)`
gives one picture, its digit and a description; the same seed gives the same picture.
"""

from __future__ import annotations

import argparse
import csv
import io
from itertools import pairwise
from pathlib import Path as FilePath
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mnist_course.photos import prepare_photo

Array: TypeAlias = NDArray[np.float64]
Strokes: TypeAlias = list[list[tuple[float, float]]]

# Every style of a digit is a list of strokes; a stroke is a list of points (x to the right,
# y downwards, the digit about 1 high) that a smooth curve passes through. A point given
# twice is a corner.
STYLES: dict[int, list[Strokes]] = {
    0: [
        [[(.30, .00), (.08, .18), (.00, .50), (.08, .84), (.30, 1.0), (.52, .84), (.60, .50),
          (.52, .16), (.30, .00)]],
        [[(.36, .03), (.12, .12), (.00, .52), (.12, .92), (.36, 1.0), (.62, .86), (.70, .46),
          (.56, .08), (.34, .01), (.22, .08)]],
        [[(.25, .00), (.06, .25), (.02, .60), (.14, .95), (.30, .98), (.46, .72), (.46, .30),
          (.34, .04), (.22, .02)]],
    ],
    1: [
        [[(.10, .00), (.10, .50), (.10, 1.0)]],
        [[(.00, .24), (.12, .14), (.24, .00), (.24, .00), (.24, .50), (.23, 1.0)]],
        [[(.00, .26), (.14, .14), (.25, .00), (.25, .00), (.25, .50), (.25, 1.0)],
         [(.04, 1.0), (.25, 1.0), (.46, 1.0)]],
        [[(.24, .00), (.14, .50), (.02, 1.0)]],
    ],
    2: [
        [[(.04, .22), (.14, .05), (.34, .00), (.54, .10), (.56, .32), (.38, .62), (.02, .99),
          (.02, .99), (.30, .98), (.62, .98)]],
        [[(.06, .20), (.20, .03), (.42, .03), (.54, .20), (.46, .48), (.24, .78), (.08, .92),
          (.03, .86), (.12, .78), (.28, .88), (.46, .98), (.64, .92)]],
        [[(.02, .16), (.22, .00), (.44, .04), (.52, .24), (.40, .52), (.00, 1.0), (.00, 1.0),
          (.26, .96), (.56, 1.0)]],
    ],
    3: [
        [[(.04, .12), (.24, .00), (.46, .08), (.48, .28), (.34, .44), (.18, .48), (.18, .48),
          (.38, .50), (.54, .66), (.48, .90), (.24, 1.0), (.00, .90)]],
        [[(.02, .02), (.26, .01), (.54, .01), (.54, .01), (.38, .22), (.22, .42), (.22, .42),
          (.44, .48), (.54, .70), (.42, .94), (.20, 1.0), (.00, .90)]],
        [[(.06, .10), (.30, .00), (.48, .14), (.42, .36), (.20, .46), (.22, .49), (.46, .58),
          (.52, .80), (.34, .98), (.08, .96)]],
    ],
    4: [
        [[(.10, .02), (.06, .30), (.04, .56), (.04, .56), (.30, .56), (.64, .54)],
         [(.50, .04), (.48, .50), (.46, 1.0)]],
        [[(.46, 1.0), (.47, .50), (.48, .00), (.48, .00), (.24, .34), (.00, .66), (.00, .66),
          (.30, .66), (.66, .66)]],
        [[(.14, .00), (.04, .26), (.06, .50), (.26, .54), (.50, .44)],
         [(.56, .02), (.50, .50), (.46, 1.0)]],
        [[(.36, .00), (.16, .34), (.00, .64), (.00, .64), (.30, .65), (.62, .63)],
         [(.42, .34), (.42, .66), (.40, 1.0)]],
    ],
    5: [
        [[(.56, .00), (.32, .01), (.10, .02), (.10, .02), (.08, .22), (.06, .44), (.06, .44),
          (.28, .38), (.50, .48), (.54, .74), (.38, .96), (.16, 1.0), (.00, .92)]],
        [[(.10, .04), (.09, .24), (.06, .44), (.06, .44), (.30, .40), (.50, .54), (.48, .82),
          (.26, 1.0), (.00, .94)], [(.10, .03), (.32, .03), (.58, .01)]],
        [[(.52, .04), (.30, .02), (.16, .06), (.10, .26), (.12, .42), (.32, .46), (.48, .62),
          (.44, .86), (.24, .99), (.02, .92)]],
    ],
    6: [
        [[(.44, .00), (.20, .18), (.04, .50), (.06, .84), (.26, 1.0), (.48, .88), (.50, .66),
          (.34, .52), (.16, .58), (.06, .74)]],
        [[(.30, .00), (.10, .34), (.00, .68), (.14, .96), (.36, .98), (.50, .80), (.42, .60),
          (.22, .58), (.06, .74)]],
        [[(.50, .06), (.32, .02), (.12, .22), (.02, .60), (.14, .94), (.38, .98), (.52, .78),
          (.40, .58), (.18, .58), (.05, .70)]],
    ],
    7: [
        [[(.00, .03), (.28, .02), (.58, .02), (.58, .02), (.40, .46), (.22, 1.0)]],
        [[(.00, .03), (.28, .02), (.56, .02), (.56, .02), (.38, .50), (.26, 1.0)],
         [(.16, .50), (.36, .48), (.58, .47)]],
        [[(.02, .16), (.03, .04), (.03, .04), (.30, .05), (.58, .00), (.58, .00), (.38, .40),
          (.30, .98)]],
        [[(.00, .06), (.24, .00), (.54, .06), (.50, .22), (.34, .54), (.26, 1.0)]],
    ],
    8: [
        [[(.46, .12), (.26, .00), (.08, .12), (.12, .34), (.30, .48), (.50, .66), (.48, .90),
          (.26, 1.0), (.06, .88), (.08, .66), (.28, .50), (.44, .32), (.46, .12)]],
        [[(.28, .00), (.10, .10), (.10, .34), (.28, .46), (.46, .34), (.46, .10), (.28, .00)],
         [(.28, .46), (.04, .60), (.04, .88), (.28, 1.0), (.52, .88), (.52, .60), (.28, .46)]],
        [[(.52, .06), (.30, .02), (.12, .16), (.22, .40), (.40, .60), (.42, .88), (.22, 1.0),
          (.06, .84), (.16, .62), (.38, .40), (.50, .18), (.52, .04)]],
    ],
    9: [
        [[(.48, .14), (.30, .00), (.08, .08), (.02, .30), (.18, .48), (.38, .42), (.48, .18),
          (.48, .18), (.48, .55), (.46, 1.0)]],
        [[(.48, .18), (.34, .02), (.12, .04), (.02, .26), (.16, .46), (.36, .42), (.48, .18),
          (.50, .50), (.42, .84), (.22, 1.0), (.04, .92)]],
        [[(.46, .10), (.22, .00), (.04, .18), (.08, .42), (.30, .44), (.46, .14), (.46, .14),
          (.38, .54), (.28, 1.0)]],
    ],
}  # fmt: skip

MEDIA = ("pencil", "pen", "marker", "chalk", "white on black", "screen")
RULINGS = ("plain", "plain", "plain", "lined", "squared")
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")


# ---- the strokes -------------------------------------------------------------------------


def smooth(points: list[tuple[float, float]]) -> Array:
    """Many points on a Catmull-Rom curve through the given ones; it stops at doubled ones."""
    pieces: list[list[tuple[float, float]]] = [[points[0]]]
    for point in points[1:]:
        if point == pieces[-1][-1]:
            pieces.append([point])
        else:
            pieces[-1].append(point)
    curves = []
    for piece in pieces:
        p = np.array(piece)
        p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
        t = np.linspace(0, 1, 16)[:, None]
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
            curves.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                                 + (3 * b - a - 3 * c + d) * t**3))  # fmt: skip
    return np.concatenate(curves)


def handwritten(digit: int, rng: np.random.Generator) -> list[Array]:
    """The strokes of one digit, each time of another hand; the digit is about 1 high."""
    style = STYLES[digit][rng.integers(len(STYLES[digit]))]
    moved = {p: tuple(np.array(p) + rng.normal(0, 0.018, 2)) for s in style for p in s}
    lines = [smooth([moved[p] for p in stroke]) for stroke in style]
    turn, slant = np.radians(rng.uniform(-15, 15)), rng.normal(0, 0.12)
    wide = np.exp(rng.normal(0, 0.12))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[wide, -slant], [0, 1]])
    phase, strength = rng.uniform(0, 6.3, (2, 2)), rng.uniform(0, 0.025, (2, 2))
    lines = [(line - (0.3, 0.5)) @ matrix.T for line in lines]
    return [line + sum(strength[k] * np.sin((3 + 2 * k) * line[:, ::-1] + phase[k])
                       for k in range(2)) for line in lines]  # fmt: skip


def draw_strokes(
    lines: list[Array], size: tuple[int, int], place: Array, tall: float, width: float,
    rng: np.random.Generator,
) -> Array:  # fmt: skip
    """Coverage (rows, columns) from 0 to 1 of strokes with round ends and a swaying width."""
    fine = max(1, min(4, 1600 // max(size)))
    canvas = Image.new("L", (size[0] * fine, size[1] * fine))
    pen = ImageDraw.Draw(canvas)
    sway, phase = rng.uniform(0, 0.25), rng.uniform(0, 6.3)
    for line in lines:
        points = (line * tall + place) * fine
        gap = max(0.5, width * fine / 6)
        for a, b in pairwise(points):
            for t in np.linspace(0, 1, max(2, int(np.hypot(*(b - a)) / gap) + 1)):
                x, y = a + (b - a) * t
                r = width * fine / 2 * (1 + sway * np.sin(6 * (x + y) / (tall * fine) + phase))
                pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(canvas.resize(size, Image.Resampling.BOX), float) / 255


# ---- the paper and the light -------------------------------------------------------------


def clouds(size: tuple[int, int], cells: int, rng: np.random.Generator) -> Array:
    """A smooth random field of about -1 to 1: stains, texture, uneven light."""
    small = Image.fromarray(rng.uniform(-1, 1, (cells, cells)).astype(np.float32))
    return np.asarray(small.resize(size, Image.Resampling.BICUBIC), float)


def light(size: tuple[int, int], rng: np.random.Generator) -> tuple[Array, str]:
    """How much light falls on each pixel: a slope, darker corners, the shadow of a hand."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in size[::-1]), indexing="ij")
    angle = rng.uniform(0, 6.3)
    along = np.cos(angle) * x + np.sin(angle) * y
    field = 1 - rng.uniform(0, 0.3) * (0.5 + 0.5 * along)
    field *= 1 - rng.uniform(0, 0.3) * (x**2 + y**2) / 2
    said = "even light"
    if rng.random() < 0.3:
        edge, soft = rng.uniform(-0.6, 0.9), rng.uniform(0.02, 0.4)
        depth = rng.uniform(0.15, 0.45)
        bend = 0.3 * np.sin(2 * (x - y) + angle) * rng.random()
        field *= 1 - depth / (1 + np.exp(-np.clip((along + bend - edge) / soft, -50, 50)))
        said = "shadow"
    return field, said


def ruling(size: tuple[int, int], kind: str, pitch: float, rng: np.random.Generator) -> Array:
    """Coverage from 0 to 1 of ruled lines a little turned, one or two pixels thick."""
    y, x = np.meshgrid(np.arange(size[1]), np.arange(size[0]), indexing="ij")
    tilt, thick = np.radians(rng.uniform(-6, 6)), max(1.0, pitch * rng.uniform(0.02, 0.05))
    cover = np.zeros(size[::-1])
    for k in range(2 if kind == "squared" else int(kind == "lined")):
        across = np.cos(tilt + k * np.pi / 2) * y + np.sin(tilt + k * np.pi / 2) * x
        away = np.abs((across + rng.uniform(0, pitch)) % pitch - pitch / 2)
        cover = np.maximum(cover, np.clip(thick / 2 + 0.5 - away, 0, 1))
    return cover


def colours(medium: str, rng: np.random.Generator) -> tuple[Array, Array]:
    """The colours of paper and ink, from 0 to 1."""
    tint = rng.uniform(-0.04, 0.04, 3)
    white = rng.uniform(0.78, 1.0) - np.array([0, 0.02, rng.uniform(0, 0.16)])
    dark = np.full(3, rng.uniform(0.02, 0.25))
    pens = np.array([[0.1, 0.1, 0.15], [0.1, 0.15, 0.55], [0.7, 0.1, 0.12], [0.05, 0.4, 0.15]])
    if medium == "pencil":
        return white + tint / 2, white * rng.uniform(0.45, 0.72)
    if medium in ("pen", "marker"):
        return white + tint / 2, pens[rng.integers(4)] + tint
    if medium == "chalk":
        return dark + np.array([0.02, 0.1, 0.04]) + tint, np.array(
            [0.9, 0.9, rng.uniform(0.6, 0.9)]
        )
    if medium == "white on black":
        return np.zeros(3), np.ones(3)
    return np.ones(3), pens[rng.integers(4)]


def grainy(cover: Array, medium: str, rng: np.random.Generator) -> Array:
    """Pencil and chalk catch only on the raised grain of the ground."""
    if medium not in ("pencil", "chalk"):
        return cover
    grain = rng.random(cover.shape)
    return cover * np.clip(1 - rng.uniform(0, 0.6) * grain, 0, 1)


def dust(image: Array, rng: np.random.Generator) -> None:
    """A few specks much smaller than the digit, drawn into the image."""
    rows, columns = image.shape[:2]
    r = max(1, max(rows, columns) // 250)
    for _ in range(rng.integers(1, 7)):
        y, x = rng.integers(rows), rng.integers(columns)
        image[max(0, y - r) : y + r, max(0, x - r) : x + r] *= rng.uniform(0.3, 0.9)


def desk(image: Array, rng: np.random.Generator) -> None:
    """A strip of a dark desk along one edge, drawn into the image."""
    turned = np.rot90(image, int(rng.integers(4)))
    rows = np.arange(turned.shape[0])[:, None]
    edge = turned.shape[1] * rng.uniform(0.02, 0.09) * (1 + 0.4 * rows / turned.shape[0])
    turned[np.arange(turned.shape[1])[None] < edge] = rng.uniform(0.1, 0.35, 3)


# ---- the photo ---------------------------------------------------------------------------


def photo_size(rng: np.random.Generator, largest: int) -> tuple[int, int]:
    """Width and height: most as phones and drawing programs make them, few very large."""
    draw = rng.random()
    low, high = (16, 40) if draw < 0.12 else (40, 160) if draw < 0.35 else (160, 1000)
    if draw > 0.995:
        low, high = 3000, 6000
    side = int(min(largest, np.exp(rng.uniform(np.log(low), np.log(high)))))
    other = max(16, int(side * rng.uniform(0.7, 1.0)))
    return (side, other) if rng.random() < 0.5 else (other, side)


def fit(lines: list[Array], size: tuple[int, int], rng: np.random.Generator) -> tuple[Array, float]:
    """A place and a height for the digit: anywhere in the picture, at times at its edge."""
    points = np.concatenate(lines)
    low, high = points.min(0), points.max(0)
    room = np.array(size) / (high - low)
    smallest = max(0.22, min(0.95, 13 / min(size)))
    tall = float(room.min() * min(0.96, rng.uniform(smallest, max(smallest, 0.9)) * 0.95))
    spare = np.array(size) - (high - low) * tall
    edge = 0.03 if rng.random() < 0.9 else -0.01
    return -low * tall + spare * rng.uniform(edge, 1 - edge, 2), tall


def stroke_width(medium: str, tall: float, rng: np.random.Generator) -> float:
    """The width of the stroke in pixels for a digit of this height."""
    low, high = {"pencil": (0.015, 0.05), "pen": (0.02, 0.07), "marker": (0.09, 0.2)}.get(
        medium, (0.04, 0.15))  # fmt: skip
    return float(max(1.0, tall * rng.uniform(low, high)))


def paint(
    digit: int, medium: str, size: tuple[int, int], rng: np.random.Generator,
) -> tuple[Array, Array, str]:  # fmt: skip
    """The photo (rows, columns, 3) from 0 to 1, the coverage of its ink, and what is in it."""
    lines = handwritten(digit, rng)
    place, tall = fit(lines, size, rng)
    cover = draw_strokes(lines, size, place, tall, stroke_width(medium, tall, rng), rng)
    paper, ink = colours(medium, rng)
    image = np.broadcast_to(paper, (*size[::-1], 3)).copy()
    said = [medium]
    if medium in ("white on black", "screen"):
        return image + (ink - image) * cover[..., None], cover, medium
    kind = str(rng.choice(RULINGS)) if medium != "chalk" and min(size) > 100 else "plain"
    pitch = tall * rng.uniform(0.25, 1.1)
    lines_of = ruling(size, kind, max(12, pitch), rng) * rng.uniform(0.1, 0.35)
    image *= 1 - lines_of[..., None] * np.array([1.0, 0.7, 0.3])
    image *= 1 + rng.uniform(0, 0.03) * clouds(size, 40, rng)[..., None]
    grain = grainy(cover, medium, rng)[..., None]
    image += (ink - image) * grain
    if min(size) > 60 and rng.random() < 0.3:
        dust(image, rng)
        said.append("dust")
    if min(size) > 100 and medium != "chalk" and rng.random() < 0.08:
        desk(image, rng)
        said.append("desk")
    field, light_said = light(size, rng)
    said += [kind, light_said]
    image = image * field[..., None] + rng.normal(0, rng.uniform(0, 0.035), image.shape)
    return image, cover, ", ".join(said)


def encode(image: Image.Image, rng: np.random.Generator) -> tuple[Image.Image | bytes, str]:
    """The image itself or a file of it, at times turned with an EXIF note that says so."""
    if rng.random() < 0.3:
        return image, "not a file"
    kind = (
        "PNG"
        if image.mode == "RGBA"
        else str(rng.choice(FORMATS, p=[0.25, 0.5, 0.1, 0.05, 0.05, 0.05]))
    )
    file, said = io.BytesIO(), kind
    options: dict[str, object] = {"quality": int(rng.integers(40, 96))}
    if kind in ("JPEG", "PNG") and rng.random() < 0.2:
        order = int(rng.choice([3, 6, 8]))
        turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90,
                8: Image.Transpose.ROTATE_270}[order]  # fmt: skip
        image, exif = image.transpose(turn), Image.Exif()
        exif[0x0112] = order
        options["exif"], said = exif, f"{kind} turned by EXIF {order}"
    image.save(file, kind, **options)
    return file.getvalue(), said


def draw_photo(seed: int, largest: int = 6000) -> tuple[Image.Image | bytes, int, str]:
    """A picture (a PIL image, or the bytes of a file), its digit, and a description."""
    rng = np.random.default_rng(seed)
    digit, medium = int(rng.integers(10)), str(rng.choice(MEDIA))
    size = photo_size(rng, largest)
    image, cover, said = paint(digit, medium, size, rng)
    picture = Image.fromarray(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8))
    if min(size) > 100 and rng.random() < 0.4:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, max(size) / 250)))
    if medium in ("white on black", "screen") and rng.random() < 0.4:
        said += ", transparent"
        flat = Image.new("RGB", size, tuple(int(v) for v in rng.integers(0, 256, 3)))
        flat.putalpha(Image.fromarray(np.rint(cover * 255).astype(np.uint8)))
        picture = flat
    elif rng.random() < 0.3:
        picture = picture.convert("L")
    result, file_said = encode(picture, rng)
    return result, digit, f"{said}, {size[0]} x {size[1]}, {file_said}"


def opened(photo: Image.Image | bytes) -> Image.Image:
    """The picture in a file's bytes, or the picture itself."""
    return Image.open(io.BytesIO(photo)) if isinstance(photo, bytes) else photo


def prepared_photos(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Photos as the network sees them, and their digits; a refused one is an empty picture."""
    images, digits = [], []
    for number in range(seed, seed + count):
        photo, digit, _ = draw_photo(number, largest=1500)
        try:
            images.append(prepare_photo(opened(photo)))
        except ValueError:
            images.append(torch.zeros(1, 1, 28, 28))
        digits.append(digit)
    return torch.cat(images), torch.tensor(digits)


def main() -> None:
    """Write a folder of photos and labels.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=FilePath)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with (args.folder / "labels.csv").open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "digit", "description"])
        for k in range(args.count):
            photo, digit, said = draw_photo(args.seed * 1_000_000 + k)
            if isinstance(photo, Image.Image):
                name = f"{digit}_{k:04}.png"
                photo.save(args.folder / name)
            else:
                kind = (Image.open(io.BytesIO(photo)).format or "PNG").lower()
                name = f"{digit}_{k:04}.{kind}"
                (args.folder / name).write_bytes(photo)
            rows.writerow([name, digit, said])


if __name__ == "__main__":
    main()
