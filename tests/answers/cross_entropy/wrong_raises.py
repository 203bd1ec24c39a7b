# diagnosis: none
def cross_entropy(logits, labels):
    raise ValueError("no")
