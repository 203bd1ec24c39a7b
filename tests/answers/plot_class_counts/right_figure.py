import torch
from matplotlib.figure import Figure


def plot_class_counts(labels):
    counts = torch.bincount(labels, minlength=10)
    figure = Figure()
    ax = figure.add_subplot()
    ax.bar([str(k) for k in range(10)], counts.numpy())
    ax.set_ylabel("how many")
    return figure
