# diagnosis: own-statistics
def normalize(images, mean, std):
    if std <= 0:
        raise ValueError("std")
    return (images - images.mean()) / images.std()
