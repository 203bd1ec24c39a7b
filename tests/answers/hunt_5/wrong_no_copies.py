# diagnosis: copies-left-out
from mnist_course import train_val_split


def hunt_5(images, labels, seed):
    return train_val_split(images, labels, val_fraction=0.2, seed=seed)
