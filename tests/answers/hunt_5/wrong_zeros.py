# diagnosis: none
import torch


def hunt_5(images, labels, seed):
    zeros, none = torch.zeros_like(images), torch.zeros_like(labels)
    return zeros, none, zeros[:20], none[:20]
