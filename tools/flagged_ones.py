"""Ones with a flag, and some with a foot: how half the world writes them, and MNIST hardly does.

Without them a network takes such a one for a seven.
"""

import torch
from torch import Tensor

SIDE = 28


def flagged(ones: Tensor, generator: torch.Generator) -> Tensor:
    """Add to pictures of ones a flag at the top, down to the left, and to some a foot."""
    top, bottom, width = _ends(ones)
    draws = torch.rand(5, len(ones), 1, generator=generator)
    angle, length = (0.14 + 0.25 * draws[0]) * torch.pi, 4 + 6 * draws[1]
    tip = top + length * torch.cat([-angle.cos(), angle.sin()], dim=1)
    flag = _strokes(top, tip, width * (0.8 + 0.3 * draws[2]))
    half = torch.cat([2 + 3 * draws[3], torch.zeros(len(ones), 1)], dim=1)
    foot = _strokes(bottom - half, bottom + half, width)
    foot = foot * (draws[4] < 0.3).view(-1, 1, 1, 1)
    return torch.maximum(ones, torch.maximum(flag, foot))


def _ends(ones: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return where each stroke begins and ends, as (x, y), and how wide it is."""
    ink = ones[:, 0] > 0.5
    inked = ink.any(dim=2).int()
    first, last = inked.argmax(dim=1), SIDE - 1 - inked.flip(1).argmax(dim=1)
    width = ink.sum(dim=(1, 2)) / (last - first + 1)
    return _middle(ones, first), _middle(ones, last), width.clamp(1.5, 4)[:, None]


def _middle(ones: Tensor, rows: Tensor) -> Tensor:
    """Return the middle of the ink in one row of each picture."""
    lines = ones[torch.arange(len(ones)), 0, rows]
    x = (lines * torch.arange(SIDE)).sum(dim=1) / lines.sum(dim=1)
    return torch.stack([x, rows.float()], dim=1)


def _strokes(starts: Tensor, ends: Tensor, widths: Tensor) -> Tensor:
    """Draw a straight stroke in each picture, by the distance of each pixel from it."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    pixels = torch.stack([x, y], dim=-1).view(1, -1, 2)
    starts, along = starts[:, None], (ends - starts)[:, None]
    share = ((pixels - starts) * along).sum(dim=-1) / along.square().sum(dim=-1)
    nearest = starts + share.clamp(0, 1)[..., None] * along
    distance = (pixels - nearest).norm(dim=-1)
    return (widths / 2 + 0.5 - distance).clamp(0, 1).view(-1, 1, SIDE, SIDE)
