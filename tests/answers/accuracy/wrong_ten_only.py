# diagnosis: none
def accuracy(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item() / 10
