# diagnosis: none
def accuracy(logits, labels):
    correct = 0
    for i in range(1, len(labels)):
        correct += int(logits[i].argmax() == labels[i])
    return correct / len(labels)
