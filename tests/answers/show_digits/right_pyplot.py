import math

import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    n = len(images)
    rows = math.ceil(n / columns)
    fig = plt.figure(figsize=(columns, rows))
    for i in range(n):
        plt.subplot(rows, columns, i + 1)
        plt.imshow(images[i].squeeze(), cmap="gray")
        plt.title(labels[i].item())
        plt.xticks([])
        plt.yticks([])
    return fig
