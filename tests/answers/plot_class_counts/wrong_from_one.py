# diagnosis: bars-one-too-far
import matplotlib.pyplot as plt


def plot_class_counts(labels):
    fig, ax = plt.subplots()
    for digit in range(10):
        ax.bar(digit + 1, (labels == digit).sum())
    return fig
