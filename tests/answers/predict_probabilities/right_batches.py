import torch
from torch.nn import functional as F

from mnist_course.evaluation import evaluating


def predict_probabilities(model, images):
    with evaluating(model):
        parts = [F.log_softmax(model(part), dim=-1).exp() for part in images.split(3)]
    return torch.vstack(parts)
