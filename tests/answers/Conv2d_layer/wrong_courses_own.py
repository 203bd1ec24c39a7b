# diagnosis: forbidden
import mnist_course


class Conv2d(mnist_course.Conv2d):
    pass
