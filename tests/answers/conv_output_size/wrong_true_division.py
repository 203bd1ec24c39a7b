# diagnosis: float-division
def conv_output_size(size, kernel_size, stride=1, padding=0):
    return 1 + (size - kernel_size + 2 * padding) / stride
