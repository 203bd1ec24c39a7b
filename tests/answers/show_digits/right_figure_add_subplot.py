from matplotlib.figure import Figure


def show_digits(images, labels, columns=8):
    figure = Figure(figsize=(10, 6))
    rows = (len(images) - 1) // columns + 1
    for i, (image, label) in enumerate(zip(images, labels, strict=False)):
        ax = figure.add_subplot(rows, columns, i + 1)
        ax.imshow((image[0] * 255).byte().numpy(), cmap="Greys_r")
        ax.set_title(str(int(label)), fontsize=8, loc="left")
        ax.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    return figure
