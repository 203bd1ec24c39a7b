"""Pictures and bars in a terminal."""

import sys

from torch import Tensor


def bar(share: float, width: int = 30) -> str:
    """Return a bar for a number in [0, 1]."""
    full = "█" if _shows("█") else "#"
    return full * round(share * width)


def bars(probabilities: Tensor, classes: tuple[str, ...]) -> str:
    """Return one line a class: its name, its probability and a bar."""
    width = max(map(len, classes))
    lines = (
        f"  {name:>{width}} {p:7.2%} {bar(p)}".rstrip()
        for name, p in zip(classes, probabilities.tolist(), strict=True)
    )
    return "\n".join(lines)


def picture(image: Tensor) -> str:
    """Return a picture in characters, two pixels wide each, so that it looks square."""
    shades = " ░▒▓█" if _shows("█") else " .:+#"
    rows = (image.reshape(image.shape[-2:]).clamp(0, 1) * (len(shades) - 1)).round().int().tolist()
    return "\n".join("".join(2 * shades[value] for value in row).rstrip() for row in rows)


def _shows(character: str) -> bool:
    try:
        character.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
