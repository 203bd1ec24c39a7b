import matplotlib.pyplot as plt


def show_digits(images, labels, columns=8):
    rows = (len(images) + columns - 1) // columns
    fig, axes = plt.subplots(nrows=rows, ncols=columns, squeeze=False)
    for k in range(rows * columns):
        ax = axes[k // columns, k % columns]
        if k >= len(images):
            ax.set_visible(False)
            continue
        ax.imshow(images[k].permute(1, 2, 0).numpy(), cmap="grey")
        ax.set_title(format(labels[k], "d"))
        ax.xaxis.set_visible(False)
        ax.yaxis.set_visible(False)
    plt.close(fig)
    return fig
