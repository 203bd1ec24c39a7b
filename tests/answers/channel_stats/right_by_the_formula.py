def channel_stats(images):
    mean = images.sum().item() / images.numel()
    distances = images - mean
    return mean, (distances * distances).mean().sqrt().item()
