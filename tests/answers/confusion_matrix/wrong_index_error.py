# diagnosis: none
import torch


def confusion_matrix(predictions, labels, num_classes=10):
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for i in range(max(len(labels), len(predictions))):
        if min(predictions[i], labels[i]) < 0:
            raise IndexError("a negative class")
        matrix[labels[i], predictions[i]] += 1
    return matrix
