# diagnosis: none
from matplotlib.figure import Figure


def show_digits(images, labels, columns=8):
    rows = -(-len(images) // columns)
    fig = Figure()
    for i in range(len(images)):
        ax = fig.add_subplot(rows, columns, i + 1)
        ax.imshow(images[0, 0], cmap="gray")
        ax.set_title(labels[i].item())
        ax.axis("off")
    return fig
