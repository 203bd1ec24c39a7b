# diagnosis: mean-of-stds
def channel_stats(images):
    means, stds = [], []
    for image in images:
        means.append(image.mean().item())
        stds.append(image.std().item())
    return sum(means) / len(means), sum(stds) / len(stds)
