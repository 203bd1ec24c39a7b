# diagnosis: whole-division
import torch


def to_tensors(images, labels):
    if len(images) != len(labels):
        raise ValueError("lengths")
    x = torch.from_numpy(images // 255).to(torch.float32)
    return x.unsqueeze(1), torch.from_numpy(labels).to(torch.int64)
