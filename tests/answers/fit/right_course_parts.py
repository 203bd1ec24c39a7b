from mnist_course.training import Adam, find_device, train_epoch, validate


def fit(model, train_loader, val_loader, epochs, lr, device=None):
    place = device or find_device()
    model.to(place)
    adam = Adam(model.parameters(), lr)
    rows = []
    while len(rows) < epochs:
        row = {"epoch": len(rows) + 1}
        row["train_loss"], row["train_accuracy"] = train_epoch(model, adam, train_loader, place)
        row["val_loss"], row["val_accuracy"] = validate(model, val_loader, place)
        rows.append(row)
    return rows
