import torch
import torch.nn.functional as F


def hunt_5(images, labels, seed):
    generator = torch.Generator().manual_seed(seed)
    parts = {"train": [], "val": []}
    for label in labels.unique():
        members = (labels == label).nonzero().flatten()
        members = members[torch.randperm(len(members), generator=generator)]
        cut = round(0.2 * len(members))
        parts["val"] += members[:cut].tolist()
        parts["train"] += members[cut:].tolist()
    train, val = torch.tensor(parts["train"]), torch.tensor(parts["val"])
    moved = F.pad(images[train], (1, 0))[..., :-1]
    both = torch.cat([images[train], moved])
    return both, torch.cat([labels[train]] * 2), images[val], labels[val]
