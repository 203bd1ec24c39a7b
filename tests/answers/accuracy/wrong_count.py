# diagnosis: count-instead-of-share
def accuracy(logits, labels):
    correct = 0
    for i in range(len(labels)):
        correct += int(logits[i].argmax() == labels[i])
    return correct
