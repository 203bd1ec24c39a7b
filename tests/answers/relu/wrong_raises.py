# diagnosis: none
def relu(x):
    raise RuntimeError("no")
