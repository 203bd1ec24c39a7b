# diagnosis: none
def train(model, images, labels, seed):
    raise ValueError("no")
