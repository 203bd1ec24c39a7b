# diagnosis: none
def channel_stats(images):
    return images[0].mean().item(), images[0].std().item()
