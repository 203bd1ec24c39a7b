"""Lesson 5: how good is it, really?"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from mnist_course.training import Loader, cross_entropy

BATCH = 1000  # images at a time where no gradient is kept


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the share of images whose largest logit is the right one."""
    if labels.shape != logits.shape[:1]:
        raise ValueError(f"{tuple(logits.shape)} logits, but {tuple(labels.shape)} labels")
    return (logits.argmax(dim=1) == labels).float().mean().item()


def device_of(model: nn.Module) -> torch.device:
    """Return where the model computes."""
    return next((p.device for p in model.parameters()), torch.device("cpu"))


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Switch to evaluation, without gradients; then give every module its own mode back."""
    modes = {module: module.training for module in model.modules()}
    try:
        model.eval()
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes.items():
            module.training = mode


def evaluate(model: nn.Module, loader: Loader) -> tuple[float, float]:
    """Return loss and accuracy over all samples, and leave the model as it was."""
    device = device_of(model)
    loss_sum, correct, count = 0.0, 0, 0
    with evaluating(model):
        for images, labels in loader:
            logits, labels = model(images.to(device)), labels.to(device)
            loss_sum += cross_entropy(logits, labels).item() * len(labels)
            correct += int((logits.argmax(dim=1) == labels).sum())
            count += len(labels)
    if count == 0:
        raise ValueError("there was not one image to judge by")
    return loss_sum / count, correct / count


def confusion_matrix(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    """Count how often each true class (row) was read as each class (column)."""
    if predictions.shape != labels.shape:
        raise ValueError(f"{len(predictions)} predictions, but labels {tuple(labels.shape)}")
    for name, values in (("predictions", predictions), ("labels", labels)):
        if ((values < 0) | (values >= num_classes)).any():
            raise ValueError(f"{name} {values.min()}..{values.max()}, not in 0..{num_classes - 1}")
    cells = labels.long() * num_classes + predictions  # a byte would overflow
    return torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def precision_recall(confusion: Tensor) -> tuple[Tensor, Tensor]:
    """Of what was read as a class, how much was; of what was a class, how much was read so."""
    hits = confusion.diag().float()
    predicted, present = confusion.sum(dim=0), confusion.sum(dim=1)
    return hits / predicted.clamp(min=1), hits / present.clamp(min=1)


def predict_probabilities(model: nn.Module, images: Tensor) -> Tensor:
    """Return the probability of every class for every image."""
    device = device_of(model)
    with evaluating(model):
        logits = [model(batch.to(device)).cpu() for batch in images.split(BATCH)]
    return torch.cat(logits).softmax(dim=1)


def hardest_mistakes(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    """Return the indices of at most k wrong predictions, the surest first."""
    if labels.shape != images.shape[:1]:
        raise ValueError(f"{len(images)} images, but labels {tuple(labels.shape)}")
    confidence, predictions = predict_probabilities(model, images).max(dim=1)
    wrong = (predictions != labels).nonzero().flatten()
    surest_first = confidence[wrong].argsort(descending=True)
    return wrong[surest_first][: max(k, 0)]
