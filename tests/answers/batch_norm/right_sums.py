import torch


def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    n, c, h, w = x.shape
    if training:
        count = n * h * w
        mean = x.sum(dim=(0, 2, 3)) / count
        centred = x - mean[None, :, None, None]
        var = (centred * centred).sum(dim=(0, 2, 3)) / count
        running_mean.copy_((1 - momentum) * running_mean + momentum * mean.detach())
        unbiased = var.detach() * count / (count - 1)
        running_var.copy_((1 - momentum) * running_var + momentum * unbiased)
    else:
        centred = x - running_mean[None, :, None, None]
        var = running_var
    normal = centred / torch.sqrt(var + eps)[None, :, None, None]
    return weight[None, :, None, None] * normal + bias[None, :, None, None]
