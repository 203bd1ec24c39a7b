import torch


def to_tensors(images, labels):
    pairs = list(zip(images, labels, strict=True))  # ValueError where one is longer
    pictures = [torch.tensor(image / 255.0, dtype=torch.float) for image, _ in pairs]
    x = torch.stack(pictures)
    x = x.view(x.size(0), 1, x.size(1), x.size(2))
    y = torch.LongTensor([int(label) for _, label in pairs])
    return x, y
