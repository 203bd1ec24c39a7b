from mnist_course import SGD, train_step


def hunt_1(model, batches, epochs, lr):
    rule = SGD(model.parameters(), lr)
    return [train_step(model, rule, x, y) for _ in range(epochs) for x, y in batches]
