# diagnosis: none
def diagnosis():
    return dict.fromkeys(range(1, 6), "softmax-twice")
