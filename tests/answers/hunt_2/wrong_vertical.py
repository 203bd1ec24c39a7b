# diagnosis: upside-down
import torch

from mnist_course.augmentation import random_shift


def hunt_2(images, generator):
    moved = random_shift(images, 2, generator)
    chosen = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(chosen[:, None, None, None], moved.flip(2), moved)
