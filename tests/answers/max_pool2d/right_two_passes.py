import torch


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    step = stride if stride is not None else kernel_size

    def along_last(values):
        starts = range(0, values.shape[-1] - kernel_size + 1, step)
        parts = [values[..., s : s + kernel_size].max(dim=-1).values for s in starts]
        return torch.stack(parts, dim=-1)

    return along_last(along_last(x).transpose(2, 3)).transpose(2, 3)
