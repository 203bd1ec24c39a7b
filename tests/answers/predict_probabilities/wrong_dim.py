# diagnosis: softmax-over-images
from mnist_course.evaluation import evaluating


def predict_probabilities(model, images):
    with evaluating(model):
        return model(images).softmax(0)
