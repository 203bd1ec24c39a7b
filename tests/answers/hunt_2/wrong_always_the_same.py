# diagnosis: none
import torch

from mnist_course.augmentation import random_shift


def hunt_2(images, generator):
    return random_shift(images, 2, torch.Generator().manual_seed(0))
