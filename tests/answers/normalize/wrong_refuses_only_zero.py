# diagnosis: none
def normalize(images, mean, std):
    if std == 0:
        raise ValueError("std must not be zero")
    return (images - mean) / std
