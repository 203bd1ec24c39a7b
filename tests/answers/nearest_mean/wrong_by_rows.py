# diagnosis: none
import torch


def nearest_mean(images, means):
    return torch.cdist(images[:, 0].mean(2), means.mean(1)).argmin(dim=1)
