import numpy as np
import torch
from scipy import ndimage


def rotate(images, degrees):
    degrees = np.broadcast_to(np.asarray(degrees, dtype=float).reshape(-1), len(images))
    turned = [
        ndimage.rotate(image[0].numpy(), angle, reshape=False, order=1)
        for image, angle in zip(images, degrees)
    ]
    return torch.from_numpy(np.stack(turned))[:, None]
