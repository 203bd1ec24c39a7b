# diagnosis: forbidden
from mnist_course import data


def read_idx(path):
    return data.read_idx(path)
