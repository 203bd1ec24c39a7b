# diagnosis: none
import torch


def prepare_photo(image):
    return torch.zeros(1, 1, 28, 28)
