# diagnosis: none
def dropout(x, p=0.5, training=True):
    raise ValueError(p)
