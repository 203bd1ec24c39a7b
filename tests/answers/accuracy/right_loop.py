def accuracy(logits, labels):
    correct = 0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        if row.index(max(row)) == label:
            correct += 1
    return correct / len(labels)
