# diagnosis: none
def count_parameters(model):
    total = 0
    for module in model.modules():
        for name in ("weight", "bias"):
            tensor = getattr(module, name, None)
            if tensor is not None:
                total += tensor.numel()
    return total
