# diagnosis: none
def fit(model, train_loader, val_loader, epochs, lr, device=None):
    raise RuntimeError("not today")
