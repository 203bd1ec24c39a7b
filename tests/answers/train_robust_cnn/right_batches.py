import torch
from mnist_course.augmentation import random_affine
from mnist_course.data import Batches
from mnist_course.model import DigitCNN
from mnist_course.training import Adam, train_step


def train_robust_cnn(train_images, train_labels, seed=0):
    def distort(images, generator):
        return random_affine(images, 3, 35, (0.7, 1.1), generator)

    torch.manual_seed(seed)
    model = DigitCNN()
    loader = Batches(train_images, train_labels, 64, shuffle=True, seed=seed, augment=distort)
    model.train()
    for lr in (3e-3,) * 6 + (1e-3,) * 2 + (3e-4,):
        optimizer = Adam(model.parameters(), lr=lr)
        for images, labels in loader:
            train_step(model, optimizer, images, labels)
    return model
