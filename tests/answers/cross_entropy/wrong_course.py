# diagnosis: forbidden
from mnist_course.training import cross_entropy
