# diagnosis: none
def conv_output_size(size, kernel_size, stride=1, padding=0):
    answer = (size + 2 * padding - kernel_size) // stride + 1
    print(answer)
