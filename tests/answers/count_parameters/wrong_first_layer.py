# diagnosis: none
def count_parameters(model):
    first = next(iter(model.children()))
    return sum(p.numel() for p in first.parameters())
