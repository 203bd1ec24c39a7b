# diagnosis: absolute-value
def relu(x):
    return abs(x)
