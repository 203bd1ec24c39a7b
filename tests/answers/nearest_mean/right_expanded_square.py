def nearest_mean(images, means):
    x, m = images.flatten(1), means.flatten(1)
    return (m.square().sum(1) - 2 * x @ m.T).min(dim=1).indices
