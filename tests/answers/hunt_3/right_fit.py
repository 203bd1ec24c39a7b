from mnist_course import fit


def hunt_3(model, batches, val, epochs, lr):
    history = fit(model, batches, [val], epochs, lr, device="cpu")
    return [epoch["val_loss"] for epoch in history]
