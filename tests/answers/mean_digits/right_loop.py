import torch


def mean_digits(images, labels):
    means = torch.zeros(10, 28, 28)
    counts = [0] * 10
    for image, label in zip(images, labels.tolist(), strict=False):
        means[label] += image[0]
        counts[label] += 1
    for digit in range(10):
        means[digit] /= counts[digit]
    return means
