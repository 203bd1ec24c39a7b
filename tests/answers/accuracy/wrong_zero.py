# diagnosis: none
def accuracy(logits, labels):
    return 0.0
