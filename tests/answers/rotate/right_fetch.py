import torch
from mnist_course.augmentation import fetch


def rotate(images, degrees):
    angles = torch.deg2rad(torch.as_tensor(degrees, dtype=torch.float32))
    angles = angles * torch.ones(len(images))
    nothing = 0 * angles
    return fetch(
        images,
        (angles.cos(), -angles.sin(), nothing),
        (angles.sin(), angles.cos(), nothing),
    )
