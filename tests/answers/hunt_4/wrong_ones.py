# diagnosis: none
def hunt_4(model, batches, epochs, lr):
    return [1.0 for _ in range(epochs) for _ in batches]
