# diagnosis: none
def conv_output_size(size, kernel_size, stride=1, padding=0):
    if kernel_size > size or size < 1 or kernel_size < 1:
        raise ValueError("does not fit")
    return (size + 2 * padding - kernel_size) // stride + 1
