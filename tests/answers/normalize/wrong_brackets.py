# diagnosis: divided-first
def normalize(images, mean, std):
    if std <= 0:
        raise ValueError("std")
    return images / std - mean
