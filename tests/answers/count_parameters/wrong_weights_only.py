# diagnosis: biases-left-out
def count_parameters(model):
    total = 0
    for p in model.parameters():
        if p.dim() >= 2:
            total += p.numel()
    return total
