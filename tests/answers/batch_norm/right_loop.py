import torch


def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Channel by channel."""
    out = []
    for i in range(x.shape[1]):
        channel = x[:, i]
        if training:
            mean, var = channel.mean(), channel.var(unbiased=False)
            running_mean[i] += momentum * (mean.item() - running_mean[i])
            running_var[i] += momentum * (channel.var().item() - running_var[i])
        else:
            mean, var = running_mean[i], running_var[i]
        out.append((channel - mean) * (var + eps) ** -0.5 * weight[i] + bias[i])
    return torch.stack(out, dim=1)
