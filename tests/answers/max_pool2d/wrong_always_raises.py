# diagnosis: none
def max_pool2d(x, kernel_size, stride=None):
    raise ValueError
