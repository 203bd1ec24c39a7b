import torch

from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    found = []
    for i, row in enumerate(predict_probabilities(model, images)):
        guess = int(row.argmax())
        if guess != int(labels[i]):
            found.append((float(row[guess]), i))
    found.sort(reverse=True)
    return torch.tensor([i for _, i in found[:k]], dtype=torch.int64)
