# diagnosis: in-place
def normalize(images, mean, std):
    if std <= 0:
        raise ValueError("std")
    images -= mean
    images /= std
    return images
