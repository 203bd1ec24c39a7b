# diagnosis: lengths-unchecked
import torch


def to_tensors(images, labels):
    x = torch.tensor(images, dtype=torch.float32) / 255
    return x.unsqueeze(1), torch.tensor(labels, dtype=torch.int64)
