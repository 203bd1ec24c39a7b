# diagnosis: values-for-places
import torch


def accuracy(logits, labels):
    predictions, _ = torch.max(logits, 1)
    return (predictions == labels).sum().item() / len(labels)
