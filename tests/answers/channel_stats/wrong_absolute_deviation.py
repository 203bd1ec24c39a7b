# diagnosis: none
def channel_stats(images):
    mean = images.mean()
    return mean.item(), (images - mean).abs().mean().item()
