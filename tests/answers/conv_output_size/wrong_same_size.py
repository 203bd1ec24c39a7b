# diagnosis: none
def conv_output_size(size, kernel_size, stride=1, padding=0):
    if kernel_size > size + 2 * padding or min(size, kernel_size) < 1:
        raise ValueError("does not fit")
    return -(-size // stride)
