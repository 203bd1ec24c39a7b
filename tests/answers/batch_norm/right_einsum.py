import torch


def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Fold everything into one scale and one offset a channel."""
    mean, var = running_mean, running_var
    if training:
        var, mean = torch.var_mean(x, dim=(0, 2, 3), unbiased=False)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(mean, alpha=momentum)
            running_var.mul_(1 - momentum).add_(x.var(dim=(0, 2, 3)), alpha=momentum)
    scale = weight * torch.rsqrt(var + eps)
    return torch.einsum("nchw,c->nchw", x, scale) + (bias - mean * scale).reshape(-1, 1, 1)
