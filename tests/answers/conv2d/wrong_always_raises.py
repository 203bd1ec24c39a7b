# diagnosis: none
def conv2d(x, weight, bias=None, stride=1, padding=0):
    raise ValueError("no")
