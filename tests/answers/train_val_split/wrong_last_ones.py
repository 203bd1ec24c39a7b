# diagnosis: cut-in-order
def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    n = round(len(labels) * (1 - val_fraction))
    return images[:n], labels[:n], images[n:], labels[n:]
