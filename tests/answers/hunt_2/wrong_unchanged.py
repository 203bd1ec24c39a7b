# diagnosis: as-found
import torch

from mnist_course.augmentation import random_shift


def hunt_2(images, generator):
    chosen = torch.rand(len(images), generator=generator) < 0.5
    moved = random_shift(images, 2, generator)
    moved[chosen] = torch.flip(moved[chosen], dims=[3])
    return moved
