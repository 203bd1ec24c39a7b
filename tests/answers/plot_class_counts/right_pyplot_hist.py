import matplotlib.pyplot as plt
import numpy as np


def plot_class_counts(labels):
    fig, ax = plt.subplots()
    ax.hist(labels, bins=np.arange(11) - 0.5, rwidth=0.8)
    plt.xticks(range(10))
    plt.show()
    return fig
