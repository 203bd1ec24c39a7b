# diagnosis: none
def count_parameters(model):
    raise ValueError(model)
