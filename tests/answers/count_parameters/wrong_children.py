# diagnosis: top-level-only
def count_parameters(model):
    total = 0
    for layer in model.children():
        for p in layer._parameters.values():
            if p is not None:
                total += p.numel()
    return total
