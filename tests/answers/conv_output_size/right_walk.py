def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    assert_positive(size, kernel_size)
    end = kernel_size - padding
    count = 0
    while end <= size + padding:
        count += 1
        end += stride
    if count == 0:
        raise ValueError("no place for the kernel")
    return count


def assert_positive(*numbers):
    for number in numbers:
        if number < 1:
            raise ValueError(f"{number} is not positive")
