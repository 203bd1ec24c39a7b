import torch


def confusion_matrix(predictions, labels, num_classes=10):
    if len(predictions) != len(labels):
        raise ValueError("as many predictions as labels are needed")
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for p, t in zip(predictions.tolist(), labels.tolist(), strict=True):
        if not (0 <= p < num_classes and 0 <= t < num_classes):
            raise ValueError(f"{p} or {t} is not a class")
        matrix[t, p] += 1
    return matrix
