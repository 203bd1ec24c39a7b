# diagnosis: learned-nothing
from mnist_course.model import DigitCNN


def train_digit_cnn(train_images, train_labels, seed=0):
    return DigitCNN()
