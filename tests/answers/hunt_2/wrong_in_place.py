# diagnosis: none
from mnist_course.augmentation import random_shift


def hunt_2(images, generator):
    images.copy_(random_shift(images.clone(), 2, generator))
    return images.clone()
