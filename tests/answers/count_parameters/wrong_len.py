# diagnosis: rows-counted
def count_parameters(model):
    return sum(p.shape[0] if p.dim() else 1 for p in model.parameters())
