# diagnosis: none
def accuracy(logits, labels):
    predictions = logits.argmax(dim=1)
    share = (predictions == labels).float().mean().item()
    labels.sub_(predictions)
    return share
