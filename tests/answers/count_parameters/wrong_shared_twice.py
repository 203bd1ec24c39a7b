# diagnosis: shared-counted-twice
def count_parameters(model):
    total = 0
    for module in model.modules():
        total += sum(p.numel() for p in module.parameters(recurse=False))
    return total
