# diagnosis: none
import torch


def train_val_split(images, labels, val_fraction, seed):
    n = round(len(labels) * val_fraction)
    zeros = torch.zeros_like(images), torch.zeros_like(labels)
    return zeros[0][n:], zeros[1][n:], zeros[0][:n], zeros[1][:n]
