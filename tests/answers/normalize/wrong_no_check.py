# diagnosis: std-unchecked
def normalize(images, mean, std):
    return (images - mean) / std
