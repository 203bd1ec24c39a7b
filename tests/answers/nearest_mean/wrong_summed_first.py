# diagnosis: only-brightness-compared
def nearest_mean(images, means):
    return ((images - means).sum(dim=(2, 3)) ** 2).argmin(dim=1)
