# diagnosis: none
import torch.nn.functional as F


def train_step(model, optimizer, images, labels):
    return 0.0
