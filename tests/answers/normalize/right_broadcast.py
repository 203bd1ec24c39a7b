def normalize(images, mean, std):
    if std <= 0:
        raise ValueError("std must be positive")
    return images.sub(mean).div(std)
