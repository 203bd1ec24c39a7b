"""What can be seen in a figure, as plain data. It runs beside the learner's code."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.probes import Inputs, arguments_after, call

SAME_ROW = 0.01  # of the figure's height: axes that lie closer than this stand in one row
GREYS = np.linspace(0, 1, 32)


def seen_digits(function: Any, inputs: Inputs) -> Any:
    """Call it; return the rows of the figure: what each axes shows, in the order of reading."""
    with off_screen():
        figure = call(function, inputs)
        if not _is_figure(figure):
            return {"came": _name(figure)}
        return {"rows": [[_seen(axes) for axes in row] for row in _rows(figure)]}


def seen_bars(function: Any, inputs: Inputs) -> Any:
    """Call it; return where the bars of the figure stand, and how long they are."""
    with off_screen():
        figure = call(function, inputs)
        if not _is_figure(figure):
            return {"came": _name(figure)}
        bars = [bar for axes in figure.axes if axes.get_visible() for bar in _bars(axes)]
        return {"bars": sorted(bars)}


def arguments_after_drawing(function: Any, inputs: Inputs) -> Any:
    """Call what draws; return what its arguments look like afterwards."""
    with off_screen():
        return arguments_after(function, inputs)


@contextmanager
def off_screen() -> Iterator[None]:
    """Draw without a display, and close afterwards what pyplot opened, but nothing else."""
    import matplotlib

    if "matplotlib.pyplot" not in sys.modules and not os.environ.get("MPLBACKEND"):
        matplotlib.use("Agg")  # or pyplot would go and look for a display
    from matplotlib import pyplot

    backend, open_before = _loaded_backend(), set(pyplot.get_fignums())
    pyplot.switch_backend("Agg")
    try:
        yield
    finally:
        for number in set(pyplot.get_fignums()) - open_before:
            pyplot.close(number)
        pyplot.switch_backend(backend)


def _loaded_backend() -> str:
    """Return where figures go: a notebook sets its backend up only if it is loaded while chosen."""
    import matplotlib
    from matplotlib import pyplot

    backend: str = matplotlib.get_backend()
    try:
        pyplot.switch_backend(backend)
    except ImportError:  # it was chosen, but there is no display for it
        return "Agg"
    return backend


def _is_figure(value: Any) -> bool:
    from matplotlib.figure import Figure

    return isinstance(value, Figure)


def _name(value: Any) -> str:
    return "None" if value is None else type(value).__name__


# ---- pictures ----------------------------------------------------------------------------------


def _rows(figure: Any) -> list[list[Any]]:
    """Return the axes that can be seen, row by row, each row from the left to the right."""
    rows: list[list[tuple[float, float, Any]]] = []
    places = [(*_centre(axes), axes) for axes in figure.axes if _is_seen(axes)]
    for place in sorted(places, key=lambda place: -place[1]):
        if rows and abs(rows[-1][0][1] - place[1]) < SAME_ROW * figure.bbox.height:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [[axes for *_, axes in sorted(row, key=lambda place: place[0])] for row in rows]


def _centre(axes: Any) -> tuple[float, float]:
    x, y = axes.transAxes.transform((0.5, 0.5))
    return float(x), float(y)


def _is_seen(axes: Any) -> bool:
    """Return whether there is anything to see: a picture, ticks, or a frame."""
    if not axes.get_visible():
        return False
    framed = axes.get_frame_on() and any(spine.get_visible() for spine in axes.spines.values())
    return bool(axes.get_images()) or (axes.axison and (framed or _has_ticks(axes)))


def _seen(axes: Any) -> dict[str, Any]:
    titles = [axes.get_title(loc=place) for place in ("left", "center", "right")]
    pictures = [picture for picture in axes.get_images() if picture.get_visible()]
    seen = {"title": " ".join(filter(None, titles)), "ticks": _has_ticks(axes)}
    if not pictures:
        return {**seen, "image": None, "grey": False}
    return {**seen, "image": _upright(axes, pictures[0]), "grey": _is_grey(pictures[0])}


def _upright(axes: Any, picture: Any) -> Any:
    """Return the pixels as they are seen: an axis may run the other way."""
    pixels = np.ma.getdata(picture.get_array()).astype("float64")
    left, right, bottom, top = picture.get_extent()
    first, last = (top, bottom) if picture.origin == "upper" else (bottom, top)
    low, high = axes.get_ylim()
    if (first - last) * (high - low) < 0:
        pixels = pixels[::-1]
    start, end = axes.get_xlim()
    if (right - left) * (end - start) < 0:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels[..., 0] if pixels.ndim == 3 else pixels)


def _is_grey(picture: Any) -> bool:
    """Return whether red, green and blue are the same, whichever grey map it is."""
    pixels = np.asarray(picture.get_array())
    colours = pixels[..., :3] if pixels.ndim == 3 else picture.get_cmap()(GREYS)[:, :3]
    return bool((colours.max(axis=-1) - colours.min(axis=-1)).max() < 0.01)


def _has_ticks(axes: Any) -> bool:
    return bool(axes.axison) and any(_is_marked(axis) for axis in (axes.xaxis, axes.yaxis))


def _is_marked(axis: Any) -> bool:
    """Return whether an axis has a mark, or a word at one."""
    if not axis.get_visible():
        return False
    ticks = axis.get_major_ticks()
    lines = [line for tick in ticks for line in (tick.tick1line, tick.tick2line)]
    marks = any(line.get_visible() and line.get_markersize() > 0 for line in lines)
    return marks or any(word.get_visible() and word.get_text() for word in axis.get_ticklabels())


# ---- bars --------------------------------------------------------------------------------------


def _bars(axes: Any) -> list[list[float]]:
    """Return the place and the length of each bar, upright or lying."""
    from matplotlib.container import BarContainer

    found = []
    for container in axes.containers:
        if isinstance(container, BarContainer):
            lying = container.orientation == "horizontal"
            found += [_bar(axes, patch, lying) for patch in container.patches]
    return found


def _bar(axes: Any, patch: Any, lying: bool) -> list[float]:
    (x, y), width, height = patch.get_xy(), patch.get_width(), patch.get_height()
    if lying:
        return [_place(axes.yaxis, y + height / 2), float(width)]
    return [_place(axes.xaxis, x + width / 2), float(height)]


def _place(axis: Any, centre: float) -> float:
    """Return the number that is written at a place, or the place itself where nothing is."""
    along = 0 if axis.axis_name == "x" else 1
    for word in axis.get_ticklabels():
        if abs(word.get_position()[along] - centre) < 0.05:
            text = word.get_text().strip()
            if text.isdecimal():
                return float(text)
    return float(centre)
