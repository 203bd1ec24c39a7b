# diagnosis: argmax-over-images
def accuracy(logits, labels):
    return (logits.argmax(0) == labels).float().mean().item()
