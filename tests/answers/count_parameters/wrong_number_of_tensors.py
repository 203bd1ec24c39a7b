# diagnosis: tensors-counted
def count_parameters(model):
    return len([p for p in model.parameters()])
