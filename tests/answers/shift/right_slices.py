import torch


def shift(images, dx, dy):
    n, c, h, w = images.shape
    out = torch.zeros_like(images)
    if abs(dx) >= w or abs(dy) >= h:
        return out
    new_rows = slice(max(dy, 0), min(h, h + dy))
    old_rows = slice(max(-dy, 0), min(h, h - dy))
    new_columns = slice(max(dx, 0), min(w, w + dx))
    old_columns = slice(max(-dx, 0), min(w, w - dx))
    out[:, :, new_rows, new_columns] = images[:, :, old_rows, old_columns]
    return out
