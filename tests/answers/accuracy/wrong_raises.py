# diagnosis: none
def accuracy(logits, labels):
    raise ValueError("labels and logits do not fit")
