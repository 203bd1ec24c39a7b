# diagnosis: images-then-labels
from sklearn.model_selection import train_test_split


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    return train_test_split(
        images, labels, test_size=val_fraction, random_state=seed, stratify=labels
    )
