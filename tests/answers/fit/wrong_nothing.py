# diagnosis: none
def fit(model, train_loader, val_loader, epochs, lr, device=None):
    keys = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    return [dict.fromkeys(keys, 0.0) for _ in range(epochs)]
