# diagnosis: none
def nearest_mean(images, means):
    return ((images - means) ** 2).sum(dim=(2, 3)).argmin(dim=1) + 1
