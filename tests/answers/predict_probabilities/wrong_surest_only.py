# diagnosis: none
from mnist_course.evaluation import evaluating


def predict_probabilities(model, images):
    with evaluating(model):
        return model(images).softmax(1).max(1).values
