# attack: computes for ever inside of the interpreter, where no handler of a signal is run.
# alone: hangs
def conv_output_size(size, kernel_size, stride=1, padding=0):
    return sum(range(10**12))


def relu(x):
    return 10**10**8
