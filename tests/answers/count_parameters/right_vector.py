from torch.nn.utils import parameters_to_vector


def count_parameters(model):
    parameters = list(model.parameters())
    return len(parameters_to_vector(parameters)) if parameters else 0
