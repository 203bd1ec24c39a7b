# diagnosis: none
from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    confidence, predictions = predict_probabilities(model, images).max(dim=1)
    wrong = (predictions != labels).nonzero().flatten()
    return wrong[confidence[wrong].topk(k).indices]
