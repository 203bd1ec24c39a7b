import torch


def mean_digits(images, labels):
    belongs = (labels[:, None] == torch.arange(10)).to(images.dtype)
    return torch.einsum("nd,nchw->dhw", belongs / belongs.sum(dim=0), images)
