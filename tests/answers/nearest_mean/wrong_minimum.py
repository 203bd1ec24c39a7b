# diagnosis: distance-instead-of-label
def nearest_mean(images, means):
    return (images - means).flatten(2).norm(dim=2).amin(dim=1)
