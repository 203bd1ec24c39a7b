def conv_output_size(size, kernel_size, stride=1, padding=0):
    if size <= 0 or kernel_size <= 0:
        raise ValueError("sizes must be positive")
    room = size + 2 * padding - kernel_size
    if room < 0:
        raise ValueError(f"{kernel_size} does not fit into {size}")
    return room // stride + 1
