# diagnosis: none
import torch


def nearest_mean(images, means):
    return torch.cdist(images[:, 0], means).argmin(dim=1)
