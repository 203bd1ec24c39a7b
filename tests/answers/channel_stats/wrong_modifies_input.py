# diagnosis: none
def channel_stats(images):
    mean = images.mean().item()
    images -= mean
    return mean, images.square().mean().sqrt().item()
