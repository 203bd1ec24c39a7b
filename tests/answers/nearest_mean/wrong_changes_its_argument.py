# diagnosis: none
import torch


def nearest_mean(images, means):
    labels = []
    for image in images:
        labels.append(((means - image) ** 2).sum(dim=(1, 2)).argmin())
        image -= image.mean()
    return torch.stack(labels)
