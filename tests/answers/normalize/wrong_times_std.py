# diagnosis: multiplied
def normalize(images, mean, std):
    if std <= 0:
        raise ValueError("std")
    return (images - mean) * std
