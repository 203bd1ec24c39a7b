# diagnosis: none
def count_parameters(model):
    return 1
