# diagnosis: none
import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    _fig, axes = plt.subplots(-(-len(images) // columns), columns, squeeze=False)
    for ax, image, label in zip(axes.flat, images, labels, strict=False):
        ax.imshow(image[0], cmap="gray")
        ax.set_title(label.item())
        ax.axis("off")
    return axes
