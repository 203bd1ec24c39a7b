import torch


def shift(images, dx, dy):
    """A shift is a product with a matrix that has ones beside its diagonal."""
    side = images.shape[-1]
    down = (torch.arange(side)[:, None] - torch.arange(side) == dy).float()
    right = (torch.arange(side) - torch.arange(side)[:, None] == dx).float()
    return torch.einsum("ij,ncjk,kl->ncil", down, images, right)
