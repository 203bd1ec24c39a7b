# diagnosis: none
import torch

from mnist_course import shift


def hunt_2(images, generator):
    steps = torch.randint(-2, 2, (len(images), 2), generator=generator).tolist()
    return torch.cat([shift(image[None], *step) for image, step in zip(images, steps)])
