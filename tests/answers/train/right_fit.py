import torch

from mnist_course import fit, make_loader, train_val_split


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    x, y, val_x, val_y = train_val_split(images, labels, val_fraction=0.1, seed=seed)
    loader = make_loader(x, y, batch_size=64, shuffle=True, seed=seed)
    fit(model, loader, make_loader(val_x, val_y, batch_size=200), epochs=6, lr=3e-3, device="cpu")
    return model
