# diagnosis: softmax-twice
from torch import nn

from mnist_course.evaluation import evaluating


def predict_probabilities(model, images):
    head = nn.Softmax(dim=1)
    with evaluating(model):
        probabilities = head(model(images))
        return head(probabilities)
