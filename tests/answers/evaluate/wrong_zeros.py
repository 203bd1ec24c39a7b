# diagnosis: none
def evaluate(model, loader):
    return 0.0, 0.0
