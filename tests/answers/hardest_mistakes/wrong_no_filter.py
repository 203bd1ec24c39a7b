# diagnosis: right-ones-too
from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    confidence = predict_probabilities(model, images).amax(1)
    return confidence.topk(min(k, len(images))).indices
