# diagnosis: buffers-counted
def count_parameters(model):
    everything = list(model.parameters()) + list(model.buffers())
    return sum(t.numel() for t in everything)
