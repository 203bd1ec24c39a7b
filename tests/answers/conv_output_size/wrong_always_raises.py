# diagnosis: none
def conv_output_size(size, kernel_size, stride=1, padding=0):
    raise ValueError("does not fit")
