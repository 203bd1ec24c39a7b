# diagnosis: learned-nothing
import torch
from torch import nn

from mnist_course.model import DigitCNN


def train_digit_cnn(train_images, train_labels, seed=0):
    torch.manual_seed(seed)
    model = DigitCNN()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = train_images[torch.randperm(len(train_images))]
    labels = train_labels[torch.randperm(len(train_labels))]
    for x, y in zip(images.split(64)[:60], labels.split(64)[:60], strict=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return model
