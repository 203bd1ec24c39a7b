# diagnosis: none
def hunt_3(model, batches, val, epochs, lr):
    return [0.0] * epochs
