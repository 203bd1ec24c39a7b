import torch.nn.functional as F


def mean_digits(images, labels):
    chosen = F.one_hot(labels, 10).float()
    sums = chosen.T @ images.flatten(1)
    return (sums / chosen.sum(0)[:, None]).view(10, 28, 28)
