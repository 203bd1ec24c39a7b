import torch


def channel_stats(images):
    std, mean = torch.std_mean(images, correction=0)
    return float(mean), float(std)
