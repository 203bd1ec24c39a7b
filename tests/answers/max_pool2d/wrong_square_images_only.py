# diagnosis: none
def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    side = (x.shape[2] - kernel_size) // stride + 1
    out = x.new_empty(*x.shape[:2], side, side)
    for i in range(side):
        for j in range(side):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + kernel_size, left : left + kernel_size].amax(
                (2, 3)
            )
    return out
