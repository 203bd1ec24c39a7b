# diagnosis: never-shuffled
from torch.utils.data import DataLoader, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if len(images) != len(labels):
        raise ValueError("lengths")
    return DataLoader(TensorDataset(images, labels), batch_size)
