# diagnosis: averaged
def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    return x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).mean(dim=(4, 5))
