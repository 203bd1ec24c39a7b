# diagnosis: places-among-mistakes
from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    confidence, predictions = predict_probabilities(model, images).max(dim=1)
    return confidence[predictions != labels].argsort(descending=True)[:k]
