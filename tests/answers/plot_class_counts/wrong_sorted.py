# diagnosis: none
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    fig, ax = plt.subplots()
    ax.bar(range(10), sorted((labels == k).sum().item() for k in range(10)))
    return fig
