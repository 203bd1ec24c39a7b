# diagnosis: percent
def accuracy(logits, labels):
    right = (logits.argmax(1) == labels).sum().item()
    return 100.0 * right / len(labels)
