import torch


def hunt_2(images, generator):
    n, _, h, w = images.shape
    dy, dx = torch.randint(-2, 3, (2, n, 1, 1), generator=generator)
    rows, columns = torch.arange(h)[None, :, None] - dy, torch.arange(w)[None, None, :] - dx
    inside = (rows >= 0) & (rows < h) & (columns >= 0) & (columns < w)
    found = images[torch.arange(n)[:, None, None], 0, rows.clamp(0, h - 1), columns.clamp(0, w - 1)]
    return (found * inside)[:, None]
