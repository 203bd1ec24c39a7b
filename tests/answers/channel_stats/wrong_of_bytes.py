# diagnosis: none
def channel_stats(images):
    pixels = images * 255
    return pixels.mean().item(), pixels.std().item()
