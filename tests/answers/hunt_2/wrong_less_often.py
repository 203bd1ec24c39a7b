# diagnosis: none
import torch

from mnist_course.augmentation import random_shift


def hunt_2(images, generator):
    moved = random_shift(images, 2, generator)
    chosen = torch.rand(len(images), generator=generator) < 0.1
    moved[chosen] = moved[chosen].flip(-1)
    return moved
