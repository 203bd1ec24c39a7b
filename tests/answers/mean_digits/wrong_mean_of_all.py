# diagnosis: none
def mean_digits(images, labels):
    return images[:, 0].mean(0).expand(10, 28, 28)
