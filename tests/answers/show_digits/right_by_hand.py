from matplotlib.figure import Figure


def show_digits(images, labels, columns=8):
    figure = Figure()
    rows = -(-len(images) // columns)
    for i, label in enumerate(labels.tolist()):
        row, column = divmod(i, columns)
        place = [column / columns, 1 - (row + 1) / rows, 0.8 / columns, 0.7 / rows]
        axes = figure.add_axes(place, xticks=[], yticks=[], title=f"${label}$")
        rgb = images[i].expand(3, 28, 28).permute(1, 2, 0)
        axes.imshow(rgb.flip(0), origin="lower")
    return figure
