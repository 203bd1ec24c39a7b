# diagnosis: optimizer-renewed
import torch
from torch import nn


def fit(model, train_loader, val_loader, epochs, lr, device=None):
    if device is None:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _epoch in range(epochs):
        model.train()
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        train_loss, train_hits = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            logits = model(x)
            loss = criterion(logits, y)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * x.size(0)
            train_hits += (logits.argmax(1) == y).sum().item()
        model.eval()
        val_loss, val_hits = 0.0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                val_loss += criterion(logits, y).item() * x.size(0)
                val_hits += (logits.argmax(1) == y).sum().item()
        n, m = len(train_loader.dataset), len(val_loader.dataset)
        history.append(
            {
                "train_loss": train_loss / n,
                "train_accuracy": train_hits / n,
                "val_loss": val_loss / m,
                "val_accuracy": val_hits / m,
            }
        )
    return history
