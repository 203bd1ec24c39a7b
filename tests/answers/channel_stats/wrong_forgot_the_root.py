# diagnosis: variance
def channel_stats(images):
    mean = images.mean()
    return mean.item(), ((images - mean) ** 2).mean().item()
