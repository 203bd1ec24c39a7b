from mnist_course import predict_probabilities


def hardest_mistakes(model, images, labels, k):
    sure, read = predict_probabilities(model, images).max(dim=1)
    wrong = read != labels
    k = min(k, int(wrong.sum()))
    return sure.masked_fill(~wrong, -1.0).topk(k).indices
