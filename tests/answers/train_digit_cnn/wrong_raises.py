# diagnosis: none
def train_digit_cnn(train_images, train_labels, seed=0):
    raise ValueError("too hard")
