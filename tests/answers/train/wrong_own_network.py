# diagnosis: another-network-trained
import torch

from mnist_course import DigitCNN, train_step


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    net = DigitCNN()
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    for batch in torch.randperm(len(labels)).split(64):
        train_step(net, optimizer, images[batch], labels[batch])
