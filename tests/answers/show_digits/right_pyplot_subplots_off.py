import matplotlib.pyplot as plt
import numpy as np


def show_digits(images, labels, columns=8):
    rows = -(-len(images) // columns)
    fig, axes = plt.subplots(rows, columns)
    axes = np.atleast_1d(axes).flatten()
    for ax in axes:
        ax.axis("off")
    for i in range(len(images)):
        axes[i].imshow(images[i, 0], cmap=plt.cm.binary, vmin=0, vmax=1)
        axes[i].set_title(f"Label: {labels[i]}")
    plt.tight_layout()
    plt.show()
    return fig
