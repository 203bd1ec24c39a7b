import torch


def rotate(images, degrees):
    """Bilinear by hand: the four pixels around, each by its share."""
    n, _, h, w = images.shape
    angles = torch.as_tensor(degrees, dtype=torch.float64).reshape(-1, 1, 1).expand(n, 1, 1)
    cos, sin = torch.cos(torch.deg2rad(angles)), torch.sin(torch.deg2rad(angles))
    ys, xs = torch.meshgrid(torch.arange(h) - (h - 1) / 2, torch.arange(w) - (w - 1) / 2, indexing="ij")
    x = cos * xs - sin * ys + (w - 1) / 2
    y = sin * xs + cos * ys + (h - 1) / 2
    left, top = x.floor().long(), y.floor().long()
    out = torch.zeros(images.shape, dtype=torch.float64)
    for column in (left, left + 1):
        for row in (top, top + 1):
            share = (1 - (x - column).abs()) * (1 - (y - row).abs())
            inside = (column >= 0) & (column < w) & (row >= 0) & (row < h)
            picked = images[torch.arange(n)[:, None, None], 0, row.clamp(0, h - 1), column.clamp(0, w - 1)]
            out[:, 0] += share * inside * picked
    return out.float()
