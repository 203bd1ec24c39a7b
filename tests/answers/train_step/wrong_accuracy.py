# diagnosis: none
import torch.nn.functional as F


def train_step(model, optimizer, images, labels):
    optimizer.zero_grad()
    logits = model(images)
    F.cross_entropy(logits, labels).backward()
    optimizer.step()
    return (logits.argmax(1) == labels).float().mean().item()
