import random
from collections import defaultdict

import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels):
        raise ValueError("not equally many")
    if val_fraction <= 0.0 or val_fraction >= 1.0:
        raise ValueError("fraction")
    groups = defaultdict(list)
    for i, label in enumerate(labels.tolist()):
        groups[label].append(i)
    dice = random.Random(seed)
    train, val = [], []
    for group in groups.values():
        dice.shuffle(group)
        cut = round(len(group) * (1 - val_fraction))
        train += group[:cut]
        val += group[cut:]
    dice.shuffle(train)
    return [
        torch.stack([images[i] for i in train]), labels[train],
        torch.stack([images[i] for i in val]), labels[val],
    ]  # fmt: skip
