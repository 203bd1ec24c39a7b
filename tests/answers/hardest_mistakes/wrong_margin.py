# diagnosis: none
import torch

from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    p = predict_probabilities(model, images)
    wrong = torch.where(p.argmax(1) != labels)[0]
    distance = (p[wrong] - 0.5).abs().sum(1)
    return wrong[distance.argsort()][:k]
