# diagnosis: none
import torch


def to_tensors(images, labels):
    if len(images) != len(labels):
        raise ValueError("lengths")
    x = torch.tensor(images, dtype=torch.float32) / 255
    images[images > 0] = 1
    return x.unsqueeze(1), torch.tensor(labels, dtype=torch.int64)
