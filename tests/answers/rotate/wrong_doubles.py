# diagnosis: none
import numpy as np
import torch
from scipy import ndimage


def rotate(images, degrees):
    """Right, but what comes back is float64."""
    degrees = np.broadcast_to(np.asarray(degrees, dtype=float).reshape(-1), len(images))
    old = images[:, 0].double().numpy()
    turned = [ndimage.rotate(i, a, reshape=False, order=1) for i, a in zip(old, degrees)]
    return torch.tensor(np.array(turned)).unsqueeze(1)
