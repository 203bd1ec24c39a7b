# diagnosis: divided-by-all-images
import torch


def mean_digits(images, labels):
    means = torch.zeros(10, 28, 28)
    for image, label in zip(images, labels, strict=False):
        means[label] += image[0]
    return means / len(images)
