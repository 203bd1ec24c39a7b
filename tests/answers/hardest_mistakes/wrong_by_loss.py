# diagnosis: ranked-by-the-truth
import torch

from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    p = predict_probabilities(model, images)
    truth = p[torch.arange(len(labels)), labels]
    wrong = torch.where(p.argmax(1) != labels)[0]
    return wrong[truth[wrong].argsort()][:k]
