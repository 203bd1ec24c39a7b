import torch
from mnist_course import DigitCNN, fit, make_loader, random_affine


def train_robust_cnn(train_images, train_labels, seed=0):
    """Distorted once, beforehand: each digit in six forms."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    forms = [random_affine(train_images, 3, 35, (0.7, 1.1), generator) for _ in range(6)]
    images, labels = torch.cat(forms), train_labels.repeat(6)
    loader = make_loader(images, labels, batch_size=128, shuffle=True, seed=seed)
    val_loader = make_loader(train_images[:300], train_labels[:300], batch_size=300)
    model = DigitCNN()
    fit(model, loader, val_loader, epochs=3, lr=2e-3)
    return model
