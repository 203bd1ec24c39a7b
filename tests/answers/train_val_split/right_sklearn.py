from sklearn.model_selection import train_test_split


def train_val_split(images, labels, val_fraction, seed):
    if not (0 < val_fraction < 1):
        raise ValueError("val_fraction")
    if len(images) != len(labels):
        raise ValueError("lengths")
    parts = train_test_split(
        images, labels, test_size=val_fraction, random_state=seed, stratify=labels
    )
    train_images, val_images, train_labels, val_labels = parts
    return train_images, train_labels, val_images, val_labels
