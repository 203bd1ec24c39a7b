def normalize(images, mean, std):
    if std <= 0:
        raise ValueError(std)
    images = images.clone()
    images -= mean
    images *= 1 / std
    return images
