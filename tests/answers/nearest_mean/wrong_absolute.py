# diagnosis: city-block-distance
def nearest_mean(images, means):
    return (images - means).abs().sum(dim=(2, 3)).argmin(dim=1)
