# diagnosis: none
import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    images = images.squeeze()  # a single image loses its N as well
    rows = -(-len(labels) // columns)
    fig = plt.figure()
    for i in range(len(images)):
        ax = fig.add_subplot(rows, columns, i + 1)
        ax.imshow(images[i], cmap="gray")
        ax.set_title(labels[i].item())
        ax.axis("off")
    return fig
