# diagnosis: none
import torch.nn.functional as F


def train_step(model, optimizer, images, labels):
    optimizer.param_groups[0]["lr"] *= 1.0
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
