# diagnosis: farthest-mean
import torch


def nearest_mean(images, means):
    return torch.cdist(images.flatten(1), means.flatten(1)).argmax(1)
