# diagnosis: none
import torch.nn.functional as F


def train_step(model, optimizer, images, labels):
    images -= images.mean()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
