# diagnosis: not-ranked
from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    predictions = predict_probabilities(model, images).argmax(1)
    return (predictions != labels).nonzero().flatten()[:k]
