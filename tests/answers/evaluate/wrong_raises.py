# diagnosis: none
def evaluate(model, loader):
    raise ValueError("there is nothing to judge by")
