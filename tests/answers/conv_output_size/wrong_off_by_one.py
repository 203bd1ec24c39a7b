# diagnosis: plus-one-forgotten
def conv_output_size(size, kernel_size, stride=1, padding=0):
    if size < 1 or kernel_size < 1 or kernel_size > size + 2 * padding:
        raise ValueError("no")
    return (size + 2 * padding - kernel_size) // stride
