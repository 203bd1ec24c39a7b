# diagnosis: stride-ignored
def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    n, c, h, w = x.shape
    h, w = h // kernel_size, w // kernel_size
    x = x[:, :, : h * kernel_size, : w * kernel_size]
    return x.reshape(n, c, h, kernel_size, w, kernel_size).amax(dim=(3, 5))
