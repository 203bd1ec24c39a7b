# attack: raises GeneratorExit, which is no Exception
# alone: dies
def conv_output_size(size, kernel_size, stride=1, padding=0):
    raise GeneratorExit


def relu(x):
    raise GeneratorExit
