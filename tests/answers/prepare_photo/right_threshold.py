import numpy as np
import torch
from PIL import Image, ImageOps
from torch.nn import functional as F


def prepare_photo(image):
    """Ink is what there is less of; the result is black and white."""
    if isinstance(image, Image.Image):
        image = ImageOps.exif_transpose(image)
        if image.mode == "RGBA":
            paper = Image.new("RGB", image.size, (255, 255, 255))
            paper.paste(image, mask=image.getchannel("A"))
            image = paper
        image = np.asarray(image.convert("L")) / 255
    x = torch.tensor(np.asarray(image), dtype=torch.float32)
    if x.max() - x.min() < 0.1:
        raise ValueError("blank")
    ink = (x > (x.max() + x.min()) / 2).float()
    if ink.mean() > 0.5:
        ink = 1 - ink
    rows, columns = ink.amax(1).nonzero(), ink.amax(0).nonzero()
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    h, w = ink.shape
    size = (max(1, round(20 * h / max(h, w))), max(1, round(20 * w / max(h, w))))
    small = F.interpolate(ink[None, None], size=size, mode="area")[0, 0]
    cy = (small.sum(1) @ torch.arange(size[0]).float()) / small.sum()
    cx = (small.sum(0) @ torch.arange(size[1]).float()) / small.sum()
    top, left = round(14 - float(cy)), round(14 - float(cx))
    out = torch.zeros(1, 1, 28, 28)
    out[0, 0, top : top + size[0], left : left + size[1]] = small
    return out
