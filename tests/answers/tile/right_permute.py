from torch.nn import functional as F


def tile(images, columns):
    assert_columns(columns)
    *_, h, w = images.shape
    missing = -len(images) % columns
    pictures = F.pad(images.reshape(-1, h, w), (0, 0, 0, 0, 0, missing))
    return pictures.reshape(-1, columns, h, w).permute(0, 2, 1, 3).reshape(-1, columns * w)


def assert_columns(columns):
    if columns <= 0:
        raise ValueError(f"{columns} columns make no picture")
