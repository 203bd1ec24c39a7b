# diagnosis: none
def train_robust_cnn(train_images, train_labels, seed=0):
    raise ValueError("not today")
