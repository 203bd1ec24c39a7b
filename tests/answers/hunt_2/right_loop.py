import torch

from mnist_course import shift


def hunt_2(images, generator):
    out = []
    for image in images:
        dx = int(torch.randint(-2, 3, (), generator=generator))
        dy = int(torch.randint(-2, 3, (), generator=generator))
        out.append(shift(image[None], dx, dy)[0])
    return torch.stack(out)
