# diagnosis: in-place
def relu(x):
    return x.clamp_(min=0)
