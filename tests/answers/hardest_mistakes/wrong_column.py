# diagnosis: none
from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    confidence, predictions = predict_probabilities(model, images).max(dim=1)
    wrong = (predictions != labels).nonzero()
    return wrong[confidence[wrong[:, 0]].argsort(descending=True)][:k]
