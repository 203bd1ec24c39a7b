# diagnosis: none
import torch


def hunt_2(images, generator):
    return torch.zeros_like(images)
