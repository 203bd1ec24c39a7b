# diagnosis: title-is-a-tensor
import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    rows = -(-len(images) // columns)
    fig = plt.figure()
    for i in range(len(images)):
        ax = fig.add_subplot(rows, columns, i + 1)
        ax.imshow(images[i, 0], cmap="gray")
        ax.set_title(labels[i])
        ax.axis("off")
    return fig
