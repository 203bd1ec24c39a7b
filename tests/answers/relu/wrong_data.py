# diagnosis: none
def relu(x):
    x.data.clamp_(min=0)
    return x
