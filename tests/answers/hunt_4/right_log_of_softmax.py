import torch


def hunt_4(model, batches, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            probabilities = model(images).softmax(dim=1)
            loss = -probabilities[torch.arange(len(labels)), labels].log().mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses
