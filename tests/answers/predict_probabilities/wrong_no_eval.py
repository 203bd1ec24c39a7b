# diagnosis: eval-forgotten
import torch


def predict_probabilities(model, images):
    with torch.no_grad():
        return torch.softmax(model(images), dim=1)
