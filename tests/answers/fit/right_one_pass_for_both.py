import torch
import torch.nn.functional as F


def run(model, loader, device, optimizer=None):
    """Go through a loader once; learn if there is an optimizer."""
    model.train(optimizer is not None)
    losses, hits = [], []
    with torch.set_grad_enabled(optimizer is not None):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            each = F.cross_entropy(logits, labels, reduction="none")
            if optimizer is not None:
                each.mean().backward()
                optimizer.step()
                optimizer.zero_grad()
            losses.append(each.detach())
            hits.append(logits.argmax(dim=1).eq(labels).float())
    return torch.cat(losses).mean().item(), torch.cat(hits).mean().item()


def fit(model, train_loader, val_loader, epochs, lr, device=None):
    device = torch.device("cpu") if device is None else torch.device(device)
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, foreach=False)
    history = []
    for _ in range(epochs):
        train = run(model, train_loader, device, optimizer)
        val = run(model, val_loader, device)
        history.append(
            dict(train_loss=train[0], train_accuracy=train[1], val_loss=val[0], val_accuracy=val[1])
        )
    return tuple(history)
