# diagnosis: clipped-at-one
def relu(x):
    return x.clamp(0, 1)
