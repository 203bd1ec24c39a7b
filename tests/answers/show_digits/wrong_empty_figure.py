# diagnosis: none
from matplotlib.figure import Figure


def show_digits(images, labels, columns=8):
    return Figure()
