def nearest_mean(images, means):
    differences = images - means  # (N, 1, 28, 28) - (10, 28, 28) -> (N, 10, 28, 28)
    return (differences**2).sum(dim=(2, 3)).sqrt().argmin(dim=1)
