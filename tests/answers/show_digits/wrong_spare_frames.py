# diagnosis: spare-axes-left
import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    rows = -(-len(images) // columns)
    fig, axes = plt.subplots(rows, columns, squeeze=False)
    for ax, image, label in zip(axes.flat, images, labels, strict=False):
        ax.imshow(image[0], cmap="gray")
        ax.set_title(label.item())
        ax.set_xticks([])
        ax.set_yticks([])
    return fig
