def conv_output_size(size, kernel_size, stride=1, padding=0):
    if min(size, kernel_size, stride) < 1:
        raise ValueError("must be positive")
    padded = size + padding + padding
    places = [start for start in range(0, padded, stride) if start + kernel_size <= padded]
    if not places:
        raise ValueError("the kernel does not fit")
    return len(places)
