# diagnosis: none
def relu(x):
    return x.double().clamp(min=0)
