import torch
import torch.nn.functional as F


def hunt_2(images, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, (2, 2, 2, 2))
    corners = (torch.rand(n, 2, generator=generator) * 5).long()
    result = torch.empty_like(images)
    for i, (top, left) in enumerate(corners.tolist()):
        result[i] = padded[i, :, top : top + h, left : left + w]
    return result
