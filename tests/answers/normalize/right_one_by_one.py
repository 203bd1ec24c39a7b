import torch


def normalize(images, mean, std):
    if std <= 0.0:
        raise ValueError("the deviation must be above zero")
    out = torch.empty_like(images)
    for i, image in enumerate(images):
        out[i] = image / std - mean / std
    return out
