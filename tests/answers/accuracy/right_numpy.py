import numpy as np


def accuracy(logits, labels):
    predictions = np.argmax(logits.detach().numpy(), axis=-1)
    return float(np.mean(predictions == labels.numpy()))
