# diagnosis: none
import torch


def hardest_mistakes(model, images, labels, k):
    return torch.zeros(0, dtype=torch.int64)
