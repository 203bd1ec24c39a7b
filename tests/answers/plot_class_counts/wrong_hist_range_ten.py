# diagnosis: eight-and-nine-together
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    fig, ax = plt.subplots()
    ax.hist(labels.numpy(), bins=range(10), align="left")
    return fig
