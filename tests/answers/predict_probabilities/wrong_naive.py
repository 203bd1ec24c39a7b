# diagnosis: exp-overflows
from mnist_course.evaluation import evaluating


def predict_probabilities(model, images):
    with evaluating(model):
        e = model(images).exp()
    return e / e.sum(1)[:, None]
