# diagnosis: figure-not-returned
import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    rows = -(-len(images) // columns)
    for i in range(len(images)):
        plt.subplot(rows, columns, i + 1)
        plt.imshow(images[i, 0], cmap="gray")
        plt.title(str(labels[i].item()))
        plt.axis("off")
    plt.show()
