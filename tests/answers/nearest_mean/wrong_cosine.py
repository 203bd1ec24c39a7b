# diagnosis: none
import torch.nn.functional as F


def nearest_mean(images, means):
    return F.cosine_similarity(images.flatten(2), means.flatten(1)[None], dim=2).argmax(1)
