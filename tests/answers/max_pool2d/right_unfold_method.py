def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    if stride is None:
        stride = kernel_size
    windows = x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride)
    return windows.flatten(4).max(dim=4).values
